"""Figures: what has to be in them is there, and can be read and told apart."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from model import palette
from model.evaluation.digit_metrics import Scores
from training.loop.events import EpochEnded
from training.loop.plot_words import PlotWords

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


def test_a_learning_curve_has_a_title_axes_with_units_and_two_lines_of_different_form() -> None:
    from matplotlib.figure import Figure

    from training.loop.plots import draw_epochs

    axes = Figure().subplots()
    draw_epochs(axes, EPOCHS, PlotWords())
    assert (axes.get_title(), axes.get_xlabel(), axes.get_ylabel()) == ("Learning curve", "epoch", "accuracy, %")
    trained, validated = axes.get_lines()
    assert trained.get_linestyle() != validated.get_linestyle()
    assert trained.get_marker() != validated.get_marker()
    assert {trained.get_color(), validated.get_color()} <= set(palette.MEANINGS.values())
    assert np.asarray(validated.get_ydata()) == pytest.approx([95, 95, 95])


def test_the_numbers_of_a_confusion_matrix_can_be_read_on_any_shade() -> None:
    from matplotlib.colors import to_hex
    from matplotlib.figure import Figure

    from tests.colour_difference import contrast
    from training.loop.plots import WRONG_SHADES, MatrixStyle, draw_confusion

    counts = np.arange(100).reshape(10, 10) * 3
    axes = Figure().subplots()
    draw_confusion(axes, counts, "many", PlotWords(), MatrixStyle())
    assert len(axes.texts) == 99  # every count but the one that is 0
    most = counts[~np.eye(10, dtype=bool)].max()
    for text in axes.texts:
        read, truth = (int(place) for place in text.get_position())
        shade = 0 if read == truth else counts[truth, read] / most
        assert contrast(to_hex(WRONG_SHADES(float(shade))), str(text.get_color())) >= 3.5, shade


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
