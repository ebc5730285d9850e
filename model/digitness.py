"""How likely a digit image is to be a digit at all, whichever: a small network of its own for rejection.

A softmax over ten digits has no class for "none of them" and is confident of letters and scribbles too (Hendrycks and
Gimpel 2017); this network was trained on what segmentation cuts out of pages that is no digit: letters, doodles,
shadows, halves of digits, pairs of digits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.litert_session import Signature, TensorSpec
from model.model_bundle import ModelBundle
from model.profiling import profiled

_SIGNATURE = Signature("images", TensorSpec((None, 28, 28), np.uint8), {"likeness": TensorSpec((None, 1), np.float32)})


class Digitness:
    """One session of the network. Not thread-safe: one a thread. Raises ``ModelLoadError``."""

    def __init__(self, bundle: ModelBundle) -> None:
        self._session = bundle.session(_SIGNATURE)

    @profiled("digitness")
    def likeness(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Judge (n, 28, 28) uint8 digit images: (n,) float32, 0 no digit to 1 a digit; n may be 0."""
        if not len(images):
            return np.zeros(0, np.float32)
        return np.asarray(self._session.run(images)["likeness"], np.float32).reshape(-1)
