"""Tables of numbers and score sheets, printed or ruled by hand."""

from __future__ import annotations

import numpy as np

from training.synthesis.contexts.codes import digits
from training.synthesis.contexts.draft import Draft
from training.synthesis.contexts.lists import word
from training.synthesis.contexts.marks import DraftMark, Tint, bounds, scaled
from training.synthesis.contexts.sums import number

_INITIALS = "AEFHKMNRVWX"


def _grid(draft: Draft, rights: list[float], rows: int, pitch: float) -> None:
    """The lines of a table whose columns end at ``rights``: printed all, only across, or drawn by hand."""
    rng, bottom = draft.rng, rows * pitch
    kind, thick = rng.random(), float(rng.choice([0.03, 0.05, 0.08]))
    for row in range(rows + 1):
        if kind < 0.8:
            draft.rule([(0, row * pitch), (rights[-1], row * pitch)], thick)
        elif row == 1:
            draft.add_line((0, pitch), (rights[-1], pitch))
    for x in [0.0, *rights] if kind < 0.65 else []:
        draft.rule([(x, 0), (x, bottom)], thick)
    if kind >= 0.8:
        for x in rights[:-1]:
            draft.add_line((x, 0), (x, bottom))


def _cell(draft: Draft, marks: tuple[DraftMark, ...], cell: tuple[float, float, float], row: int) -> None:
    """Marks in a cell (left, right, top of the digits), in its middle or to its left."""
    left, right, y = cell
    share = min(1.0, 0.94 * (right - left) / bounds(marks)[2])
    marks, y = scaled(marks, share), y + (1 - share) / 2
    end = bounds(marks)[2]
    at = left + 0.2 if draft.rng.random() < 0.3 else (left + right - end) / 2
    draft.put(marks, at + float(draft.rng.normal(0, 0.07)), y + float(draft.rng.normal(0, 0.05)), row=row, gap=True)


def tables(draft: Draft) -> None:
    """Words at the head and down the side, numbers in the cells; some cells empty, ticked or crossed."""
    rng = draft.rng
    draft.fill, draft.least = (0.6, 0.98), 13.0
    rows, columns, pitch = int(rng.integers(2, 8)), int(rng.integers(2, 6)), float(rng.uniform(1.4, 2.0))
    side, printed = float(rng.choice([0.0, 3.2])), rng.random() < 0.5
    width = float(rng.uniform(2.2, 3.6))
    rights = ([side] if side else []) + [side + width * (n + 1) for n in range(columns)]
    most, pad = int(rng.integers(1, 4)), (pitch - 1) / 2
    marked = rng.random() < 0.25
    draft.new_row()
    for column in range(columns):
        _head(draft, (rights[column + bool(side)] - width, rights[column + bool(side)], pad), printed=printed)
    for row in range(1, rows + 1):
        place, y = draft.new_row(), row * pitch + pad
        if side:
            _head(draft, (0, side, y), printed=printed, row=place)
        for column in range(columns):
            right = rights[column + bool(side)]
            kind = rng.random()
            if kind < 0.12:
                continue
            text = str(rng.choice(["✓", "✗", "-"])) if marked and kind < 0.4 else number(rng, most)
            _cell(draft, draft.writer.line(text, size=0.9), (right - width, right, y), place)
    _grid(draft, rights, rows + 1, pitch)


def _head(draft: Draft, cell: tuple[float, float, float], *, printed: bool, row: int = 0) -> None:
    left, right, y = cell
    text = word(draft.rng)[: int(draft.rng.integers(3, 7))]
    if printed:
        size = min(0.7, 0.85 * (right - left) / draft.printer.width(text))
        draft.caption(text, left + 0.2, y + 0.9 - size, size)
        return
    marks = draft.writer.words(text)
    share = min(0.9, 0.85 * (right - left) / bounds(marks)[2])
    draft.put(scaled(marks, share), left + 0.15, y + 1 - share, row=row)


def score_sheets(draft: Draft) -> None:
    """Initials at the head, points in narrow columns, coloured fields down the side, sums in the last row."""
    rng = draft.rng
    draft.fill, draft.least = (0.6, 0.97), 14.0
    draft.margin = (0.05, 0.4) if rng.random() < 0.6 and draft.scene.camera.noise else (0.0, 0.0)
    rows, columns, pitch = int(rng.integers(4, 10)), int(rng.integers(2, 7)), float(rng.uniform(1.3, 1.7))
    width, side, pad = float(rng.uniform(1.8, 2.4)), 1.6, (pitch - 1) / 2
    tinted = rng.random() < 0.6
    writers = [draft.writer] if rng.random() < 0.7 else [draft.writer, draft.another_writer()]
    head = draft.new_row()
    for column in range(columns):
        text = "".join(rng.choice(list(_INITIALS), int(rng.integers(1, 3))))
        left = side + column * width
        _cell(draft, writers[column % len(writers)].line(text), (left, left + width, pad), head)
    for row in range(1, rows):
        place, y = draft.new_row(), row * pitch + pad
        if tinted:
            draft.tints.append(Tint((0, row * pitch, side, (row + 1) * pitch), _bright(rng)))
        for column in range(columns):
            if rng.random() < 0.06:
                continue
            left = side + column * width
            text = "-" * (rng.random() < 0.06) + (str(rng.integers(0, 30)) if row < rows - 1 else digits(rng, 2, 3))
            _cell(draft, writers[column % len(writers)].line(text, size=0.92), (left, left + width, y), place)
    _grid(draft, [side + width * n for n in range(columns + 1 + (rng.random() < 0.3))], rows, pitch)


def _bright(rng: np.random.Generator) -> tuple[int, int, int]:
    red, green, blue = (int(v) for v in rng.integers(60, 250, 3))
    return red, green, blue
