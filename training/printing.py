"""Printed letters and words, by OpenCV's stroke fonts and by outline fonts where there are any."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from training.pens import Ink, trim

# In a word everybody knows an O from a 0.
WORDS = (
    *("HELLO", "WORLD", "Telegram", "School", "Bread", "Milk", "market", "nature", "the", "and", "when", "Invoice"),
    *("Summer", "Garden", "EXIT", "OPEN", "Coffee", "monday", "thread", "NOTE", "Paper", "river", "Kitchen", "train"),
)


class PrintHand:
    """Prints words and letters with a font: Hershey's from OpenCV or an outline font that is installed."""

    def __init__(self, rng: np.random.Generator, *, outline: bool) -> None:
        self._outline = outline
        self._face = int(rng.choice([cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX]))
        self._thick = int(rng.integers(1, 4))
        fonts = outline_fonts()
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


def outline_fonts() -> tuple[Path, ...]:
    """Fonts of many scripts: the DejaVu family that comes with matplotlib, where that is installed."""
    spec = find_spec("matplotlib")
    folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" if spec and spec.origin else None
    return tuple(folder / name for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")) if folder else ()
