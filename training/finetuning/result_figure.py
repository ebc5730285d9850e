"""The picture of a fine-tune: what was gained in words, the learning curve, and the confusions before and after.

Its words come from whoever started the run: /retrain passes those of the admin's language (``--words``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font

from training.finetuning.promotion_gate import Gain, Pair
from training.loop.events import EpochEnded
from training.loop.plot_words import FigureWords
from training.loop.plots import MatrixStyle, draw_confusion, draw_epochs, errors_of, png

WIDTH, CURVE_HEIGHT, MATRICES_HEIGHT = 10.6, 4.6, 6.0  # inches
DOTS = 120  # an inch: 1272 pixels, of which Telegram keeps 1280
TEXT_SIZE = 15  # points: 25 of the 1272 pixels, 8 of a phone's 390
TITLE_LETTERS = 84  # that fit at that size
NUMBERS_SIZE = 15  # points, in a matrix


def can_be_drawn(words: FigureWords) -> bool:
    """Whether the font has every letter: DejaVu Sans has Latin, Cyrillic and Greek, but no Devanagari."""
    known = get_font(findfont(FontProperties(family="DejaVu Sans"))).get_charmap()
    return all(ord(letter) in known for text in asdict(words).values() for letter in text)


def finetune_figure(epochs: Sequence[EpochEnded], validation: Pair, gain: Gain, words: FigureWords) -> bytes:
    """Gain, learning curve (where anything was trained) and the confusions of the validation digits as a PNG picture,
    upright, to be read on a phone."""
    heights = (CURVE_HEIGHT, MATRICES_HEIGHT) if epochs else (MATRICES_HEIGHT,)
    figure = Figure(figsize=(WIDTH, sum(heights)), dpi=DOTS, layout="constrained")
    if gain.misread + gain.right:
        gained = words.gained.format(fixed=gain.fixed, misread=gain.misread, broken=gain.broken)
        figure.suptitle(gained, fontsize=TEXT_SIZE * min(1, TITLE_LETTERS / len(gained)), fontweight="bold")
    grid = figure.add_gridspec(len(heights), 2, height_ratios=heights)
    if epochs:
        draw_epochs(figure.add_subplot(grid[0, :]), epochs, words)
    most = max(int(errors_of(each.confusion).max()) for each in (validation.before, validation.after))
    style = MatrixStyle(NUMBERS_SIZE, max(1, most))  # one scale for both
    for column, (text, scores) in enumerate(((words.before, validation.before), (words.after, validation.after))):
        title = f"{text}: {scores.correct:,} / {scores.n:,}"
        draw_confusion(figure.add_subplot(grid[-1, column]), scores.confusion, title, words, style)
    for axes in figure.axes:
        _enlarge(axes)
    return png(figure)


def _enlarge(axes: Axes) -> None:
    """Write everything round a plot so large that a phone shows it."""
    texts = [axes.title, axes.xaxis.label, axes.yaxis.label, *axes.get_xticklabels(), *axes.get_yticklabels()]
    legend = axes.get_legend()
    for text in (*texts, *(legend.get_texts() if legend else ())):
        text.set_fontsize(TEXT_SIZE)
