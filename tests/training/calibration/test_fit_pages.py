from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.hypotheses.decision import decide
from model.hypotheses.hypothesis import Hypotheses
from model.model_bundle import CARD_NAME, ModelBundle
from model.model_card import ModelCard
from training.calibration import fit_pages
from training.calibration.fit_pages import calibrate, fit, measured, write
from training.calibration.page_hypotheses import HeldOutPages, PageHypotheses

DIGITS = 3


def judged(rng: np.random.Generator, clear: float) -> PageHypotheses:
    """A page of three digits and something else; ``clear`` (0..1) says how well the networks tell them."""
    labels = np.array([*rng.integers(0, 10, DIGITS), -1])
    scores = np.where(labels >= 0, 0.5 + 0.5 * clear, 0.5 - 0.4 * clear).astype(np.float32)
    scores = np.clip(scores + rng.normal(0, 0.1, len(scores)), 0.01, 0.99).astype(np.float32)
    told = np.full((len(labels), 10), 0.02, np.float32)
    shown = np.where(rng.random(len(labels)) < 0.75 + 0.25 * clear, labels, (labels + 1) % 10)
    told[np.arange(len(labels)), shown] = 0.82
    kinds = np.concatenate([told * scores[:, None], 1 - scores[:, None]], axis=1)
    boxes = np.array([(40 * index, 10, 24, 36) for index in range(len(labels))], np.float32)
    images = np.zeros((len(labels), 28, 28), np.uint8)
    found = Hypotheses(boxes, boxes, scores, 1 - scores, told, kinds, told, images, told)
    return PageHypotheses(found, labels, DIGITS, 0.0, ())


@pytest.fixture(scope="module")
def pages() -> list[PageHypotheses]:
    """Four hundred pages that are easily told, and as many that are hardly."""
    rng = np.random.default_rng(0)
    return [judged(rng, clear) for _ in range(200) for clear in (1.0, 1.0, 0.2, 0.2)]


def test_digits_are_told_from_other_marks(pages: list[PageHypotheses]) -> None:
    weights = fit(pages).calibration
    easy = [decide(page.found, weights, 0.0).accepted.tolist() for page in pages[::4]]
    assert sum(accepted == [0, 1, 2] for accepted in easy) > 0.98 * len(easy)


def test_only_pages_that_are_read_right_are_understood(pages: list[PageHypotheses]) -> None:
    fitted = fit(pages)
    easy, hard = (measured(half, fitted.calibration, fitted.threshold) for half in (pages[::4], pages[2::4]))
    assert easy.sure > 0.6
    assert hard.sure < 0.1
    assert easy.wrong < 0.02


def test_where_none_can_be_told_nothing_is_sure() -> None:
    rng = np.random.default_rng(1)
    fitted = fit([judged(rng, 0.0) for _ in range(200)])
    assert fitted.sure < 0.02


def test_more_pages_hold_the_weights_more_firmly(pages: list[PageHypotheses]) -> None:
    half, whole = (fit(which).calibration for which in (pages[: len(pages) // 2], pages))
    information = [np.array(each.information).reshape(len(each.digit), -1) for each in (half, whole)]
    for matrix in information:
        np.testing.assert_allclose(matrix, matrix.T)
        eigenvalues = np.linalg.eigvalsh(matrix)  # some features of these pages are constant; six digits are kept
        assert eigenvalues.min() > -1e-6 * eigenvalues.max()
    assert np.trace(information[1]) > 1.5 * np.trace(information[0])


def test_what_is_written_is_read_back(pages: list[PageHypotheses], tmp_path: Path) -> None:
    (tmp_path / CARD_NAME).write_text(ModelCard(name="some", temperature=1.3).to_json(), encoding="utf-8")
    fitted = fit(pages)
    write(tmp_path, fitted, "the command")
    card = ModelCard.from_json((tmp_path / CARD_NAME).read_bytes())
    assert (card.name, card.temperature, card.sure_threshold) == ("some", 1.3, fitted.threshold)
    assert card.metrics["sure"]["pages"] == len(pages)
    assert card.metrics["sure"]["command"] == "the command"
    assert card.page_calibration == fitted.calibration


def test_the_threshold_alone_is_fitted_where_weights_are_kept(
    pages: list[PageHypotheses], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HeldOutPages, "hypotheses", lambda *_: iter(pages))
    fitted = fit(pages)
    softer = replace(fitted.calibration, label=(0.2, 0.2, 0.2))
    kept = calibrate(Path("digits.tflite"), len(pages), kept=softer)
    assert kept.calibration == softer
    assert kept.threshold < fitted.threshold
    assert kept.sure > 0.3


@pytest.fixture
def fitting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Runs the command for the model in ``tmp_path``; it fails the test where it begins its work."""
    monkeypatch.setattr(fit_pages, "calibrate", lambda *_: pytest.fail("it began"))
    monkeypatch.setattr(sys, "argv", ["fit_pages.py", "--model", str(tmp_path / "digits.tflite")])
    return fit_pages.main


def test_what_is_missing_or_damaged_is_one_sentence_before_the_work(
    fitting: Callable[[], int], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    base, served, card = ModelBundle.base(), tmp_path / "digits.tflite", tmp_path / CARD_NAME

    def said() -> str:
        assert fitting() == 1
        (line,) = capsys.readouterr().err.splitlines()
        return line

    assert said() == f"digitbot: The model {served} cannot be read: it is no file."
    served.write_bytes(base.content)
    assert said() == f"digitbot: {card}: No such file or directory."
    card.write_text("{")
    assert "is not JSON" in said()
    card.write_text(base.card.to_json(), encoding="utf-8")
    served.write_bytes(base.content[:5000])
    assert "is damaged" in said()
    served.write_bytes(base.content)
    card.write_text(replace(base.card, page_calibration=None).to_json(), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--threshold"])
    assert said().endswith("holds no weights to keep: fit them first, without --threshold.")
    (tmp_path / "mnist.npz").write_bytes(b"PK half a file")
    monkeypatch.setenv("DIGITBOT_MNIST", str(tmp_path / "mnist.npz"))
    assert "mnist.npz is no .npz file of digits" in said()
