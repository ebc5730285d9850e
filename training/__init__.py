"""Training: everything that uses TensorFlow, and the page generator. Imports ``model`` and ``storage``."""

# Modules to import from; their packages import nothing, so that TensorFlow is loaded only by what needs it.
__all__ = ["arguments", "auxiliary", "calibration", "classifier", "errors", "export", "finetuning", "loop", "synthesis"]
