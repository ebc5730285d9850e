from __future__ import annotations

import numpy as np
import pytest

from model.percentile import percentile


@pytest.mark.parametrize("percent", [0, 12.5, 50, 75, 99, 99.5, 100])
@pytest.mark.parametrize("shape", [(1,), (2,), (7, 5), (48, 48)])
def test_percentiles_are_those_of_numpy(percent: float, shape: tuple[int, ...]) -> None:
    levels = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    for values in (levels, levels.astype(np.float32) / 7):
        before = values.copy()
        assert percentile(values, percent) == pytest.approx(float(np.percentile(values, percent)), abs=1e-5)
        assert (values == before).all()
