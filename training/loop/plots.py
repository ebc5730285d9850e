"""Pictures of a training run: the learning curve, and what was confused before and after."""

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
TRAINING, VALIDATION = "#0072B2", "#D55E00"


@dataclass(frozen=True, slots=True)
class Curve:
    """A named line of a learning curve: accuracy (0..1) by batch."""

    name: str
    steps: Sequence[int]
    accuracies: Sequence[float]


def learning_curve(epochs: Sequence[EpochEnded]) -> bytes:
    """The accuracy on training and validation digits by epoch, as a PNG picture."""
    figure = Figure(figsize=(6, 4), dpi=120, layout="constrained")
    _draw_epochs(figure.subplots(), epochs)
    return _png(figure)


def curves(lines: Sequence[Curve], title: str) -> bytes:
    """Several learning curves in one PNG picture, errors on a logarithmic scale: near 100 % all accuracies look
    alike."""
    figure = Figure(figsize=(8, 5), dpi=120, layout="constrained")
    axes = figure.subplots()
    for line in lines:
        axes.plot(line.steps, [100 * max(1e-4, 1 - accuracy) for accuracy in line.accuracies], label=line.name)
    axes.set(title=title, xlabel="batches", ylabel="wrong, % of the validation digits", xscale="log", yscale="log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FormatStrFormatter("%g"))
        axis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_locator(LogLocator(10, (1, 2, 5)))
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend()
    return _png(figure)


def run_picture(epochs: Sequence[EpochEnded], validation: Pair) -> bytes:
    """Learning curve, and confusions of the validation digits before and after, side by side as a PNG picture."""
    figure = Figure(figsize=(13, 4.2), dpi=100, layout="constrained")
    curve, before, after = figure.subplots(1, 3)
    _draw_epochs(curve, epochs)
    _draw_confusion(
        before, validation.before.confusion, f"before: {_right(validation.before.correct, validation.before.n)}"
    )
    _draw_confusion(after, validation.after.confusion, f"after: {_right(validation.after.correct, validation.after.n)}")
    return _png(figure)


def confusion(counts: NDArray[np.int64], title: str) -> bytes:
    """One confusion matrix, (10, 10) counts of true by read label, as a PNG picture."""
    figure = Figure(figsize=(5, 5), dpi=100, layout="constrained")
    _draw_confusion(figure.subplots(), counts, title)
    return _png(figure)


def _draw_epochs(axes: Axes, epochs: Sequence[EpochEnded]) -> None:
    numbers = [epoch.epoch for epoch in epochs]
    axes.plot(numbers, [epoch.accuracy for epoch in epochs], "o-", color=TRAINING, label="training (varied)")
    axes.plot(numbers, [epoch.validation_accuracy for epoch in epochs], "s-", color=VALIDATION, label="validation")
    axes.set(title="learning curve", xlabel="epoch", ylabel="right")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.grid(visible=True, alpha=0.3)
    axes.legend()


def _draw_confusion(axes: Axes, counts: NDArray[np.int64], title: str) -> None:
    """The mistakes as numbers and shades; the diagonal, which would outshine them, stays blank."""
    mistakes = counts.copy()
    np.fill_diagonal(mistakes, 0)
    axes.imshow(mistakes, cmap="Oranges", vmin=0, vmax=max(1, int(mistakes.max())))
    for truth, read in zip(*np.nonzero(mistakes), strict=True):
        axes.text(read, truth, str(mistakes[truth, read]), ha="center", va="center", fontsize=8)
    axes.set(title=title, xlabel="read as", ylabel="is", xticks=range(10), yticks=range(10))


def _right(correct: int, n: int) -> str:
    return f"{correct:,} of {n:,} right"


def _png(figure: Figure) -> bytes:
    content = BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(content, format="png")
    return content.getvalue()
