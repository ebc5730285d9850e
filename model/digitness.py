"""How much a digit image looks like a digit at all, whatever model says which: a small network of its own.

Softmax has no word for "none of them" and is sure of letters and scribbles too (Hendrycks and Gimpel 2017); this
network was shown what the eye cuts out of pages that is no digit: letters, doodles, shadows, halves, pairs of digits.
"""

from __future__ import annotations

from importlib.resources import files

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from model.profiling import profiled

_FILE = "digitness.tflite"


def digitness_model() -> bytes:
    """Read the network that comes with the package."""
    return (files("model") / "base" / _FILE).read_bytes()


class Digitness:
    """One interpreter of the network. Not thread-safe: one a thread."""

    def __init__(self, content: bytes) -> None:
        self._interpreter = Interpreter(model_content=content, num_threads=1)
        runner = self._interpreter.get_signature_runner()
        self._images = runner.get_input_details()["images"]["index"]
        self._likeness = runner.get_output_details()["likeness"]["index"]
        self._batch = 0

    @profiled("digitness")
    def likeness(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Judge (n, 28, 28) uint8 digit images: (n,) float32, 0 no digit to 1 a digit."""
        if not len(images):
            return np.zeros(0, np.float32)
        if len(images) != self._batch:
            self._interpreter.resize_tensor_input(self._images, images.shape)
            self._interpreter.allocate_tensors()
            self._batch = len(images)
        self._interpreter.set_tensor(self._images, np.ascontiguousarray(images))
        self._interpreter.invoke()
        return np.asarray(self._interpreter.get_tensor(self._likeness), dtype=np.float32).reshape(-1)
