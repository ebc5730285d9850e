from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from model.classification.confidence_calibration import ContextFeatures
from model.model_bundle import CARD_NAME
from model.model_card import ModelCard
from training.calibration.fit_pages import fit, write
from training.calibration.page_predictions import PagePredictions, PredictedDigit


@pytest.fixture(scope="module")
def pages() -> list[PagePredictions]:
    """Two thousand digits that know less than they say: told with 97 %, right in 90 %; and invented ones of little
    likeness."""
    rng = np.random.default_rng(0)
    told = (0.97, *[0.03 / 9] * 9)
    met = [
        PredictedDigit(
            told, ContextFeatures(0.99, clear=True, digits=3, ones=0.0, zeros=0.0), 0.97, 0 if rng.random() < 0.9 else 1
        )
        for _ in range(2000)
    ]
    invented = [
        PredictedDigit(told, ContextFeatures(0.6, clear=False, digits=3, ones=0.0, zeros=0.0), 0.97, None)
        for _ in range(100)
    ]
    return [
        PagePredictions((digit,), int(digit.label is not None), digit.right, True, True) for digit in met + invented
    ]


def test_confidence_becomes_the_share_that_is_right(pages: list[PagePredictions]) -> None:
    fitted = fit(pages)
    good, bad = (
        fitted.calibrator.probabilities(np.array(pages[at].digits[0].probabilities), pages[at].digits[0].context).max()
        for at in (0, -1)
    )
    assert good == pytest.approx(0.9, abs=0.02)
    assert bad < 0.2
    assert fitted.error < 0.02


def test_where_too_few_are_right_nothing_is_sure(pages: list[PagePredictions]) -> None:
    fitted = fit(pages)
    assert fitted.threshold == 1.0
    assert fitted.sure == 0.0


def test_what_is_written_is_read_back(pages: list[PagePredictions], tmp_path: Path) -> None:
    (tmp_path / CARD_NAME).write_text(ModelCard(name="some", temperature=1.3).to_json(), encoding="utf-8")
    fitted = fit(pages)
    write(tmp_path, fitted, "the command")
    card = ModelCard.from_json((tmp_path / CARD_NAME).read_bytes())
    assert (card.name, card.temperature, card.sure_threshold) == ("some", 1.3, fitted.threshold)
    assert card.metrics["sure"]["pages"] == len(pages)
    assert card.metrics["sure"]["command"] == "the command"
    assert card.page_calibration == fitted.calibrator
