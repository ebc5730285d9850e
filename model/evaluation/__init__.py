"""Evaluation: metrics of a model on labelled digit images and on labelled photos."""

__all__ = ["digit_metrics", "labelled_photos", "photo_metrics"]
