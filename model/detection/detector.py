"""The detector: one network over a view of the photo, its maps decoded into candidates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.detection.candidates import Candidates, joined
from model.detection.decoding import CHANNELS, LEVELS, decode_level
from model.detection.detector_view import USUAL_SIZE
from model.litert_session import Signature, TensorSpec
from model.model_bundle import ModelBundle
from model.profiling import profiled

DETECTOR_SIGNATURE = Signature(
    "view",
    TensorSpec((None, None, None, 3), np.uint8),
    {f"level_{level.stride}": TensorSpec((None, None, None, CHANNELS), np.float32) for level in LEVELS},
    usual=(1, *USUAL_SIZE[::-1], 3),
)


class Detector:
    """Finds digits and other marks. Thread-safe: threads take turns. Raises ``ModelLoadError``."""

    def __init__(self, model: ModelBundle) -> None:
        self._session = model.session(DETECTOR_SIGNATURE)

    @profiled("detect")
    def candidates(self, view: NDArray[np.uint8], least: float) -> Candidates:
        """All places in a view (h, w, 3) uint8 that hold a digit or another mark with a probability of ``least`` or
        more, overlapping ones too; boxes in pixels of the view. Raises ``ModelLoadError``."""
        maps = self._session.run(view[None])
        return joined([decode_level(maps[f"level_{level.stride}"][0], level, least) for level in LEVELS])
