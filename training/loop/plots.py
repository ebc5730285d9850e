"""Figures of training runs as PNG pictures: learning curves and confusion matrices, in the colours of the palette."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import cycle, product
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FormatStrFormatter, LogLocator, MaxNLocator, NullFormatter
from numpy.typing import NDArray

from model import palette
from training.loop.events import EpochEnded
from training.loop.plot_words import PlotWords

WRONG_SHADES = LinearSegmentedColormap.from_list("wrong", [palette.PAPER, palette.UNREAD])
DARK_SHADE = 0.7  # from which numbers are white
NUMBER_SIZES = {1: 1.0, 2: 1.0, 3: 0.92, 4: 0.74}  # of a matrix's numbers, by their digits
DASHES = ("-", "--", "-.", ":")
LINE_COLOURS = (palette.QUANTITY, palette.UNREAD, palette.SURE, palette.INK)


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """A named line: accuracy (0..1) after so many batches."""

    name: str
    steps: Sequence[int]
    accuracies: Sequence[float]


def error_curves_figure(lines: Sequence[LearningCurve], title: str) -> bytes:
    """The error rates of several runs in one PNG picture, on a logarithmic scale: near 100 % all accuracies look
    alike. Each line has a colour and a dash of its own."""
    figure = Figure(figsize=(8, 5), dpi=120, layout="constrained")
    axes = figure.subplots()
    looks = cycle((dash, colour) for dash, colour in product(DASHES, LINE_COLOURS))
    for line, (dash, colour) in zip(lines, looks, strict=False):
        errors = [100 * max(1e-4, 1 - accuracy) for accuracy in line.accuracies]
        axes.plot(line.steps, errors, linestyle=dash, color=colour, linewidth=2, label=line.name)
    axes.set(title=title, xlabel="batches", ylabel="errors, % of the validation digits", xscale="log", yscale="log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FormatStrFormatter("%g"))
        axis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_locator(LogLocator(10, (1, 2, 5)))
    axes.grid(visible=True, which="both", color=palette.GRID, linewidth=0.6)
    axes.legend(handlelength=3.5)
    return png(figure)


def confusion_figure(counts: NDArray[np.int64], title: str) -> bytes:
    """One confusion matrix, (10, 10) counts of true by read label, as a PNG picture."""
    figure = Figure(figsize=(5, 5.2), dpi=120, layout="constrained")
    draw_confusion(figure.subplots(), counts, title, PlotWords(), MatrixStyle())
    return png(figure)


def draw_epochs(axes: Axes, epochs: Sequence[EpochEnded], words: PlotWords) -> None:
    """Two lines, told by marker and dash too."""
    numbers = [epoch.epoch for epoch in epochs]
    trained = [100 * epoch.accuracy for epoch in epochs]
    validated = [100 * epoch.validation_accuracy for epoch in epochs]
    axes.plot(numbers, trained, "o--", color=palette.INK, markerfacecolor=palette.PAPER, label=words.training)
    axes.plot(numbers, validated, "s-", color=palette.QUANTITY, linewidth=2.5, label=words.validation)
    axes.set(title=words.learning_curve, xlabel=words.epoch, ylabel=words.accuracy)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(visible=True, color=palette.GRID)
    axes.set_axisbelow(True)
    axes.legend()


class MatrixStyle(NamedTuple):
    """``size`` of a matrix's numbers in points, and how many errors have the deepest shade: 0 for the most."""

    size: float = 11
    most: int = 0


def errors_of(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The counts (10, 10) without their diagonal."""
    errors = counts.copy()
    np.fill_diagonal(errors, 0)
    return errors


def draw_confusion(axes: Axes, counts: NDArray[np.int64], title: str, words: PlotWords, style: MatrixStyle) -> None:
    """All numbers, errors shaded; the diagonal, which would outshine them, has no shade."""
    errors = errors_of(counts)
    most = style.most or max(1, int(errors.max()))
    axes.imshow(errors, cmap=WRONG_SHADES, vmin=0, vmax=most)
    for truth, read in zip(*np.nonzero(counts), strict=True):
        number = str(counts[truth, read])
        light = errors[truth, read] > DARK_SHADE * most
        colour = palette.SOFT_INK if truth == read else palette.PAPER if light else palette.INK
        shrunk = style.size * NUMBER_SIZES.get(len(number), 0.6)
        axes.text(read, truth, number, ha="center", va="center", fontsize=shrunk, color=colour)
    axes.set(title=title, xlabel=words.read_as, ylabel=words.true_digit, xticks=range(10), yticks=range(10))
    axes.set_xticks(np.arange(0.5, 9), minor=True)
    axes.set_yticks(np.arange(0.5, 9), minor=True)
    axes.grid(which="minor", color=palette.GRID, linewidth=0.8)
    axes.tick_params(which="minor", length=0)


def png(figure: Figure) -> bytes:
    """The file of a figure."""
    content = BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(content, format="png")
    return content.getvalue()
