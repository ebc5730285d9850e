"""Calibration of confidence on synthetic pages that no training has seen."""
