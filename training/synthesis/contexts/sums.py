"""Sums, equations and fractions, in rows and in columns."""

from __future__ import annotations

import numpy as np

from training.synthesis.contexts.draft import Draft
from training.synthesis.contexts.marks import bounds

_SIGNS = "+-×÷:/·"
_SHARES = (0.3, 0.22, 0.2, 0.1, 0.07, 0.06, 0.05)
_UNKNOWNS = "xynakm"


def number(rng: np.random.Generator, most: int = 3) -> str:
    """A number of one to ``most`` digits, shorter ones more often; no 0 before others."""
    length = int(rng.choice(most, p=_falling(most))) + 1
    return str(rng.integers(10 ** (length - 1) if length > 1 else 0, 10**length))


def _falling(most: int) -> list[float]:
    weights = [1.0, 0.9, 0.45, 0.25, 0.15, 0.1][:most]
    return [weight / sum(weights) for weight in weights]


def _sign(rng: np.random.Generator) -> str:
    return str(rng.choice(list(_SIGNS), p=_SHARES))


def sum_text(rng: np.random.Generator) -> str:
    """ "12+7=19", "(5+2)×3", "8 - 3 =": two to four numbers, now and then in brackets."""
    terms = [number(rng) for _ in range(int(rng.choice([2, 3, 4], p=[0.6, 0.28, 0.12])))]
    signs = [_sign(rng) for _ in terms[1:]]
    if len(terms) > 2 and rng.random() < 0.5:
        start = int(rng.integers(len(terms) - 1))
        opening, closing = ("[", "]") if rng.random() < 0.12 else ("(", ")")
        terms[start], terms[start + 1] = opening + terms[start], terms[start + 1] + closing
    space = str(rng.choice(["", " "]))
    text = terms[0] + "".join(f"{space}{sign}{space}{term}" for sign, term in zip(signs, terms[1:], strict=True))
    kind = rng.random()
    if kind < 0.55:
        return f"{text}{space}={space}{'-' * (rng.random() < 0.1)}{number(rng)}"
    return f"{text}{space}=" if kind < 0.7 else text


def equation_text(rng: np.random.Generator) -> str:
    """ "x = 12", "3x + 4 = 19", "y < 7"."""
    unknown, sign = str(rng.choice(list(_UNKNOWNS))), str(rng.choice(["=", "=", "=", "<", ">"]))
    factor = number(rng, 2) if rng.random() < 0.4 else ""
    shift = f" {rng.choice(['+', '-'])} {number(rng, 2)}" if rng.random() < 0.5 else ""
    return f"{factor}{unknown}{shift} {sign} {number(rng)}"


def sums(draft: Draft) -> None:
    """One to seven sums below each other, or one in large."""
    rng = draft.rng
    rows = int(rng.choice([1, 1, 1, 2, 3, 4, 5, 7]))
    pitch = float(rng.uniform(1.5, 2.6))
    for row in range(rows):
        line = draft.writer.line(sum_text(rng))
        x, place = float(rng.normal(0, 0.15)), draft.new_row()
        draft.add(line, x, row * pitch, row=place)
        if rng.random() < 0.08 and not line[-1].label:
            draft.ring(line[-1].extent(), x, row * pitch, place)


def equations(draft: Draft) -> None:
    """Equations with unknowns, with or without numbers before them."""
    rng = draft.rng
    pitch, numbered = float(rng.uniform(1.5, 2.4)), rng.random() < 0.3
    for row in range(int(rng.integers(1, 6))):
        text = equation_text(rng) if rng.random() < 0.7 else sum_text(rng)
        text = f"{row + 1}{rng.choice([')', '.'])} {text}" if numbered else text
        draft.add(draft.writer.line(text), float(rng.normal(0, 0.1)), row * pitch)


def column_sums(draft: Draft) -> None:
    """Numbers below each other, a sign before the last, a line by hand, and the result."""
    rng = draft.rng
    pitch = float(rng.uniform(1.25, 1.6))
    for column in range(int(rng.integers(1, 4))):
        right, widest = column * float(rng.uniform(5.5, 7)), 0.0
        rows = int(rng.integers(2, 5))
        for row in range(rows):
            line = draft.writer.line(number(rng, 4))
            left = bounds(line)[2]
            widest = max(widest, left)
            draft.put(line, right - left, row * pitch, row=row, gap=True)
        sign = draft.writer.line(str(rng.choice(["+", "-", "×"], p=[0.6, 0.25, 0.15])))
        draft.add(sign, right - widest - bounds(sign)[2] - 0.35, (rows - 1) * pitch, row=rows - 1)
        draft.add_line((right - widest - 0.9, rows * pitch - 0.1), (right + 0.25, rows * pitch - 0.1))
        if rng.random() < 0.8:
            total = draft.writer.line(number(rng, 4))
            draft.put(total, right - bounds(total)[2], rows * pitch + 0.2, row=rows, gap=True)


def fractions(draft: Draft) -> None:
    """Fractions with a slash in a row, or one stacked over the other, with a whole number before it or none."""
    rng = draft.rng
    if rng.random() < 0.5:
        for row in range(int(rng.integers(1, 5))):
            one, two = (f"{number(rng, 2)}/{number(rng, 2)}" for _ in range(2))
            sum_of_two = f"{one} {rng.choice(['+', '-', '='])} {two}"
            mixed = f"{number(rng, 1)} {one}" if rng.random() < 0.5 else one
            draft.add(draft.writer.line(sum_of_two if rng.random() < 0.6 else mixed), 0, row * 1.9)
        return
    for place in range(int(rng.integers(1, 4))):
        above, below = draft.writer.line(number(rng, 2)), draft.writer.line(number(rng, 2))
        wide = max(bounds(above)[2], bounds(below)[2])
        top = place * 3.4
        draft.add(above, (wide - bounds(above)[2]) / 2, top)
        draft.add_line((-0.2, top + 1.25), (wide + 0.2, top + 1.25))
        draft.add(below, (wide - bounds(below)[2]) / 2, top + 1.5)
