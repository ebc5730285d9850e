"""Figures of training runs as PNG pictures: learning curves and confusion matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FormatStrFormatter, LogLocator, MaxNLocator, NullFormatter, PercentFormatter
from numpy.typing import NDArray

from training.finetuning.promotion_gate import Pair
from training.loop.events import EpochEnded

# Okabe and Ito's colours, which colour-blind readers can tell apart.
TRAINING_COLOUR, VALIDATION_COLOUR = "#0072B2", "#D55E00"


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """A named line: accuracy (0..1) after so many batches."""

    name: str
    steps: Sequence[int]
    accuracies: Sequence[float]


def learning_curve_figure(epochs: Sequence[EpochEnded]) -> bytes:
    """The accuracy on training and validation digits by epoch, as a PNG picture."""
    figure = Figure(figsize=(6, 4), dpi=120, layout="constrained")
    _draw_epochs(figure.subplots(), epochs)
    return _png(figure)


def error_curves_figure(lines: Sequence[LearningCurve], title: str) -> bytes:
    """The error rates of several runs in one PNG picture, on a logarithmic scale: near 100 % all accuracies look
    alike."""
    figure = Figure(figsize=(8, 5), dpi=120, layout="constrained")
    axes = figure.subplots()
    for line in lines:
        axes.plot(line.steps, [100 * max(1e-4, 1 - accuracy) for accuracy in line.accuracies], label=line.name)
    axes.set(title=title, xlabel="batches", ylabel="errors, % of the validation digits", xscale="log", yscale="log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FormatStrFormatter("%g"))
        axis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_locator(LogLocator(10, (1, 2, 5)))
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend()
    return _png(figure)


def finetune_figure(epochs: Sequence[EpochEnded], validation: Pair) -> bytes:
    """Learning curve, and confusions of the validation digits before and after, side by side as a PNG picture."""
    figure = Figure(figsize=(13, 4.2), dpi=100, layout="constrained")
    curve, before, after = figure.subplots(1, 3)
    _draw_epochs(curve, epochs)
    _draw_confusion(
        before, validation.before.confusion, f"before: {_share_correct(validation.before.correct, validation.before.n)}"
    )
    _draw_confusion(
        after, validation.after.confusion, f"after: {_share_correct(validation.after.correct, validation.after.n)}"
    )
    return _png(figure)


def confusion_figure(counts: NDArray[np.int64], title: str) -> bytes:
    """One confusion matrix, (10, 10) counts of true by read label, as a PNG picture."""
    figure = Figure(figsize=(5, 5), dpi=100, layout="constrained")
    _draw_confusion(figure.subplots(), counts, title)
    return _png(figure)


def _draw_epochs(axes: Axes, epochs: Sequence[EpochEnded]) -> None:
    numbers = [epoch.epoch for epoch in epochs]
    axes.plot(numbers, [epoch.accuracy for epoch in epochs], "o-", color=TRAINING_COLOUR, label="training (augmented)")
    axes.plot(
        numbers, [epoch.validation_accuracy for epoch in epochs], "s-", color=VALIDATION_COLOUR, label="validation"
    )
    axes.set(title="learning curve", xlabel="epoch", ylabel="accuracy")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.grid(visible=True, alpha=0.3)
    axes.legend()


def _draw_confusion(axes: Axes, counts: NDArray[np.int64], title: str) -> None:
    """The errors as numbers and shades; the diagonal, which would outshine them, stays blank."""
    errors = counts.copy()
    np.fill_diagonal(errors, 0)
    axes.imshow(errors, cmap="Oranges", vmin=0, vmax=max(1, int(errors.max())))
    for truth, read in zip(*np.nonzero(errors), strict=True):
        axes.text(read, truth, str(errors[truth, read]), ha="center", va="center", fontsize=8)
    axes.set(title=title, xlabel="read as", ylabel="is", xticks=range(10), yticks=range(10))


def _share_correct(correct: int, n: int) -> str:
    return f"{correct:,} of {n:,} right"


def _png(figure: Figure) -> bytes:
    content = BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(content, format="png")
    return content.getvalue()
