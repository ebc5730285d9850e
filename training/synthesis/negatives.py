"""Negative examples: pages without a digit, and rows of glyphs that are no digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from training.synthesis import distractors, doodles, letters
from training.synthesis.conditions import applied, mixed
from training.synthesis.contexts import without_digits
from training.synthesis.glyphs import LETTER_FORMS
from training.synthesis.layout import PageWriter, arrange
from training.synthesis.pages import Page, compose
from training.synthesis.pens import Ink, Pen, draw, roughen
from training.synthesis.printed_text import PRINTED_WORDS, PrintWriter, outline_fonts
from training.synthesis.scene import Scene, everyday
from training.synthesis.strokes import Strokes
from training.synthesis.writers import PenWriter

# Letters that may be alone on a page: none has a digit's outline.
PRINTED_LETTERS = "AEFHKMNRVWXkmnrvwx"
# Letters of other scripts for fonts that have them, without those that look like digits: Ю (10), Ы (61), ד (7), კ (3),
# ຣ (5), ⴰ (0), ⴺ (3), ᑲ (6), ᒣ (7), ∅ (0).
SCRIPT_CHARACTERS: Mapping[str, str] = {
    "Greek": "ΓΔΛΞΠΣΨΩλμπψω",
    "Cyrillic": "ДЖИЛМПФШЩЯджилмпшщя",
    "Armenian": "ԱԲԴԸԹԺԽԿՀՄՇՌՎՓՔ",
    "Georgian": "დთლნჟრფღყშხ",
    "Hebrew": "אגהחכמנעצשת",
    "Arabic": "بتثجحخدذسشصضطظفن",
    "Lao": "ກຄຈຊຍດຕຖທນບປຜຝພຟມຢລຫ",
    "Tifinagh": "ⴲⴳⴵⴷⴼⴽⵀⵃⵄⵅⵋⵍⵎⵕⵖⵛⵜⵟⵡⵢⵣⵥ",
    "Syllabics": "ᐁᐃᐊᑌᑎᑕᑭᒥᒪᓀᓂᓇᓭᔨᕃᕆ",
    "Signs": "∀∇∈∉∏∑√∝∞∠∧∨∩∪∮≈≠≡≤≥⊂⊃⊆⊕⊗☎☺♀♂♠♣♥♦♪♫✂✈✌✎✓✗✚✿❄➔€£¥",
}


# A dash on a rotated page would be a 1, and letters that touch or are cut might look like any digit.
_AMBIGUOUS_CONDITIONS = {"turned-90", "turned-180", "turned-270", "touching", "overlapping", "cut-by-edge"}


def render_negative_page(
    seed: int | np.random.Generator, subject: str | None = None, conditions: tuple[str, ...] | None = None
) -> Page:
    """A page without a digit: ``subject`` of ``SUBJECTS`` (None: a random one) under those conditions (None: a random
    mixture). Its text is "" and it has no boxes; its ``conditions`` begin with the subject.

    Raises ``KeyError`` for an unknown subject or condition.
    """
    rng = np.random.default_rng(seed)
    subject = str(rng.choice(list(SUBJECTS))) if subject is None else subject
    drawn = tuple(name for name in mixed(rng) if name not in _AMBIGUOUS_CONDITIONS)
    names = drawn if conditions is None else tuple(conditions)
    page = SUBJECTS[subject](applied(everyday(rng), names, rng), rng)
    return replace(page, conditions=(f"no-digit:{subject}", *names))


class _DrawnWriter:
    """Draws the strokes that a function of the random generator gives, whatever character is asked for."""

    def __init__(self, strokes: Callable[[np.random.Generator], Strokes], pen: Pen, rng: np.random.Generator) -> None:
        self._strokes, self._pen, self._rng = strokes, pen, rng

    def ink(self, character: str, height: int) -> Ink:  # noqa: ARG002 - the protocol of a PageWriter
        width = float(self._rng.uniform(*self._pen.width))
        drawn = draw(self._strokes(self._rng), height, max(width, 1.5 / height), self._pen)
        return roughen(drawn, self._pen.grain, self._rng)


def _writers() -> dict[str, Callable[[Pen, np.random.Generator], PageWriter]]:
    return {
        "letter": PenWriter,
        "alphabet": lambda pen, rng: _DrawnWriter(letters.letter, pen, rng),
        "curl": lambda pen, rng: _DrawnWriter(letters.curl, pen, rng),
        "figure": lambda pen, rng: _DrawnWriter(_random_figure, pen, rng),
        "scribble": lambda pen, rng: _DrawnWriter(doodles.scribble, pen, rng),
        "dashes": lambda pen, rng: _DrawnWriter(doodles.dashes if rng.random() < 0.7 else doodles.dots, pen, rng),
        "print": lambda _pen, rng: PrintWriter(rng, outline=bool(rng.integers(2))),
        "script": lambda pen, rng: (
            PrintWriter(rng, outline=True, latin=False) if outline_fonts() else PenWriter(pen, rng)
        ),
    }


def glyph_rows(pen: Pen, rng: np.random.Generator, max_rows: int) -> tuple[PageWriter, list[list[str]]]:
    """One to ``max_rows`` rows of one to six glyphs of one kind that are no digits, and the writer that draws them."""
    writers = _writers()
    kind = str(rng.choice(list(writers)))
    return writers[kind](pen, rng), _rows(kind, max_rows, rng)


def _rows(kind: str, max_rows: int, rng: np.random.Generator) -> list[list[str]]:
    return [[_character(kind, rng) for _ in range(rng.integers(1, 7))] for _ in range(rng.integers(1, max_rows + 1))]


def _character(kind: str, rng: np.random.Generator) -> str:
    """A character for a writer of that kind; those that draw random strokes take any."""
    if kind == "print":
        return str(rng.choice(list(PRINTED_LETTERS)))
    if kind == "script" and outline_fonts():
        return str(rng.choice(list(SCRIPT_CHARACTERS[str(rng.choice(list(SCRIPT_CHARACTERS)))])))
    return str(rng.choice(list(LETTER_FORMS)))


def _random_figure(rng: np.random.Generator) -> Strokes:
    if rng.random() < 0.15:
        return doodles.spiral(rng)
    return doodles.figure(str(rng.choice(list(doodles.FIGURE_FORMS))), rng)


def _page_of(kind: str, max_rows: int) -> Callable[[Scene, np.random.Generator], Page]:
    """A page with one to ``max_rows`` rows of glyphs of that kind."""

    def make(scene: Scene, rng: np.random.Generator) -> Page:
        writer = _writers()[kind](scene.pen, rng)
        return compose(scene, arrange(_rows(kind, max_rows, rng), writer, scene, rng), rng)

    return make


def _blank(scene: Scene, rng: np.random.Generator) -> Page:
    return compose(scene, (), rng)


def _words(scene: Scene, rng: np.random.Generator) -> Page:
    """Printed words in rows."""
    scene = replace(scene, layout=replace(scene.layout, size=min(0.12, scene.layout.size), gap=(0.4, 0.7)))
    rows = [[str(word) for word in rng.choice(PRINTED_WORDS, rng.integers(1, 5))] for _ in range(rng.integers(1, 5))]
    return compose(scene, arrange(rows, PrintWriter(rng, outline=bool(rng.integers(2))), scene, rng), rng)


SUBJECTS: Mapping[str, Callable[[Scene, np.random.Generator], Page]] = {
    "blank": _blank,
    "letters": _page_of("letter", 3),
    "alphabets": _page_of("alphabet", 2),
    "curls": _page_of("curl", 2),
    "figures": _page_of("figure", 2),
    "scribbles": _page_of("scribble", 2),
    "dashes": _page_of("dashes", 3),
    "printed-letters": _page_of("print", 3),
    "printed-words": _words,
    "other-scripts": _page_of("script", 2),
    "texture": distractors.texture,
    "face": distractors.face,
    "screenshot": distractors.screenshot,
    **{name: without_digits.subject(name) for name in without_digits.WRITTEN_SUBJECTS},
}
