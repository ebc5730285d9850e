"""Printed letters and words, in OpenCV's stroke fonts and in outline fonts where some are installed."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from training.synthesis.pens import Ink, trim

# Letters like O or I may occur in them: the word tells that they are no digits.
PRINTED_WORDS = (
    *("HELLO", "WORLD", "Telegram", "School", "Bread", "Milk", "market", "nature", "the", "and", "when", "Invoice"),
    *("Summer", "Garden", "EXIT", "OPEN", "Coffee", "monday", "thread", "NOTE", "Paper", "river", "Kitchen", "train"),
    *("Settings", "Cancel", "search", "Messages", "window", "STATION", "hotel", "Library", "people", "Wednesday"),
    *("QUICK", "brown", "jumps", "over", "LAZY", "dog", "Welcome", "answer", "MORNING", "evening", "ticket", "PRIVATE"),
)
# OpenCV's faces: plain, doubled, small, with serifs, and two like handwriting.
_FACES = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_PLAIN,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
)
# Of the fonts that come with matplotlib: those of many scripts, and those with Latin letters only, many with serifs.
_MANY_SCRIPTS = ("DejaVuSans", "DejaVuSans-Bold")
_LATIN = (
    *("DejaVuSans-Oblique", "DejaVuSansMono", "DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic"),
    *("cmr10", "cmb10", "cmss10", "cmtt10", "STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic"),
)


class PrintWriter:
    """Prints words and letters with a font: Hershey's from OpenCV or an outline font that is installed.

    ``latin``: only Latin letters are asked for, which more fonts have.
    """

    def __init__(self, rng: np.random.Generator, *, outline: bool, latin: bool = True) -> None:
        self._outline = outline
        self._face = int(rng.choice(_FACES))
        self._thick = int(rng.integers(1, 4))
        fonts = outline_fonts(latin=latin)
        self._path = fonts[rng.integers(len(fonts))] if fonts else None

    def ink(self, character: str, height: int) -> Ink:
        return self._typeset(character, height) if self._outline else self._stroked(character, height)

    def _stroked(self, word: str, height: int) -> Ink:
        scale = height / 22
        thick = max(1, round(self._thick * scale))
        (width, tall), below = cv2.getTextSize(word, self._face, scale, thick)
        canvas = np.zeros((tall + below + 4 * thick, width + 4 * thick), np.uint8)
        cv2.putText(canvas, word, (2 * thick, tall + 2 * thick), self._face, scale, (255,), thick, cv2.LINE_AA)
        return trim(canvas)

    def _typeset(self, word: str, height: int) -> Ink:
        size = round(1.3 * height)
        font = ImageFont.truetype(str(self._path), size) if self._path else ImageFont.load_default(size)
        left, top, right, bottom = (int(side) for side in font.getbbox(word))
        canvas = Image.new("L", (right - left + 4, bottom - top + 4))
        ImageDraw.Draw(canvas).text((2 - left, 2 - top), word, fill=255, font=font)
        return trim(np.asarray(canvas, np.uint8))


def outline_fonts(*, latin: bool = False) -> tuple[Path, ...]:
    """Fonts of many scripts, and with ``latin`` more that have no others: those that come with matplotlib, where that
    is installed."""
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        return ()
    folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
    return tuple(folder / f"{name}.ttf" for name in (_MANY_SCRIPTS + _LATIN if latin else _MANY_SCRIPTS))
