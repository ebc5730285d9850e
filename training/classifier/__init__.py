"""The classifier: recipes, training from scratch, synthetic digits, and the comparison of recipes."""

__all__ = ["compare", "recipe", "recipes", "synthetic_digits", "train"]
