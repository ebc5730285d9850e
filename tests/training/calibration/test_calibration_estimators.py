from __future__ import annotations

import numpy as np
import pytest

from training.calibration.calibration_estimators import fit_temperature


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_that_made_the_labels_is_found(temperature: float) -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (20_000, 10))
    # Gumbel's trick draws from the softmax of the true logits; the network's are those times the temperature.
    labels = (logits + rng.gumbel(size=logits.shape)).argmax(axis=1).astype(np.uint8)
    assert fit_temperature((logits * temperature).astype(np.float32), labels) == pytest.approx(temperature, rel=0.05)


def test_without_digits_nothing_is_changed() -> None:
    assert fit_temperature(np.empty((0, 10), np.float32), np.empty(0, np.uint8)) == 1.0


def test_an_always_right_network_stays_within_bounds() -> None:
    logits = np.eye(10, dtype=np.float32) * 10
    assert fit_temperature(logits, np.arange(10, dtype=np.uint8)) == pytest.approx(0.2, rel=0.01)
