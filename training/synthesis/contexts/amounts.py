"""Amounts, prices, measures: numbers with currencies, separators, units and words beside them."""

from __future__ import annotations

import numpy as np

from training.synthesis.contexts.draft import Draft
from training.synthesis.contexts.marks import bounds
from training.synthesis.contexts.sums import number

CURRENCY_SIGNS = "€$£¥₹₽"
_GOODS = ("milk", "bread", "apples", "tea", "rent", "taxi", "lunch", "paper", "fuel", "eggs", "hotel", "Total", "tax")
_UNITS = ("kg", "g", "cm", "m", "km", "mm", "ml", "l", "h", "min", "sec", "pcs", "V", "W", "MB", "px", "mg")
_BEFORE = ("Room", "No", "page", "Bus", "Gate", "Tel", "Width", "age", "Seat", "Flat", "House", "Level", "Phone", "ID")


def amount_text(rng: np.random.Generator) -> str:
    """ "3.50", "1,250.00", "€ 12,99", "25000/-", "1 200 000"..."""
    whole = str(rng.integers(10 ** int(rng.integers(0, 3)), 10 ** int(rng.integers(3, 8))))
    point, comma = (".", ",") if rng.random() < 0.6 else (",", str(rng.choice([".", " ", "'"])))
    if len(whole) > 3 and rng.random() < 0.6:
        whole = f"{int(whole):,}".replace(",", comma)
    text = whole + (f"{point}{rng.integers(0, 100):02d}" if rng.random() < 0.65 else "")
    if rng.random() < 0.1:
        return f"{text}/-"
    sign, space = str(rng.choice(list(CURRENCY_SIGNS))), str(rng.choice(["", " "]))
    kind = rng.random()
    return f"{sign}{space}{text}" if kind < 0.35 else f"{text}{space}{sign}" if kind < 0.5 else text


def measure_text(rng: np.random.Generator) -> str:
    """A number with a sign: "7.5%", "21°", "3.8", "12 × 40", "-4°"."""
    text = number(rng) + (f"{rng.choice(['.', ','])}{rng.integers(0, 100)}" if rng.random() < 0.35 else "")
    kind = rng.random()
    if kind < 0.2:
        return f"{text} × {number(rng)}"
    return text + ("%" if kind < 0.4 else "°" if kind < 0.55 else "")


def amounts(draft: Draft) -> None:
    """One to eight amounts, now and then flush right with a line and a total below."""
    rng = draft.rng
    rows, pitch, listed = int(rng.choice([1, 1, 2, 3, 5, 8])), float(rng.uniform(1.4, 2.3)), rng.random() < 0.35
    for row in range(rows):
        place, y = draft.new_row(), row * pitch
        end = draft.put(draft.writer.line(amount_text(rng)), 0, y, row=place)
        if listed:
            words = draft.writer.words(str(rng.choice(_GOODS)))
            width = bounds(words)[2]
            draft.put(words, -width - float(rng.uniform(0.8, 1.2)), y, row=place)
        elif rng.random() < 0.1:
            draft.add_line((-0.1, y + 1.2), (end + 0.1, y + 1.2))


def units(draft: Draft) -> None:
    """Numbers with a unit behind them or a word before them."""
    rng = draft.rng
    pitch = float(rng.uniform(1.5, 2.4))
    for row in range(int(rng.choice([1, 1, 2, 3, 4, 6]))):
        place, y, x = draft.new_row(), row * pitch, 0.0
        if rng.random() < 0.45:
            x = draft.put(draft.writer.words(str(rng.choice(_BEFORE))), 0, y, row=place) + float(rng.uniform(0.4, 0.9))
        x = draft.put(draft.writer.line(measure_text(rng)), x, y, row=place)
        if rng.random() < 0.6:
            draft.put(draft.writer.words(str(rng.choice(_UNITS))), x + float(rng.uniform(0.15, 0.5)), y, row=place)
