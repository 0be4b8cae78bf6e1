"""FROM A MODEL TO DRAWS: fit, effect, and refits of one compiled model on other data."""
