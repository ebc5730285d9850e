"""From which confidence on a digit counts as sure, and how right such digits must be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Share of right digits asked of those that count as sure, where the threshold is fitted; 99.5 % of them shall be right
# on other pages and on odder ones (docs/accuracy.md, python -P tests/benchmarks/calibration.py --pages 1600).
SURE_RIGHT = 0.999
SURE_FLOOR = 0.5  # the least confidence (0..1) that is ever sure


def sure_threshold(confidences: NDArray[np.float32], right: NDArray[np.bool_], share: float = SURE_RIGHT) -> float:
    """The least confidence, at least one half, from which on ``share`` of the digits are right; 1 if there is none.

    ``confidences`` (n,) 0..1, and whether each digit is ``right`` (n,).
    """
    above = confidences >= SURE_FLOOR
    order = np.argsort(-confidences[above], kind="stable")
    sorted_, hits = confidences[above][order], right[above][order]
    shares = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    ends = np.append(sorted_[1:] < sorted_[:-1], np.ones(min(1, len(hits)), bool))  # equal ones are in or out together
    good = np.flatnonzero((shares >= share) & ends)
    if not good.size:
        return 1.0 if len(hits) else SURE_FLOOR
    return SURE_FLOOR if good[-1] == len(hits) - 1 else float(sorted_[good[-1]])
