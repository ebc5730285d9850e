"""Metrics of a model on labelled digit images and on labelled photos."""
