"""Pens, from a hard pencil to a highlighter: they render strokes as ink."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from training.synthesis.strokes import Stroke, Strokes

# (h, w) uint8: coverage of each pixel, 0..255.
Ink = NDArray[np.uint8]
Range = tuple[float, float]
Colour = tuple[int, int, int]

BLACKS: tuple[Colour, ...] = ((20, 20, 24), (38, 36, 40), (12, 14, 30))
BLUES: tuple[Colour, ...] = ((28, 44, 140), (20, 60, 170), (46, 58, 120), (16, 24, 92))
REDS: tuple[Colour, ...] = ((176, 26, 34), (196, 44, 52), (150, 20, 60))
GREENS: tuple[Colour, ...] = ((18, 104, 56), (30, 124, 44), (10, 92, 84))
GREYS: tuple[Colour, ...] = ((78, 78, 82), (96, 96, 100), (64, 66, 72))
NEONS: tuple[Colour, ...] = ((236, 60, 150), (70, 190, 60), (250, 120, 20), (40, 160, 220))
CHALKS: tuple[Colour, ...] = ((236, 236, 230), (240, 230, 170), (226, 236, 240), (240, 200, 205))


@dataclass(frozen=True, slots=True)
class Pen:
    """``width`` is the line's width as a share of the digit's height, ``grain`` 0..1 how much of the paper's texture
    shows through, ``opacity`` 0..1 how much of the paper the ink hides, ``swell`` 0..1 how far the width follows the
    pressure, ``flat`` how much wider a slanted nib draws across than along (1: round)."""

    name: str
    width: Range
    colours: tuple[Colour, ...]
    grain: float = 0.0
    opacity: Range = (0.9, 1.0)
    swell: float = 0.3
    flat: float = 1.0


PENS: dict[str, Pen] = {
    pen.name: pen
    for pen in (
        Pen("ball pen", (0.035, 0.08), BLACKS + BLUES, grain=0.15, opacity=(0.75, 0.95), swell=0.4),
        Pen("pencil", (0.03, 0.07), GREYS, grain=0.55, opacity=(0.5, 0.85), swell=0.5),
        Pen("fine liner", (0.05, 0.1), BLACKS + BLUES, swell=0.15),
        Pen("marker", (0.1, 0.2), BLACKS + BLUES + REDS + GREENS, opacity=(0.88, 1.0), swell=0.15),
        Pen("highlighter", (0.14, 0.22), NEONS, opacity=(0.75, 0.95), swell=0.05, flat=1.6),
        Pen("chalk", (0.07, 0.13), CHALKS, grain=0.75, opacity=(0.75, 0.95), swell=0.3),
        Pen("brush", (0.06, 0.14), BLACKS, grain=0.1, opacity=(0.85, 1.0), swell=1.0),
    )
}


def draw(strokes: Strokes, height: int, width: float, pen: Pen = PENS["fine liner"]) -> Ink:
    """Render strokes as antialiased ink, ``height`` pixels for one unit, lines ``width`` of the height wide.

    The result is the ink's bounding box with one empty pixel around it.
    """
    line = max(1.2, width * height)
    # Widths are whole pixels in OpenCV, so thin lines are drawn enlarged and shrunk.
    zoom = 4 if line < 4 else 2 if line < 10 else 1
    points = np.concatenate([stroke.points for stroke in strokes]) * height
    margin = line * (1 + 0.6 * pen.swell) * pen.flat / 2 + 2
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    columns, rows = (int(n) for n in np.ceil(high - low))
    canvas = np.zeros((rows * zoom, columns * zoom), np.uint8)
    for stroke in strokes:
        _draw_line(canvas, (stroke.points * height - low) * zoom, _widths(stroke, line * zoom, pen))
    return trim(np.asarray(cv2.resize(canvas, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8))


def _widths(stroke: Stroke, line: float, pen: Pen) -> NDArray[np.float64]:
    widths = line * (1 + pen.swell * (stroke.pressure - 1))
    if pen.flat == 1.0:
        return widths
    # A slanted nib: wide across its edge, narrow along it.
    step = np.diff(stroke.points, axis=0, prepend=stroke.points[:1])
    across = 1 - np.abs(np.cos(np.arctan2(step[:, 1], step[:, 0]) + np.pi / 4))
    return np.asarray(widths * (1 + (pen.flat - 1) * across) / np.sqrt(pen.flat))


def _draw_line(canvas: Ink, points: NDArray[np.float64], widths: NDArray[np.float64]) -> None:
    dots = np.round(points * 16).astype(np.int32)
    sizes = np.maximum(1, np.round(widths)).astype(int)
    for start, end, size in zip(dots[:-1].tolist(), dots[1:].tolist(), sizes[1:].tolist(), strict=True):
        cv2.line(canvas, start, end, (255,), size, cv2.LINE_AA, 4)


def trim(ink: Ink) -> Ink:
    """Crop the ink to its bounding box and one empty pixel around it; ink that is empty is returned as it is."""
    x, y, width, height = cv2.boundingRect(ink)
    if width == 0:
        return ink
    return np.pad(ink[y : y + height, x : x + width], 1)


def enlarge(image: Ink, height: int) -> Ink:
    """Enlarge a digit image (white on black) to smooth ink ``height`` pixels high, with edges as sharp as a pen's."""
    small = trim(image)[1:-1, 1:-1]
    width = max(1, round(small.shape[1] * height / small.shape[0]))
    pad = round(2 * height / small.shape[0])
    grown = cv2.resize(np.pad(small, 2), (width + 2 * pad, height + 2 * pad), interpolation=cv2.INTER_CUBIC)
    if height > 56:
        grown = cv2.GaussianBlur(grown, (0, 0), height / 56)
        steep = np.clip((np.arange(256) - 127.5) * height / 40 + 127.5, 0, 255).astype(np.uint8)
        grown = cv2.LUT(grown, steep)
    return trim(np.asarray(grown, np.uint8))


def roughen(ink: Ink, grain: float, rng: np.random.Generator) -> Ink:
    """Let the paper's texture show through the ink: ``grain`` 0..1, 0 changes nothing."""
    if grain == 0:
        return ink
    texture = grains(ink.shape[0], ink.shape[1], rng, size=max(1.0, ink.shape[0] / 140))
    holes = np.clip(1 - grain * 0.55 * np.maximum(texture + 0.5, 0), 0.12, 1)
    return np.asarray(ink * holes, np.uint8)


def grains(height: int, width: int, rng: np.random.Generator, size: float = 1.0) -> NDArray[np.float32]:
    """White noise of mean 0 and deviation 1 in grains of ``size`` pixels, (height, width) float32.

    Cut from one stored tile at a random place: fresh normal numbers would cost more than all the rest of a page.
    """
    rows, columns = int(height / size) + 2, int(width / size) + 2
    tile = _tile()
    top, left = (int(n) for n in rng.integers(0, len(tile), 2))
    cut = np.take(
        np.take(tile, np.arange(top, top + rows), 0, mode="wrap"), np.arange(left, left + columns), 1, mode="wrap"
    )
    if size == 1.0:
        return cut[:height, :width]
    return np.asarray(cv2.resize(cut, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


@cache
def _tile() -> NDArray[np.float32]:
    return np.random.default_rng(0).standard_normal((1024, 1024), dtype=np.float32)
