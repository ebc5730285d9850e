"""Digit images -> calibrated class probabilities."""
