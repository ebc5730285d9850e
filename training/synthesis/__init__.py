"""Synthetic pages for training and tests: photographed handwritten digits with exact labels, boxes and ink."""

__all__ = ["conditions", "export_dataset", "negatives", "pages", "scene", "writers"]
