"""The classifier: recipes, training from scratch, and the comparison of recipes."""
