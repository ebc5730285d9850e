"""Pages with writing but no digit: words, forms without an entry, letters in boxes, crosses, sheets of signs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from training.synthesis import doodles
from training.synthesis.contexts import forms
from training.synthesis.contexts.draft import Draft
from training.synthesis.contexts.lists import word
from training.synthesis.contexts.marks import Drawn, bounds
from training.synthesis.contexts.media import any_medium, rule_page, takes_ruling
from training.synthesis.contexts.overwritten import struck
from training.synthesis.contexts.page_rendering import render
from training.synthesis.pages import Page
from training.synthesis.scene import Scene

# Signs that say nothing alone would be a 1 or a 0 on an otherwise empty sheet: brackets, slashes, dots, dashes.
_SHEETS = "+×÷=%€$£¥₹#?✓✗→&@√"
_GREEK = "αβγδθλμπσφψωΣΔΩ"


def words(draft: Draft) -> None:
    """Handwritten words: one, a line, a page."""
    rng = draft.rng
    rows, most = int(rng.choice([1, 1, 2, 4, 8, 16])), int(rng.choice([1, 2, 4, 6]))
    pitch = float(rng.uniform(1.5, 2.2))
    draft.least = 10.0
    for row in range(rows):
        place, x = draft.new_row(), 0.0
        for _ in range(int(rng.integers(1, most + 1))):
            x = draft.put(draft.writer.words(word(rng)), x, row * pitch, row=place) + float(rng.uniform(0.4, 0.9))


def blank_form(draft: Draft) -> None:
    """Printed boxes, combs and lines that nobody has filled in, or scribbled in."""
    rng = draft.rng
    kinds = (forms.boxes, forms.combs, forms.lines, forms.fields)
    kinds[int(rng.integers(len(kinds)))](draft)
    filled, draft.marks = draft.marks, []
    draft.whole = True
    if rng.random() < 0.3:
        draft.captions.append(
            draft.printer.barcode(rng, float(rng.uniform(1, 3))).moved(float(rng.uniform(0, 8)), -3.5)
        )
    if rng.random() < 0.5:
        for mark in filled[:: int(rng.integers(3, 8))]:
            scribble = Drawn("", "scribble", doodles.scribble(rng), draft.writer.nib, row=mark.row)
            draft.marks.append(scribble.scaled(0.7).moved(mark.extent()[0], mark.extent()[1]))


def letter_boxes(draft: Draft) -> None:
    """Capital letters, one in each printed box."""
    rng = draft.rng
    for row in range(int(rng.integers(1, 4))):
        place, y = draft.new_row(), row * 2.6
        text = "".join(rng.choice(list("ABCDEFGHKLMNPRSTUVWXY"), int(rng.integers(4, 12))))
        for number, letter in enumerate(text):
            left = number * 1.2
            draft.box((left, y - 0.2, left + 1.2, y + 1.2), 0.05)
            marks = draft.writer.line(letter, size=0.9)
            draft.put(marks, left + (1.2 - bounds(marks)[2]) / 2, y + 0.05, row=place)
        if rng.random() < 0.6:
            draft.caption(str(rng.choice(forms.FORM_CAPTIONS)), 0, y - 0.9, 0.5)


def crosses(draft: Draft) -> None:
    """A printed table with crosses or ticks in some cells."""
    rng = draft.rng
    rows, columns, wide = int(rng.integers(3, 10)), int(rng.integers(2, 6)), float(rng.uniform(1.6, 3))
    sign = str(rng.choice(["✗", "✓", "×"]))
    for row in range(rows):
        place = draft.new_row()
        for column in range(columns):
            draft.box((column * wide, row * 1.5, (column + 1) * wide, (row + 1) * 1.5), 0.04)
            if rng.random() < 0.35:
                at = (column + 0.5) * wide - 0.3 + float(rng.normal(0, 0.1))
                draft.put(draft.writer.line(sign), at, row * 1.5 + 0.25, row=place)
    draft.whole = True


def signs(draft: Draft) -> None:
    """One sign or Greek letter in large, or a sheet of them."""
    rng = draft.rng
    several = rng.random() < 0.5
    characters = _SHEETS if rng.random() < 0.4 else _GREEK
    same = str(rng.choice(list(characters)))
    for row in range(int(rng.integers(2, 9)) if several else 1):
        count = int(rng.integers(2, 10)) if several else 1
        text = same * count if rng.random() < 0.6 else "".join(rng.choice(list(characters), count))
        draft.add(draft.writer.line(text, gap=float(rng.uniform(0.3, 0.9))), 0, row * 1.7)


def struck_only(draft: Draft) -> None:
    """Numbers that were all struck out beyond reading."""
    rng = draft.rng
    for row in range(int(rng.integers(1, 4))):
        text = "".join(map(str, rng.integers(0, 10, int(rng.integers(1, 5)))))
        marks = draft.writer.line(text, gap=0.1, sampled=False)
        draft.add([struck(marks, rng, blot=True)], 0, row * 1.9)


WRITTEN_SUBJECTS: Mapping[str, Callable[[Draft], None]] = {
    "handwritten-words": words,
    "blank-form": blank_form,
    "letter-boxes": letter_boxes,
    "crossed-table": crosses,
    "signs": signs,
    "struck-out": struck_only,
}


def subject(name: str) -> Callable[[Scene, np.random.Generator], Page]:
    """A subject of ``training.synthesis.negatives``: one of ``WRITTEN_SUBJECTS`` in a scene."""

    def make(scene: Scene, rng: np.random.Generator) -> Page:
        plain = scene.camera.scale == 1 and scene.camera.turns == 0 and scene.light.shadow == scene.light.glare == 0
        draft = Draft(any_medium(scene, rng) if plain and rng.random() < 0.5 else scene, rng)
        WRITTEN_SUBJECTS[name](draft)
        if takes_ruling(draft) and rng.random() < 0.15:
            rule_page(draft)
        return render(draft)

    return make
