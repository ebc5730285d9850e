"""Calibration of confidence on synthetic pages held out from training, and from where on a digit is sure."""

__all__ = ["calibration_estimators", "fit_pages", "page_hypotheses", "page_predictions", "sure_threshold"]
