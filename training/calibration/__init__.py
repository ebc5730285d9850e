"""Calibration of confidence on synthetic pages held out from training."""
