"""Recognition: photo bytes -> ``Reading``. Imports none of the other packages, and never TensorFlow, SQL or Telegram.

``reader.Reader`` reads photos with the networks of ``networks.Networks`` and one ``model_bundle.ModelBundle``;
every exception is an ``errors.ModelError``. Import the modules themselves: importing the package alone loads nothing.
"""

__all__ = [
    "classification",
    "datasets",
    "detection",
    "errors",
    "evaluation",
    "hypotheses",
    "image_decoding",
    "image_files",
    "limits",
    "litert_session",
    "model_bundle",
    "model_card",
    "networks",
    "normalization",
    "profiling",
    "reader",
    "reading",
    "recognition",
    "text_layout",
]
