"""Pictures with no digit in them, and single things that are no digits: what a reader must learn to leave alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from training.synthesis import distractors, doodles, letters
from training.synthesis.conditions import applied, mixed
from training.synthesis.contexts import without_digits
from training.synthesis.glyphs import LETTERS
from training.synthesis.layout import PageWriter, arrange
from training.synthesis.pages import Page, compose
from training.synthesis.pens import Ink, Pen, draw, roughen
from training.synthesis.printed_text import WORDS, PrintWriter, outline_fonts
from training.synthesis.scene import Scene, everyday
from training.synthesis.strokes import Strokes
from training.synthesis.writers import PenWriter

# Letters that may stand alone: none with a digit's outline.
PRINTED = "AEFHKMNRVWXkmnrvwx"
# Letters of other scripts for fonts that have them, without those that look like digits: Ю (10), Ы (61), ד (7), კ (3),
# ຣ (5), ⴰ (0), ⴺ (3), ᑲ (6), ᒣ (7), ∅ (0).
SCRIPTS: Mapping[str, str] = {
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


# How often each kind of thing is drawn where any will do.
_SHARES: Mapping[str, float] = {
    "letter": 0.2,
    "alphabet": 0.18,
    "curl": 0.12,
    "figure": 0.12,
    "scribble": 0.08,
    "dashes": 0.06,
    "print": 0.12,
    "script": 0.12,
}

# A dash on a page held wrongly would be a 1, and letters that run together or are cut might be anything.
_MISLEADING = {"turned-90", "turned-180", "turned-270", "touching", "overlapping", "cut-by-edge"}


def glyph(rng: np.random.Generator, height: int = 64) -> Ink:
    """One thing that is no digit, as ink about ``height`` pixels high: a letter, a figure, a scribble, dashes."""
    kind = str(rng.choice(list(_SHARES), p=list(_SHARES.values())))
    return _hands()[kind](everyday(rng).pen, rng).ink(_single(kind, rng), height)


def generate(
    seed: int | np.random.Generator, subject: str | None = None, conditions: tuple[str, ...] | None = None
) -> Page:
    """A picture without a digit: ``subject`` of ``SUBJECTS`` (KeyError for others; None: any) under those conditions
    (None: a random mixture). Its text is "" and it has no boxes; ``conditions`` of the page begin with the subject."""
    rng = np.random.default_rng(seed)
    subject = str(rng.choice(list(SUBJECTS))) if subject is None else subject
    drawn = tuple(name for name in mixed(rng) if name not in _MISLEADING)
    names = drawn if conditions is None else tuple(conditions)
    page = SUBJECTS[subject](applied(everyday(rng), names, rng), rng)
    return replace(page, conditions=(f"no-digit:{subject}", *names))


class _DrawnWriter:
    """Draws whatever a function of the random generator gives, in place of the character asked for."""

    def __init__(self, strokes: Callable[[np.random.Generator], Strokes], pen: Pen, rng: np.random.Generator) -> None:
        self._strokes, self._pen, self._rng = strokes, pen, rng

    def ink(self, character: str, height: int) -> Ink:  # noqa: ARG002 - a hand is asked for a character
        width = float(self._rng.uniform(*self._pen.width))
        drawn = draw(self._strokes(self._rng), height, max(width, 1.5 / height), self._pen)
        return roughen(drawn, self._pen.grain, self._rng)


def _hands() -> dict[str, Callable[[Pen, np.random.Generator], PageWriter]]:
    return {
        "letter": PenWriter,
        "alphabet": lambda pen, rng: _DrawnWriter(letters.letter, pen, rng),
        "curl": lambda pen, rng: _DrawnWriter(letters.curl, pen, rng),
        "figure": lambda pen, rng: _DrawnWriter(_any_figure, pen, rng),
        "scribble": lambda pen, rng: _DrawnWriter(doodles.scribble, pen, rng),
        "dashes": lambda pen, rng: _DrawnWriter(doodles.dashes if rng.random() < 0.7 else doodles.dots, pen, rng),
        "print": lambda _pen, rng: PrintWriter(rng, outline=bool(rng.integers(2))),
        "script": lambda pen, rng: (
            PrintWriter(rng, outline=True, latin=False) if outline_fonts() else PenWriter(pen, rng)
        ),
    }


def marks(pen: Pen, rng: np.random.Generator, most: int) -> tuple[PageWriter, list[list[str]]]:
    """One to ``most`` rows of one to six things of one kind that are no digits, and the hand that draws them."""
    kind = str(rng.choice(list(_SHARES)))
    return _hands()[kind](pen, rng), _rows(kind, most, rng)


def _rows(kind: str, most: int, rng: np.random.Generator) -> list[list[str]]:
    return [[_single(kind, rng) for _ in range(rng.integers(1, 7))] for _ in range(rng.integers(1, most + 1))]


def _single(kind: str, rng: np.random.Generator) -> str:
    """A character for a hand of that kind; hands that draw what they like take any."""
    if kind == "print":
        return str(rng.choice(list(PRINTED)))
    if kind == "script" and outline_fonts():
        return str(rng.choice(list(SCRIPTS[str(rng.choice(list(SCRIPTS)))])))
    return str(rng.choice(list(LETTERS)))


def _any_figure(rng: np.random.Generator) -> Strokes:
    if rng.random() < 0.15:
        return doodles.spiral(rng)
    return doodles.figure(str(rng.choice(list(doodles.FIGURES))), rng)


def _marked(kind: str, most: int) -> Callable[[Scene, np.random.Generator], Page]:
    """A page with one to ``most`` rows of such things."""

    def make(scene: Scene, rng: np.random.Generator) -> Page:
        hand = _hands()[kind](scene.pen, rng)
        return compose(scene, arrange(_rows(kind, most, rng), hand, scene, rng), rng)

    return make


def _blank(scene: Scene, rng: np.random.Generator) -> Page:
    return compose(scene, (), rng)


def _words(scene: Scene, rng: np.random.Generator) -> Page:
    """Printed words in rows."""
    scene = replace(scene, layout=replace(scene.layout, size=min(0.12, scene.layout.size), gap=(0.4, 0.7)))
    rows = [[str(word) for word in rng.choice(WORDS, rng.integers(1, 5))] for _ in range(rng.integers(1, 5))]
    return compose(scene, arrange(rows, PrintWriter(rng, outline=bool(rng.integers(2))), scene, rng), rng)


SUBJECTS: Mapping[str, Callable[[Scene, np.random.Generator], Page]] = {
    "blank": _blank,
    "letters": _marked("letter", 3),
    "alphabets": _marked("alphabet", 2),
    "curls": _marked("curl", 2),
    "figures": _marked("figure", 2),
    "scribbles": _marked("scribble", 2),
    "dashes": _marked("dashes", 3),
    "printed-letters": _marked("print", 3),
    "printed-words": _words,
    "other-scripts": _marked("script", 2),
    "texture": distractors.texture,
    "face": distractors.face,
    "screenshot": distractors.screenshot,
    **{name: without_digits.subject(name) for name in without_digits.SUBJECTS},
}
