"""FROM FILES TO A PANEL: registers, gather, shape. The only room that knows pandas."""
