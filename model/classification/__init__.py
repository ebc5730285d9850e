"""Classification: digit images -> class probabilities, and their calibration on pages."""

__all__ = ["classifier", "test_time_augmentation"]
