from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from model.evaluation.digit_metrics import Scores
from training.loop.events import EpochEnded

pytest.importorskip("matplotlib", reason="needs the train extra")

EPOCHS = [EpochEnded(epoch, 100 * epoch, 0.5 / epoch, 0.9, 0.3, 0.95, kept=True) for epoch in (1, 2, 3)]


def scores(mistakes: int) -> Scores:
    confusion = np.diag(np.full(10, 100))
    confusion[7, 1] = mistakes
    return Scores(1000 + mistakes, 1000, 0.1, 0.01, confusion)


def picture(content: bytes) -> Image.Image:
    """The decoded PNG, which must not be one colour."""
    image = Image.open(BytesIO(content))
    assert image.format == "PNG"
    assert len(image.convert("L").getcolors(256) or []) > 10
    return image


def test_a_figure_of_a_run_has_its_curve_and_both_confusions_side_by_side() -> None:
    from training.finetuning.promotion_gate import Pair
    from training.loop.plots import finetune_figure

    image = picture(finetune_figure(EPOCHS, Pair(scores(9), scores(1))))
    assert image.width > 2 * image.height


def test_a_learning_curve_is_a_picture() -> None:
    from training.loop.plots import learning_curve_figure

    assert picture(learning_curve_figure(EPOCHS)).width == 720


def test_a_confusion_without_mistakes_can_be_drawn() -> None:
    from training.loop.plots import confusion_figure

    picture(confusion_figure(scores(0).confusion, "none"))


def test_mistakes_show() -> None:
    from training.loop.plots import confusion_figure

    assert confusion_figure(scores(0).confusion, "x") != confusion_figure(scores(5).confusion, "x")


def test_many_curves_fit_one_picture_even_where_nothing_is_wrong() -> None:
    from training.loop.plots import LearningCurve, error_curves_figure

    lines = [LearningCurve("softmax", [100, 200], [0.9, 0.92]), LearningCurve("cnn", [100, 200], [0.97, 1.0])]
    picture(error_curves_figure(lines, "recipes"))
