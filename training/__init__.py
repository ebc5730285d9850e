"""Training: everything that uses TensorFlow, and the page generator. Imports ``model`` and ``storage``."""
