"""What each recipe builds, in PyMC: a file for a model, under the model's name. Imported when a model is built."""
