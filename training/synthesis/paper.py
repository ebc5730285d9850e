"""Paper (colour, rulings, fibres, wrinkles) and the table under it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.synthesis.pens import Colour, Ink, grains
from training.synthesis.scene import Paper, Ruling

# (h, w, 3) uint8 RGB.
Pixels = NDArray[np.uint8]
# (h, w) float32: a factor of brightness.
Shade = NDArray[np.float32]

TABLE_COLOURS: tuple[Colour, ...] = (
    (120, 84, 56),
    (160, 120, 82),
    (70, 52, 40),
    (56, 58, 62),
    (128, 130, 132),
    (30, 30, 32),
    (96, 110, 120),
    (180, 150, 112),
    (84, 40, 36),
)


def sheet(paper: Paper, width: int, height: int, unit: float, rng: np.random.Generator) -> Pixels:
    """A sheet of flat colour with its rulings; ``unit`` is the digits' height in pixels."""
    pixels = np.asarray(cv2.merge([np.full((height, width), tone, np.uint8) for tone in paper.colour]), np.uint8)
    if paper.ruling is not Ruling.NONE:
        _rule(pixels, paper, max(10.0, paper.pitch * unit), rng)
    return pixels


def _rule(pixels: Pixels, paper: Paper, pitch: float, rng: np.random.Generator) -> None:
    height, width = pixels.shape[:2]
    thick = max(1, round(pitch * float(rng.uniform(0.015, 0.035))))
    ys = np.arange(rng.uniform(0, pitch), height, pitch)
    xs = np.arange(rng.uniform(0, pitch), width, pitch)
    if paper.ruling is Ruling.DOTS:
        radius = max(1, round(pitch * float(rng.uniform(0.03, 0.06))))
        for y in ys:
            for x in xs:
                cv2.circle(pixels, (int(x), int(y)), radius, paper.ruling_colour, -1, cv2.LINE_AA)
        return
    for y in ys:
        cv2.line(pixels, (0, int(y)), (width, int(y)), paper.ruling_colour, thick)
    if paper.ruling is Ruling.SQUARES:
        for x in xs:
            cv2.line(pixels, (int(x), 0), (int(x), height), paper.ruling_colour, thick)


def lay(pixels: Pixels, cover: Ink, colour: Colour, opacity: float = 1.0) -> Pixels:
    """Blend ``colour`` onto the pixels by ``cover`` (h, w) 0..255 times ``opacity`` 0..1."""
    share = np.multiply(cover, np.float32(opacity / 255), dtype=np.float32)
    channels = [
        cv2.add(channel, cv2.multiply(share, np.float32(tone) - channel), dtype=cv2.CV_8U)
        for channel, tone in zip(cv2.split(pixels), colour, strict=True)
    ]
    return np.asarray(cv2.merge(channels), np.uint8)


def fibres(paper: Paper, width: int, height: int, unit: float, rng: np.random.Generator) -> Shade:
    """The paper's texture, finer and coarser, around 1; coarser on a sheet seen from near (a large ``unit``)."""
    near = max(1.0, unit / 150)
    fine = grains(height, width, rng, size=near)
    coarse = grains(height, width, rng, size=5 * near)
    clouds = grains(height, width, rng, size=40 * near)
    shade = cv2.addWeighted(fine, 0.5 * paper.texture, coarse, 0.6 * paper.texture, 1.0)
    return np.asarray(cv2.scaleAdd(clouds, 0.6 * paper.texture, shade), np.float32)


def wrinkles(amount: float, width: int, height: int, rng: np.random.Generator) -> Shade:
    """Shading along the creases of a folded or crumpled sheet, around 1. ``amount``: 0 to 1."""
    rows, columns = height // 4, width // 4
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32) / max(rows, columns)
    shade = np.ones((rows, columns), np.float32)
    for _ in range(int(3 + 14 * amount)):
        angle = float(rng.uniform(0, np.pi))
        bend = float(rng.normal(0, 0.3))
        across = (x - rng.random()) * np.cos(angle) + (y - rng.random()) * np.sin(angle) + bend * (x - 0.5) * (y - 0.5)
        reach = float(rng.uniform(0.01, 0.05))
        # One side of a crease faces the light, the other turns away from it.
        face = np.tanh(across / (0.15 * reach)) * np.exp(-np.abs(across) / reach)
        shade += face * float(rng.normal(0, 0.07 + 0.08 * amount))
    return np.asarray(cv2.resize(shade, (width, height), interpolation=cv2.INTER_LINEAR).clip(0.55, 1.3), np.float32)


def table(width: int, height: int, rng: np.random.Generator) -> Pixels:
    """The table under the sheet: a colour with a wood grain."""
    colour = TABLE_COLOURS[rng.integers(len(TABLE_COLOURS))]
    grain = grains(height // 3 + 1, 12, rng, size=1.0)
    along = grain if rng.random() < 0.5 else np.ascontiguousarray(grain.T)
    boards = cv2.resize(along, (width, height), interpolation=cv2.INTER_CUBIC) * float(rng.uniform(0, 12))
    return np.asarray(cv2.merge([cv2.convertScaleAbs(boards + tone) for tone in colour]), np.uint8)
