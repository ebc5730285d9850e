"""Lists: numbered lines, circled numbers, ticks, and words with numbers among them."""

from __future__ import annotations

import numpy as np

from training.synthesis.contexts.codes import digits
from training.synthesis.contexts.draft import Draft
from training.synthesis.contexts.marks import bounds
from training.synthesis.contexts.sums import number, sum_text
from training.synthesis.printed_text import PRINTED_WORDS


def word(rng: np.random.Generator) -> str:
    """A word, or letters that make none."""
    if rng.random() < 0.6:
        return (
            str(rng.choice(PRINTED_WORDS)).capitalize()
            if rng.random() < 0.4
            else str(rng.choice(PRINTED_WORDS)).lower()
        )
    return "".join(rng.choice(list("abcdefghijklmnoprstuvwy"), int(rng.integers(3, 8))))


def lists(draft: Draft) -> None:
    """ "3) 45", "1. milk", "2 - 17", now and then with rings around the numbers or ticks behind."""
    rng = draft.rng
    sign, pitch, first = (
        str(rng.choice([")", ".", " -", ":", ""])),
        float(rng.uniform(1.5, 2.3)),
        int(rng.choice([1, 1, 7])),
    )
    ringed, kind = not sign and rng.random() < 0.8, int(rng.integers(3))
    for row in range(int(rng.integers(2, 9))):
        place, y = draft.new_row(), row * pitch
        marks = draft.writer.line(f"{first + row}{sign}")
        if ringed:
            draft.ring(bounds(marks), 0, y, place)
        x = draft.put(marks, 0, y, row=place) + float(rng.uniform(0.6, 1.2)) + 0.3 * ringed
        if kind == 0 or (kind == 2 and rng.random() < 0.5):
            x = draft.put(
                draft.writer.line(number(rng) if rng.random() < 0.6 else sum_text(rng)), x, y, row=place, gap=True
            )
        else:
            x = draft.put(draft.writer.words(word(rng)), x, y, row=place)
        if rng.random() < 0.15:
            draft.put(draft.writer.line("✓" if rng.random() < 0.7 else "✗"), x + 0.6, y, row=place)


def text_lines(draft: Draft) -> None:
    """Handwritten words in lines, with a number here and there, at least one."""
    rng = draft.rng
    draft.fill, draft.least = (0.55, 0.97), 15.0
    pitch, rows = float(rng.uniform(1.6, 2.2)), int(rng.integers(2, 7))
    sure = int(rng.integers(rows))
    for row in range(rows):
        place, x, y = draft.new_row(), 0.0, row * pitch
        for turn in range(int(rng.integers(2, 5))):
            if rng.random() < 0.35 or (turn == 1 and row == sure):
                x = draft.put(draft.writer.line(digits(rng, 1, 4)), x, y, row=place, gap=True)
            else:
                x = draft.put(draft.writer.words(word(rng)), x, y, row=place)
            x += float(rng.uniform(0.5, 0.9))


def headed(draft: Draft) -> None:
    """A few words above, one to four numbers below."""
    rng = draft.rng
    pitch, rows = float(rng.uniform(1.5, 2.4)), int(rng.integers(1, 3))
    for row in range(rows):
        draft.add(draft.writer.words(word(rng)), 0, row * pitch)
    for row in range(int(rng.integers(1, 5))):
        draft.add(draft.writer.line(digits(rng, 1, 5)), float(rng.normal(0.3, 0.2)), (rows + row) * pitch)
