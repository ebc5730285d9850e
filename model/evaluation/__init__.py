"""Evaluation: metrics of a model on labelled digit images and on labelled photos."""

__all__ = ["digit_metrics", "label_errors", "labelled_photos", "photo_metrics"]
