"""Phone numbers, post codes, codes with letters and dashes, and plain rows as people write them for a reader."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from training.synthesis.contexts.draft import Draft
from training.synthesis.contexts.marks import DraftMark, Drawn

_CODE_LETTERS = "AEFHKMNRVWX"
_PLACES = ("London", "Berlin", "Paris", "Wien", "Oslo", "Madrid", "Delhi", "Boston", "Kyiv", "Lima", "Warszawa", "Roma")
_STREETS = ("Main Street", "Park Road", "Hauptweg", "Lindenallee", "River View", "Church Lane", "Rue Verte", "Via Roma")
_NAMES = ("Anna Weber", "Tom Hunter", "Nina", "Mr White", "Eva Marek", "Family Kern", "J Smith", "Maria Lopez", "Arun")


def digits(rng: np.random.Generator, least: int, most: int) -> str:
    """Any digits."""
    return "".join(map(str, rng.integers(0, 10, int(rng.integers(least, most + 1)))))


def phone_text(rng: np.random.Generator) -> str:
    """ "+49 170 1234567", "(030) 12 34 56", "555-0199", "9840178855"..."""
    start = str(rng.choice(["", "+", "(", "0"], p=[0.35, 0.25, 0.2, 0.2]))
    joint = str(rng.choice([" ", "-", "", ".", "/"], p=[0.4, 0.28, 0.2, 0.06, 0.06]))
    groups = [digits(rng, 2, 4) for _ in range(int(rng.integers(2, 5)))]
    if start == "(":
        return f"({groups[0]}) {joint.join(groups[1:])}"
    return start + joint.join(groups)


def phones(draft: Draft) -> None:
    """One to five phone numbers, now and then a name before them."""
    rng = draft.rng
    pitch, named = float(rng.uniform(1.5, 2.4)), rng.random() < 0.3
    for row in range(int(rng.choice([1, 1, 2, 3, 5]))):
        place, y, x = draft.new_row(), row * pitch, 0.0
        if named:
            x = draft.put(draft.writer.words(str(rng.choice(_NAMES))), 0, y, row=place) + 0.8
        draft.put(draft.writer.line(phone_text(rng)), x, y, row=place)


def codes(draft: Draft) -> None:
    """ "508R", "279-1000", "A 17", "#42", "№ 8": codes in rows, with letters that are no digits."""
    rng = draft.rng
    pitch = float(rng.uniform(1.3, 2.2))
    for row in range(int(rng.choice([1, 1, 2, 4, 7, 10]))):
        letter = str(rng.choice(list(_CODE_LETTERS)))
        kind = int(rng.integers(6))
        text = (
            digits(rng, 2, 4) + letter,
            f"{digits(rng, 2, 4)}-{digits(rng, 3, 5)}",
            f"{letter} {digits(rng, 1, 4)}",
            f"{rng.choice(['#', '№'])}{digits(rng, 1, 4)}",
            f"{digits(rng, 1, 3)}/{digits(rng, 1, 3)}",
            f"{digits(rng, 2, 4)}{letter} - {digits(rng, 3, 4)}",
        )[kind]
        draft.add(draft.writer.line(text), float(rng.normal(0, 0.1)), row * pitch)


def post_codes(draft: Draft) -> None:
    """An envelope or an address: a name, a street with its number, a post code and a place."""
    rng = draft.rng
    pitch, y = float(rng.uniform(1.5, 2.2)), 0.0
    draft.fill = (0.4, 0.9)
    if rng.random() < 0.7:
        draft.put(draft.writer.words(str(rng.choice(_NAMES))), 0, y, row=draft.new_row())
        y += pitch
    if rng.random() < 0.7:
        place = draft.new_row()
        end = draft.put(draft.writer.words(str(rng.choice(_STREETS))), 0, y, row=place)
        draft.put(draft.writer.line(digits(rng, 1, 3).lstrip("0") or "8"), end + 0.7, y, row=place)
        y += pitch
    place = draft.new_row()
    boxed = rng.random() < 0.4
    code = digits(rng, 4, 6) if boxed or rng.random() < 0.7 else f"{digits(rng, 5, 5)}-{digits(rng, 4, 4)}"
    end = draft.cells(code, 0, y, place) if boxed else draft.put(draft.writer.line(code), 0, y, place)
    draft.put(draft.writer.words(str(rng.choice(_PLACES))), end + 0.8, y, row=place)
    if rng.random() < 0.3:
        draft.caption("Postage paid", end + 3, -1.5, 0.6)


def rows(draft: Draft) -> None:
    """Plain numbers in rows and groups: wide apart, growing, on a slope, a stray dot among them."""
    rng = draft.rng
    pitch = float(rng.uniform(1.35, 2.4))
    gap = float(rng.uniform(0.5, 1.6)) if rng.random() < 0.4 else None
    dry = rng.random() < 0.1
    growth = float(np.clip(rng.normal(1, 0.09), 0.85, 1.18)) if rng.random() < 0.2 else 1.0
    for row in range(int(rng.choice([1, 1, 2, 2, 3, 4]))):
        text = " ".join(digits(rng, 1, 6) for _ in range(int(rng.choice([1, 1, 1, 2, 3]))))
        if rng.random() < 0.08:
            at = int(rng.integers(1, len(text) + 1))
            text = text[:at] + "." + text[at:]
        line = draft.writer.line(text, gap=gap, growth=growth)
        marks = _fading(line, rng) if dry and len(line) > 2 else line
        draft.add(marks, float(rng.normal(0, 0.4)), row * pitch * max(1, growth))


def _fading(line: tuple[DraftMark, ...], rng: np.random.Generator) -> list[DraftMark]:
    """The ink runs dry towards the end of the row, to a quarter at least."""
    shares = np.linspace(1, float(rng.uniform(0.5, 0.8)), len(line)) ** 2
    return [_fainter(mark, float(share)) for mark, share in zip(line, shares, strict=True)]


def _fainter(mark: DraftMark, share: float) -> DraftMark:
    if isinstance(mark, Drawn):
        return replace(mark, nib=replace(mark.nib, opacity=mark.nib.opacity * share))
    return replace(mark, opacity=mark.opacity * share)
