"""The pages that the detector and the segmenter are trained on: of every context and condition, the hard ones often."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from model.reading import Box
from training.synthesis import camera, negatives, pages
from training.synthesis.conditions import CONDITIONS, applied, mixed
from training.synthesis.contexts import registry as contexts
from training.synthesis.layout import PageWriter, arrange
from training.synthesis.pens import Ink
from training.synthesis.printed_text import PRINTED_WORDS, PrintWriter
from training.synthesis.scene import Scene, everyday
from training.synthesis.writers import PenWriter, SampleDigits

# Conditions that leave much beside the digits; they are shown more often.
_HARD = (
    *("window-light", "table-edge") * 3,
    *("second-sheet", "fingers", "wrinkles", "hard-shadow", "screen-photo", "perspective", "ruled-paper"),
    *("squared-paper", "pencil", "broken-strokes", "thumbnail", "tiny-digits"),
    *("touching", "overlapping") * 4,
)
# Subjects without digits that are most easily taken for digits; they are shown twice as often as others.
_MISTAKEN = ("blank", "letters", "alphabets", "curls", "figures", "other-scripts")
_OTHER_PENS = 0.6  # of the pages with large digits
_DRY = 0.3  # of the pens of these
_SQUEEZED = 0.4  # of the pages: through JPEG and back, as photos come
_CUT_OUT = 0.25  # of the pages with digits in context: cut out of a larger photo


def training_page(rng: np.random.Generator, sample_digits: SampleDigits | None) -> pages.Page:
    """A page: digits in context, none, a form, one or a few large digits or other marks, or any, in all conditions."""
    share = rng.random()
    if share < 0.4:
        page = contexts.render_context_page(rng, sample_digits=sample_digits)
        page = _cut_out(page, rng) if rng.random() < _CUT_OUT else page
    elif share < 0.53:
        page = _empty(rng)
    elif share < 0.6:
        page = _large_others(rng)
    elif share < 0.65:
        page = _form(rng)
    elif share < 0.8:
        page = _large(rng, sample_digits)
    else:
        page = pages.render_page(rng, _conditions(rng), sample_digits=sample_digits)
    if rng.random() < _SQUEEZED:
        page = replace(page, pixels=camera.jpeg_compressed(page.pixels, int(rng.integers(55, 95))))
    return page


def _conditions(rng: np.random.Generator) -> tuple[str, ...]:
    """A hard one on many pages; any, or a mixture, on the others."""
    share = rng.random()
    if share < 0.35:
        return mixed(rng)
    names = _HARD if share > 0.65 else [name for name in CONDITIONS if name != "twelve-megapixels"]
    return (str(rng.choice(names)),)


def _empty(rng: np.random.Generator) -> pages.Page:
    """A page without digits; half of them in hard conditions."""
    subject = str(rng.choice([*negatives.SUBJECTS, *_MISTAKEN]))
    conditions = tuple(str(name) for name in rng.choice(_HARD[:-8], 1)) if rng.random() < 0.5 else None
    return negatives.render_negative_page(rng, subject, conditions)


def _large(rng: np.random.Generator, sample_digits: SampleDigits | None) -> pages.Page:
    """One to four digits, mostly so large that they fill the frame."""
    text = "".join(str(digit) for digit in rng.integers(0, 10, int(rng.choice([1, 1, 1, 2, 3, 4]))))
    conditions = _large_conditions(rng)
    if rng.random() < _OTHER_PENS:
        scene = _with_any_pen(applied(everyday(rng), conditions, rng), rng)
        marks = arrange([text], PenWriter(scene.pen, rng), scene, rng)
        return pages.compose(scene, marks, rng, conditions)
    return pages.render_page(rng, conditions, text=text, sample_digits=sample_digits)


def _large_others(rng: np.random.Generator) -> pages.Page:
    """One or two letters, figures or curls, mostly so large that they fill the frame: digits of that size are common,
    and so must be what they are told from."""
    scene = _with_any_pen(applied(everyday(rng), _large_conditions(rng), rng), rng)
    writer, rows = negatives.glyph_rows(scene.pen, rng, max_rows=1)
    return pages.compose(scene, arrange([rows[0][: int(rng.choice([1, 1, 2]))]], writer, scene, rng), rng)


def _large_conditions(rng: np.random.Generator) -> tuple[str, ...]:
    names = ("frame-filling",) if rng.random() < 0.6 else ()
    others = [name for name in _HARD if CONDITIONS[name].group.value != "layout"]
    return (*names, str(rng.choice(others))) if rng.random() < 0.6 else names


def _with_any_pen(scene: Scene, rng: np.random.Generator) -> Scene:
    """Finer or broader than usual, now and then so dry that the paper shows through the strokes."""
    share = float(np.exp(rng.uniform(np.log(0.25), np.log(1.5))))
    pen = replace(scene.pen, width=(share * scene.pen.width[0], share * scene.pen.width[1]))
    if rng.random() < _DRY:
        pen = replace(pen, grain=float(rng.uniform(0.5, 1.0)), swell=float(rng.uniform(0.3, 1.0)), opacity=(0.55, 0.95))
    return replace(scene, pen=pen)


def _cut_out(page: pages.Page, rng: np.random.Generator) -> pages.Page:
    """The part of a page that holds its digits and what is written beside them, as numbers are cut out of photos."""
    boxes = [*page.boxes, *(mark.box for mark in page.marks if mark.label not in {"line", "box"})]
    tall = float(np.median([box.height for box in page.boxes]))
    room = rng.uniform(0.1, 0.8, 4) * tall
    left, top = (max(0, int(min(getattr(box, side) for box in boxes) - room[at])) for at, side in enumerate("xy"))
    right = int(max(box.x + box.width for box in boxes) + room[2])
    bottom = int(max(box.y + box.height for box in boxes) + room[3])
    part = slice(top, bottom), slice(left, right)
    return replace(
        page,
        pixels=np.ascontiguousarray(page.pixels[part]),
        ink=np.ascontiguousarray(page.ink[part]),
        owners=None if page.owners is None else np.ascontiguousarray(page.owners[part]),
        boxes=tuple(_moved(box, left, top) for box in page.boxes),
        marks=tuple(replace(mark, box=_moved(mark.box, left, top)) for mark in page.marks),
    )


def _moved(box: Box, left: int, top: int) -> Box:
    return replace(box, x=box.x - left, y=box.y - top)


class _FormWriter:
    """Writes digits with a pen; anything else is another writer's."""

    def __init__(self, other: PageWriter, pen: PenWriter) -> None:
        self._other, self._pen = other, pen

    def ink(self, character: str, height: int) -> Ink:
        return (self._pen if character.isdigit() else self._other).ink(character, height)


