"""The segmenter: tells a digit's own ink from all else in a crop, and which digit it is, if any."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.detection.crops import SIDE
from model.detection.segments import NONE, Segments
from model.litert_session import Signature, TensorSpec
from model.model_bundle import ModelBundle
from model.profiling import profiled

SEGMENTER_SIGNATURE = Signature(
    "crops",
    TensorSpec((None, SIDE, SIDE, 2), np.uint8),
    {"mask": TensorSpec((None, SIDE, SIDE, 1), np.float32), "kind": TensorSpec((None, NONE + 1), np.float32)},
)


class Segmenter:
    """Cuts digits out. Thread-safe: threads take turns. Raises ``ModelLoadError``."""

    def __init__(self, model: ModelBundle) -> None:
        self._session = model.session(SEGMENTER_SIGNATURE)

    @profiled("segment")
    def segments(self, crops: NDArray[np.uint8]) -> Segments:
        """Judge (n, 48, 48, 2) uint8 crops. Raises ``ModelLoadError``."""
        # One at a time takes no longer, and memory is never allocated anew.
        parts = [self._session.run(crops[at : at + 1]) for at in range(len(crops))]
        if not parts:
            return Segments(np.zeros((0, SIDE, SIDE), np.uint8), np.zeros((0, NONE + 1), np.float32))
        masks = np.concatenate([part["mask"][..., 0] for part in parts])
        kinds = np.concatenate([part["kind"] for part in parts])
        return Segments((255 * masks + 0.5).astype(np.uint8), kinds)
