"""Classification: digit images -> class probabilities, and their calibration on pages."""

__all__ = ["classifier", "confidence_calibration", "test_time_augmentation"]