def _form(rng: np.random.Generator) -> pages.Page:
    """Printed words, or marks that are no digits, and digits written between them."""
    scene = applied(everyday(rng), mixed(rng, 2), rng)
    scene = replace(scene, layout=replace(scene.layout, size=min(0.25, scene.layout.size), gap=(0.1, 0.7)))
    if rng.random() < 0.4:
        writer: PageWriter = PrintWriter(rng, outline=bool(rng.integers(2)))
        beside = [
            [str(word) for word in rng.choice(PRINTED_WORDS, rng.integers(1, 3))] for _ in range(rng.integers(1, 4))
        ]
    else:
        writer, beside = negatives.glyph_rows(scene.pen, rng, max_rows=2)
    digits = [[str(digit) for digit in rng.integers(0, 10, rng.integers(1, 7))] for _ in range(rng.integers(1, 3))]
    rows = _mingled(beside, digits, rng)
    hand = _FormWriter(writer, PenWriter(scene.pen, rng))
    marks = arrange(rows, hand, scene, rng)
    return pages.compose(scene, sorted(marks, key=lambda mark: not mark.is_digit), rng)


def _mingled(beside: list[list[str]], digits: list[list[str]], rng: np.random.Generator) -> list[list[str]]:
    """Rows of either kind in any order, or with the others between the digits of a row."""
    rows = [*beside, *digits]
    if rng.random() < 0.5:
        others = [each for row in beside for each in row]
        for row in digits:
            for _ in range(int(rng.integers(0, 3))):
                row.insert(int(rng.integers(len(row) + 1)), str(rng.choice(others)))
        rows = digits
    return [rows[index] for index in rng.permutation(len(rows))]
