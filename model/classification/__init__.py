"""Classification: digit images -> class probabilities, and what one person's corrections change in them."""

__all__ = [
    "adapter_training",
    "classifier",
    "personal_adapter",
    "rejected_marks",
    "replay_digits",
    "softmax_regression",
    "stored_features",
    "test_time_augmentation",
]
