"""Digits that were struck out (not to be read) or written over (the last one counts)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from training.synthesis.contexts.codes import digits
from training.synthesis.contexts.draft import Draft
from training.synthesis.contexts.marks import DraftMark, Drawn, bounds
from training.synthesis.contexts.sums import sum_text
from training.synthesis.strokes import Stroke, Strokes, curve

# Widest line, in digit heights, under which a digit written over stays readable.
_THIN = 0.075


def struck(marks: tuple[DraftMark, ...], rng: np.random.Generator, *, blot: bool = False) -> Drawn:
    """Written marks as a single one that says nothing: struck through, crossed out or scribbled over (``blot``: only
    that)."""
    drawn = [mark for mark in marks if isinstance(mark, Drawn)]
    left, top, right, bottom = bounds(drawn)
    strokes = tuple(stroke for mark in drawn for stroke in mark.strokes)
    over = _strikes(np.array([left, top]), np.array([right - left, bottom - top]), rng, blot=blot)
    return replace(drawn[0], character="".join(m.character for m in drawn), label="struck-out", strokes=strokes + over)


def _strikes(low: np.ndarray, size: np.ndarray, rng: np.random.Generator, *, blot: bool) -> Strokes:
    """The lines across a box: one, two, a cross, or a zigzag."""

    def line(*places: tuple[float, float]) -> Stroke:
        path = low + np.array(places) * size + rng.normal(0, 0.03, (len(places), 2))
        smooth = curve(path)
        return Stroke(smooth, np.ones(len(smooth)))

    kind = rng.choice(["line", "two", "slash", "cross", "zigzag", "scribble"], p=[0.26, 0.12, 0.14, 0.12, 0.16, 0.2])
    kind = "scribble" if blot else kind
    if kind == "line":
        return (line((-0.15, 0.55), (0.5, 0.5), (1.15, 0.45)),)
    if kind == "two":
        return line((-0.15, 0.42), (1.15, 0.38)), line((-0.1, 0.64), (1.12, 0.6))
    if kind == "slash":
        return line((-0.1, 1.05), (1.1, -0.05)), line((-0.05, 0.8), (1.1, 0.25))
    if kind == "cross":
        return line((-0.1, 1.05), (1.1, -0.05)), line((-0.1, -0.05), (1.1, 1.05))
    turns = int((6 if kind == "zigzag" else 14) * np.sqrt(max(1.0, size[0] / size[1])))
    across = np.linspace(-0.05, 1.05, turns)
    down = np.where(np.arange(turns) % 2, rng.uniform(0.75, 1.05), rng.uniform(-0.05, 0.2))
    return (line(*zip(across.tolist(), down.tolist(), strict=True)),)


def struck_out(draft: Draft) -> None:
    """Numbers in rows with some struck out: whole numbers, single digits, or a blot at the end of a row."""
    rng = draft.rng
    pitch = float(rng.uniform(1.5, 2.3))
    for row in range(int(rng.choice([1, 1, 2, 3, 4, 6]))):
        place, x, y = draft.new_row(), 0.0, row * pitch
        for turn in range(int(rng.choice([1, 2, 3]))):
            if rng.random() < 0.45 or row == turn == 0:
                marks = draft.writer.line(digits(rng, 1, 3), sampled=False)
                x = draft.put([struck(marks, rng)], x, y, row=place) + float(rng.uniform(0.2, 0.7))
            text = digits(rng, 1, 5) if rng.random() < 0.75 else sum_text(rng)
            x = draft.put(draft.writer.line(text), x, y, row=place, gap=True) + float(rng.uniform(0.2, 0.9))
        if rng.random() < 0.3:
            draft.put([struck(draft.writer.line(digits(rng, 1, 2), sampled=False), rng)], x, y, row=place)


def overwritten(draft: Draft) -> None:
    """Numbers in which some digits were written twice, or over another in a heavier line."""
    rng = draft.rng
    pitch = float(rng.uniform(1.5, 2.2))
    for row in range(int(rng.choice([1, 1, 2, 3, 4]))):
        marks = draft.writer.line(digits(rng, 2, 7), gap=float(rng.uniform(0.15, 0.5)))
        sure = int(rng.integers(len(marks)))
        changed = [_over(mark, draft) if rng.random() < 0.3 or n == sure else mark for n, mark in enumerate(marks)]
        draft.add(changed, 0, row * pitch)


def _over(mark: DraftMark, draft: Draft) -> DraftMark:
    """The digit with its line drawn two or three times, and another digit's thin line under it now and then."""
    if not isinstance(mark, Drawn):
        return mark
    rng = draft.rng
    spread = min(0.6 * mark.nib.width, 0.035)
    again = tuple(
        Stroke(stroke.points + rng.normal(0, spread, 2), stroke.pressure)
        for _ in range(int(rng.integers(1, 5)))
        for stroke in mark.strokes
    )
    # Under a thick line, or a digit drawn over but twice, nobody could tell which of the two counts.
    is_heavy = len(again) > 2 * len(mark.strokes) and mark.nib.width < _THIN
    below = _below(mark, draft) if is_heavy and rng.random() < 0.4 else ()
    return replace(mark, strokes=below + mark.strokes + again)


def _below(mark: Drawn, draft: Draft) -> Strokes:
    """Another digit in a thin line, no wider than the one that is written over it; none where it would stand out."""
    left, top, right, _ = mark.extent()
    label = str(draft.rng.choice(list("0235689")))
    other = draft.writer.character(label, sampled=False).scaled(mark.scale).moved(left, top)
    if mark.character in "17" or not isinstance(other, Drawn) or other.extent()[2] > right:
        return ()
    return tuple(Stroke(stroke.points, 0.5 * stroke.pressure) for stroke in other.strokes)
