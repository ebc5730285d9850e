"""Grids and pages full of digits: sudoku, and the pages on which people write a hundred digits for a reader."""

from __future__ import annotations

import numpy as np

from training.synthesis.contexts.draft import Draft
from training.synthesis.contexts.marks import DraftMark, bounds
from training.synthesis.printed_text import PRINTED_WORDS


def sudoku(draft: Draft) -> None:
    """Nine by nine cells, given digits printed or written, others written; some cells empty."""
    rng = draft.rng
    draft.fill, draft.least, draft.cut_out, draft.whole = (0.75, 0.99), 15.0, 0.4, True
    cell = float(rng.uniform(1.25, 1.9))
    filled = float(rng.choice([0.3, 0.45, 1.0], p=[0.4, 0.25, 0.35]))
    printed = float(rng.choice([0.0, 0.4, 1.0], p=[0.3, 0.5, 0.2]))
    puzzle = _solved(rng)
    is_given = rng.random((9, 9)) < printed
    for row in range(9):
        number = draft.new_row()
        for column in range(9):
            if rng.random() < filled:
                digit = str(puzzle[row, column])
                marks = draft.printer.digits(digit, 0.95) if is_given[row, column] else draft.writer.line(digit)
                _centre(draft, marks, (column * cell, row * cell, cell), number, neat=bool(is_given[row, column]))
    _grid(draft, (9, 9), (cell, cell), heavy=3)
    if rng.random() < 0.35:
        for line in range(int(rng.integers(1, 4))):
            text = " ".join(rng.choice(PRINTED_WORDS, 7))
            draft.caption(
                text, float(rng.uniform(0, 1)), -1.1 - line if rng.random() < 0.5 else 9 * cell + 0.4 + line, 0.6
            )


def _solved(rng: np.random.Generator) -> np.ndarray:
    """A filled sudoku: the plain pattern with digits, rows and columns swapped."""
    bands = [3 * band + line for band in rng.permutation(3) for line in rng.permutation(3)]
    stacks = [3 * stack + line for stack in rng.permutation(3) for line in rng.permutation(3)]
    digits = rng.permutation(9) + 1
    return np.array([[digits[(3 * (r % 3) + r // 3 + c) % 9] for c in stacks] for r in bands])


def _centre(
    draft: Draft, marks: tuple[DraftMark, ...], cell: tuple[float, float, float], row: int, *, neat: bool
) -> None:
    """Marks in the middle of a cell (left, top, size), or where a writer puts them."""
    left, top, size = cell
    box = bounds(marks)
    stray = np.zeros(2) if neat else draft.rng.normal(0, 0.07, 2)
    x = left + (size - box[2] - box[0]) / 2 + stray[0]
    draft.put(marks, float(x), float(top + (size - 1) / 2 + stray[1]), row=row)


def _grid(draft: Draft, cells: tuple[int, int], size: tuple[float, float], heavy: int = 0) -> None:
    """Printed lines around (rows, columns) cells of (width, height); every ``heavy``-th one thicker."""
    thin = float(draft.rng.choice([0.02, 0.04, 0.06]))
    rows, columns = cells
    right, bottom = columns * size[0], rows * size[1]
    for line in range(rows + 1):
        thick = thin * (3 if heavy and line % heavy == 0 else 1)
        draft.rule([(0, line * size[1]), (right, line * size[1])], thick)
    for line in range(columns + 1):
        thick = thin * (3 if heavy and line % heavy == 0 else 1)
        draft.rule([(line * size[0], 0), (line * size[0], bottom)], thick)


def dense(draft: Draft) -> None:
    """Sixty to a hundred digits in rows, each row the same digit, or in order, or any."""
    rng = draft.rng
    draft.fill, draft.least, draft.cut_out = (0.4, 0.98), 13.0, 0.2
    rows, columns = int(rng.integers(6, 11)), int(rng.integers(8, 12))
    gap, pitch = float(rng.uniform(0.3, 1.6)), float(rng.uniform(1.35, 2.3))
    kind, slope = int(rng.integers(3)), float(rng.normal(0, 0.01))
    for row in range(rows):
        length = columns - int(rng.integers(0, 3)) * (rng.random() < 0.3)
        digits = [(row + 1) % 10] * length if kind == 0 else [(n + 1) % 10 for n in range(length)]
        text = "".join(map(str, rng.integers(0, 10, length) if kind == 2 else digits))
        draft.add(draft.writer.line(text, gap=gap), float(rng.normal(0, 0.1)), row * pitch + slope * row)
