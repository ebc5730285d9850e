"""Synthetic pages for training and tests: photographed handwritten digits with exact labels, boxes and ink."""
