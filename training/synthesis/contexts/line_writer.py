"""One person's writing on a page: digits, signs and words along a line, with that person's habits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from training.synthesis.contexts.marks import DraftMark, Drawn, Nib, Stamped, profile
from training.synthesis.contexts.symbols import SIGNS, WORD_LETTER_FORMS
from training.synthesis.glyphs import paths
from training.synthesis.pens import Colour, Pen, enlarge, trim
from training.synthesis.strokes import Stroke, Strokes, Writer, curve
from training.synthesis.writers import SampleDigits

# Two of these that touch are one stroke, or another character, to everybody.
_BARE = frozenset("1/()[]!'.,-")
_FLAGGED = ("flagged", "footed", "long flag")
_APART = frozenset(":·-=+×÷")


class LineWriter:
    """Writes text with one nib. ``forms`` of digits and signs, spacing, slope and unevenness are the writer's own."""

    def __init__(
        self, pen: Pen, colour: Colour, rng: np.random.Generator, sample_digits: SampleDigits | None = None
    ) -> None:
        self._rng, self._writer, self._samples = rng, Writer(rng), sample_digits
        width = float(rng.uniform(*pen.width))
        self.nib = Nib(pen, colour, width, float(rng.uniform(*pen.opacity)))
        self._habits: dict[str, str] = {}
        self._gap = float(rng.uniform(0.08, 0.34))
        self._space = float(rng.uniform(0.45, 1.1))
        self._slope = float(rng.normal(0, 0.025))
        self._ragged = float(rng.uniform(0.015, 0.07))
        self._touching = float(rng.choice([0.0, 0.06, 0.25], p=[0.7, 0.2, 0.1]))
        self._joined = float(rng.choice([0.0, 0.5, 0.9]))

    def line(
        self, text: str, *, size: float = 1.0, gap: float | None = None, growth: float = 1.0, sampled: bool = True
    ) -> tuple[DraftMark, ...]:
        """The text from (0, 0) to the right, digits from 0 to ``size`` high. ``gap`` between its characters in place of
        the writer's own, in digit heights; ``growth``: how much larger each character is than the one before;
        ``sampled``: with a collection's digits, where the writer has them."""
        line: list[DraftMark] = []
        room, tall = 0.0, size
        for number, character in enumerate(text):
            if character == " ":
                room += self._space * size * float(np.exp(self._rng.normal(0, 0.15)))
                continue
            beside = text[max(0, number - 1) : number] + text[number + 1 : number + 2]
            written = self.character(character, sampled=sampled, beside=beside)
            mark = replace(self._uneven(written, tall), gap=room > 0)
            x = self._after(gap, text[number - 1 : number + 1]) * tall + room if line else 0.0
            line.append(mark.moved(self._right(line, mark, x), self._slope * number * 0.5 * tall + size - tall))
            room, tall = 0.0, tall * growth
        return tuple(line)

    def words(self, text: str, *, size: float = 1.0) -> tuple[DraftMark, ...]:
        """Words in letters, one mark a word."""
        row: list[DraftMark] = []
        x = 0.0
        for word in text.split():
            letters = self.line(word, size=size, gap=0.1)
            strokes = tuple(stroke for letter in letters if isinstance(letter, Drawn) for stroke in letter.strokes)
            if not strokes:
                continue
            mark = Drawn(
                word, "word" if len(word) > 1 else "letter", strokes + self._joins(letters), self.nib, gap=True
            )
            row.append(mark.moved(x, 0))
            x = row[-1].extent()[2] + self._space * 0.8 * size
        return tuple(row)

    def character(self, character: str, *, sampled: bool = True, beside: str = "") -> DraftMark:
        """One character at the origin, one unit high where it is a digit, ``beside`` its neighbours. KeyError for one
        that no form is known of."""
        if character in SIGNS:
            sign = SIGNS[character]
            form = self._habit(character, sign.forms)
            return Drawn(character, sign.label, self._writer.write(paths(form), own=_form_number(character)), self.nib)
        if not character.isdigit():
            written = self._writer.write(paths(WORD_LETTER_FORMS[character]), own=_form_number(character))
            return Drawn(character, "letter", written, self.nib)
        if character == "1" and "/" in beside and self._rng.random() < 0.9:
            # Beside a slash a bare stroke would be read as another: people give the 1 its flag.
            return Drawn(character, "", self._writer.digit(1, str(self._rng.choice(_FLAGGED))), self.nib)
        if sampled and self._samples is not None:
            return self._sampled(int(character), self._samples)
        return Drawn(character, "", self._writer.digit(int(character)), self.nib)

    def strokes(self, form: str, own: int = 700) -> Drawn:
        """Any form by this writer, as a mark without a name."""
        return Drawn("", "mark", self._writer.write(paths(form), own=own), self.nib)

    def _habit(self, character: str, forms: Sequence[str]) -> str:
        """The form this writer gives a sign in: nearly always the same one."""
        if character not in self._habits:
            popular = 1 / np.arange(1.5, len(forms) + 1.5)
            self._habits[character] = str(self._rng.choice(list(forms), p=popular / popular.sum()))
        return self._habits[character] if self._rng.random() < 0.9 else str(self._rng.choice(list(forms)))

    def _sampled(self, label: int, samples: SampleDigits) -> Stamped:
        image = samples.of(label, self._rng)
        height, width = trim(image).shape
        nib = self.nib
        return Stamped(
            str(label),
            "",
            lambda pixels: enlarge(image, max(4, pixels)),
            nib.colour,
            *(0.0, 0.0, (width - 2) / (height - 2), 1.0),
            opacity=nib.opacity,
            grain=nib.pen.grain,
        )

    def _uneven(self, mark: DraftMark, size: float) -> DraftMark:
        """A character as tall as it happens to be, on the line as it happens to stand."""
        share = size * float(np.clip(np.exp(self._rng.normal(0, self._ragged)), 0.75, 1.3))
        return mark.scaled(share).moved(0, size - share + float(self._rng.normal(0, self._ragged * 0.7)) * size)

    def _after(self, gap: float | None, pair: str) -> float:
        """The distance between two characters' ink, in digit heights."""
        touching = gap is None and self._rng.random() < self._touching and not set(pair) <= _BARE
        if touching:
            return float(self._rng.uniform(-0.12, 0.0))
        return self._gap * float(np.exp(self._rng.normal(0, 0.3))) if gap is None else gap

    def _right(self, line: Sequence[DraftMark], mark: DraftMark, room: float) -> float:
        """Where a character goes so that ``room`` is left between its ink and that of those before it."""
        start = mark.extent()[0]
        if not line:
            return -start
        left, _, right, _ = line[-1].extent()
        met = float(np.max(profile(line[-1], 1) - profile(mark, -1)))
        # A point fits under a digit's arm, but never all the way; other signs keep to themselves.
        apart = {line[-1].character, mark.character} & _APART
        least = right + (0.04 if apart else -0.3 * (right - left)) - start
        return (max(met, least) if np.isfinite(met) else least) + room

    def _joins(self, letters: Sequence[DraftMark]) -> Strokes:
        """The pen stays on the paper from one letter of a word to the next."""
        joins = []
        for one, two in pairwise(letters):
            if isinstance(one, Drawn) and isinstance(two, Drawn) and self._rng.random() < self._joined:
                start, end = one.strokes[0].points[-1], two.strokes[0].points[0]
                middle = (start + end) / 2 + np.array([0, 0.08])
                line = curve(np.stack([start, middle, end]))
                joins.append(Stroke(line, np.full(len(line), 0.8)))
        return tuple(joins)


def _form_number(character: str) -> int:
    """A number for a form, so that a writer bends it the same way each time."""
    return 200 + ord(character)
