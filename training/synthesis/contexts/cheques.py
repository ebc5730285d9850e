"""Bank cheques: printed lines and captions on a tint, a date in boxes, an amount in words and in digits, a name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from training.synthesis.contexts.amounts import CURRENCY_SIGNS
from training.synthesis.contexts.draft import Draft
from training.synthesis.contexts.lists import word
from training.synthesis.contexts.marks import bounds

_PAPERS = ((214, 240, 226), (226, 236, 250), (250, 240, 222), (240, 226, 240), (246, 246, 240))


def _amount(rng: np.random.Generator) -> str:
    value = int(rng.integers(1, 10)) * 10 ** int(rng.integers(2, 7)) + int(rng.integers(0, 1000)) * (rng.random() < 0.5)
    text = f"{value:,}" if rng.random() < 0.6 else str(value)
    return text + str(rng.choice(["/-", "", ".00", "-"], p=[0.4, 0.3, 0.2, 0.1]))


def cheques(draft: Draft) -> None:
    """The whole cheque, or what is written on its right: the date and the amount."""
    rng = draft.rng
    if sum(draft.scene.paper.colour) > 600:
        paper = replace(draft.scene.paper, colour=_PAPERS[rng.integers(len(_PAPERS))])
        draft.scene = replace(draft.scene, paper=paper)
    draft.fill, draft.least, draft.cut_out = (0.7, 0.96), 17.0, 0.7
    whole = rng.random() < 0.55
    wide = float(rng.uniform(18, 24)) if whole else float(rng.uniform(8, 11))
    _date(draft, wide)
    if whole:
        _words(draft, wide)
    y = 6.2 if whole else float(rng.uniform(2.4, 3.4))
    text = _amount(rng)
    marks = draft.writer.line(text)
    left = wide - max(6.0, bounds(marks)[2] + 1.4)
    sign = str(rng.choice(list(CURRENCY_SIGNS)))
    size = float(rng.uniform(0.7, 1.0))
    draft.caption(sign, left - 1.0, y + 0.9 - size, size)
    draft.box((left, y - 0.35, wide, y + 1.35), float(rng.choice([0.03, 0.05])))
    draft.put(marks, left + float(rng.uniform(0.2, 0.9)), y, row=draft.new_row())
    if whole:
        _signature(draft, wide)


def _date(draft: Draft, wide: float) -> None:
    rng = draft.rng
    text = f"{rng.integers(1, 32):02d}{rng.integers(1, 13):02d}{rng.integers(1990, 2035)}"
    place = draft.new_row()
    if rng.random() < 0.75:
        start = max(0.0, wide - 10.0)
        end = draft.cells(text, start, 0, row=place)
        pitch, size = (end - start) / 8, float(rng.uniform(0.4, 0.65))
        for number, letter in enumerate("DDMMYYYY" if rng.random() < 0.8 else ""):
            draft.caption(letter, start + (number + 0.35) * pitch, 1.4, size)
    else:
        sign = str(rng.choice(["/", "-", "."]))
        start = wide - 8.0
        end = draft.put(draft.writer.line(f"{text[:2]}{sign}{text[2:4]}{sign}{text[4:]}"), start, 0, row=place)
        draft.ruled_line(start - 0.3, end + 0.5, 1.1)
    draft.caption("Date", start - 2.4, 0.3, 0.6)


def _words(draft: Draft, wide: float) -> None:
    """The bank's name, and lines with who is paid and how much in words."""
    rng = draft.rng
    draft.caption(f"{word(rng).upper()} BANK", 0, -0.2, float(rng.uniform(0.8, 1.1)))
    for line, caption in ((2.2, "Pay to"), (4.2, "the sum of")):
        end = bounds(draft.printer.words(caption, 0.55))[2] + 0.5
        draft.caption(caption, 0, line + 0.4, 0.55)
        draft.rule([(end, line + 1.1), (wide, line + 1.1)], 0.03)
        x = end + 0.3
        while x < 0.6 * wide:
            x = draft.put(draft.writer.words(word(rng), size=0.9), x, line + 0.1, row=draft.new_row()) + 0.6


def _signature(draft: Draft, wide: float) -> None:
    """A name, written through."""
    rng = draft.rng
    name = draft.writer.words(word(rng).capitalize(), size=float(rng.uniform(0.9, 1.4)))
    draft.put(name, wide - float(rng.uniform(4, 5.5)), 8.2, row=draft.new_row())
    draft.caption("Please sign above", wide - 5.5, 9.8, 0.45)
    if rng.random() < 0.4:
        draft.captions.append(draft.printer.barcode(rng, float(rng.uniform(1.2, 3))).moved(0, 7))
