"""The detector: one network over a view of the photo, its maps decoded into candidates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from model.detection.candidates import Candidates, joined
from model.detection.decoding import CHANNELS, LEVELS, decode_level
from model.detection.detector_view import COARSE_AREA, COARSE_SIZE, USUAL_SIZE
from model.litert_session import Signature, TensorSpec
from model.model_bundle import ModelBundle
from model.profiling import profiled

DETECTOR_SIGNATURE = Signature(
    "view",
    TensorSpec((None, None, None, 3), np.uint8),
    {f"level_{level.stride}": TensorSpec((None, None, None, CHANNELS), np.float32) for level in LEVELS},
    usual=(1, *USUAL_SIZE[::-1], 3),
)
_COARSE_SIGNATURE = replace(DETECTOR_SIGNATURE, usual=(1, *COARSE_SIZE[::-1], 3))
_COARSE = 1.5 * COARSE_AREA  # pixels of a view at most that is a coarse one; sides are multiples of a step


class Detector:
    """Finds digits and other marks. Thread-safe: threads take turns. Raises ``ModelLoadError``.

    Coarse views have a session of their own: one for both would allocate its memory anew, 2 ms, for each photo that is
    read by both.
    """

    def __init__(self, model: ModelBundle) -> None:
        self._session = model.session(DETECTOR_SIGNATURE)
        self._coarse_session = model.session(_COARSE_SIGNATURE)

    @profiled("detect")
    def candidates(self, view: NDArray[np.uint8], least: float) -> Candidates:
        """All places in a view (h, w, 3) uint8 that hold a digit or another mark with a probability of ``least`` or
        more, overlapping ones too; boxes in pixels of the view. Raises ``ModelLoadError``."""
        session = self._coarse_session if view.shape[0] * view.shape[1] <= _COARSE else self._session
        maps = session.run(view[None])
        return joined([decode_level(maps[f"level_{level.stride}"][0], level, least) for level in LEVELS])
