"""Occlusions: fingers and a second sheet in view, clear of the digits."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.synthesis.paper import Pixels, lay
from training.synthesis.pens import Colour

SKIN_COLOURS: tuple[Colour, ...] = ((236, 188, 160), (214, 160, 128), (168, 116, 84), (112, 74, 54), (244, 208, 186))
# (n, 2) float64 pixel coordinates.
Outline = NDArray[np.float64]
PLACEMENT_TRIES = 24  # random places tried before an occlusion is left out


def lay_sheet(pixels: Pixels, taken: Outline, rng: np.random.Generator) -> None:
    """Draw a second sheet over one side of ``pixels``, clear of the points in ``taken``; none where there is no
    room."""
    height, width = pixels.shape[:2]
    for _ in range(PLACEMENT_TRIES):
        side = float(rng.integers(4)) * np.pi / 2 + rng.normal(0, 0.2)
        out = np.array([np.cos(side), np.sin(side)])
        along = np.array([-out[1], out[0]])
        edge = np.array([width, height]) / 2 + out * np.array([width, height]) * rng.uniform(0.25, 0.46)
        if np.all((taken - edge) @ out < -0.02 * max(width, height)):
            far = 3 * max(width, height)
            corners = edge + far * np.array([-along, along, along + out, out - along])
            _fill(pixels, corners - out * 4, (90, 88, 86), blur=5)
            tone = int(rng.integers(200, 250))
            _fill(pixels, corners, (tone, tone, tone - int(rng.integers(0, 25))))
            return


def draw_fingers(pixels: Pixels, taken: Outline, rng: np.random.Generator) -> None:
    """Draw one to three fingertips from an edge of ``pixels``, clear of the points in ``taken``; none where there is no
    room."""
    height, width = pixels.shape[:2]
    skin = SKIN_COLOURS[rng.integers(len(SKIN_COLOURS))]
    thick = float(rng.uniform(0.07, 0.13)) * max(width, height)
    for _ in range(PLACEMENT_TRIES):
        side = int(rng.integers(4))
        inward = np.array([(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)][side])
        start = np.array([(0.5, 1.0), (0.0, 0.5), (0.5, 0.0), (1.0, 0.5)][side])
        start = (start + (1 - np.abs(inward)) * rng.uniform(-0.4, 0.4)) * (width, height)
        fingers = [
            (
                start + (1 - np.abs(inward)) * thick * 1.08 * n,
                inward + rng.normal(0, 0.08, 2),
                thick * rng.uniform(0.8, 2.0),
            )
            for n in range(int(rng.integers(1, 4)))
        ]
        if all(_clear(taken, root, root + way * reach, thick) for root, way, reach in fingers):
            for root, way, reach in fingers:
                _finger(pixels, root - way * thick, root + way * reach, thick, skin)
            return


def _clear(taken: Outline, root: NDArray[np.float64], tip: NDArray[np.float64], thick: float) -> bool:
    """No point of ``taken`` within a finger's width of the line from root to tip."""
    line = tip - root
    at = np.clip((taken - root) @ line / (line @ line), 0, 1)
    return bool(np.all(np.hypot(*(taken - root - at[:, None] * line).T) > 0.75 * thick))


def _finger(pixels: Pixels, root: NDArray[np.float64], tip: NDArray[np.float64], thick: float, skin: Colour) -> None:
    start, end = (tuple(int(v) for v in point) for point in (root, tip))
    dark, light = ((int(c * share) for c in skin) for share in (0.72, 1.05))
    cv2.line(pixels, start, end, tuple(dark), round(thick), cv2.LINE_AA)
    cv2.line(pixels, start, end, skin, round(thick * 0.9), cv2.LINE_AA)
    nail = tip + (root - tip) / np.hypot(*(root - tip)) * thick * 0.12
    angle = float(np.degrees(np.arctan2(*(tip - root)[::-1])))
    axes = (round(thick * 0.26), round(thick * 0.2))
    cv2.ellipse(
        pixels, tuple(int(v) for v in nail), axes, angle, 0, 360, tuple(min(255, c) for c in light), -1, cv2.LINE_AA
    )


def _fill(pixels: Pixels, corners: Outline, colour: Colour, blur: int = 0) -> None:
    cover = np.zeros(pixels.shape[:2], np.uint8)
    cv2.fillPoly(cover, [np.round(corners).astype(np.int32)], (255,), cv2.LINE_AA)
    if blur:
        cover = np.asarray(cv2.blur(cover, (2 * blur + 1, 2 * blur + 1)), np.uint8)
    pixels[:] = lay(pixels, cover, colour)
