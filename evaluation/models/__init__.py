"""ONE MODEL PER FILE, built from shared parts. `book.get_model` finds a model by its name."""
