"""The classifier: recipes, training from scratch, synthetic digits, and the comparison of recipes."""
