"""Illumination of a page (shadow, lamp, window, vignette) as factors of brightness."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.synthesis.paper import Pixels, Shade
from training.synthesis.scene import Light

# Cells of the longer side: soft light is computed on this grid and enlarged, at about a hundredth of the cost.
GRID_CELLS = 64
# Where shadows end and lamps shine, (x, y) as shares of the frame.
Focus = tuple[float, float]


def shade(light: Light, width: int, height: int, focus: Focus, rng: np.random.Generator) -> Shade:
    """The share of light on each pixel, (height, width) float32. Shadows end near ``focus``."""
    x, y = _grid(width, height)
    falls = np.full(x.shape, light.level, np.float32)
    angle = float(rng.uniform(0, 2 * np.pi))
    falls *= 1 - light.slope * (0.5 + (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle))
    if light.vignette:
        middle = 0.5 + rng.normal(0, 0.06, 2)
        falls *= 1 - light.vignette * np.clip(2 * ((x - middle[0]) ** 2 + (y - middle[1]) ** 2), 0, 1) ** 0.8
    field = cv2.resize(falls, (width, height), interpolation=cv2.INTER_LINEAR)
    if light.shadow:
        cast = _shadow(light.softness, width, height, focus, rng)
        field = cv2.multiply(field, 1 - light.shadow * cast)
    if light.window:
        field = cv2.multiply(field, 1 - light.window * _window(width, height, focus, rng))
    return np.asarray(field, np.float32)


def shine(light: Light, width: int, height: int, focus: Focus, rng: np.random.Generator) -> Shade | None:
    """Glare of a lamp: the share of the way to white, (height, width) float32; None without a lamp."""
    if not light.glare:
        return None
    x, y = _grid(width, height)
    middle = np.array(focus) + rng.normal(0, 0.18, 2)
    reach = rng.uniform(0.1, 0.3, 2)
    away = ((x - middle[0]) / reach[0]) ** 2 + ((y - middle[1]) / reach[1]) ** 2
    spot = light.glare * np.exp(-away / 2).astype(np.float32)
    return np.asarray(cv2.resize(spot, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def lit(pixels: Pixels, falls: Shade, glare: Shade | None, tint: tuple[float, float, float]) -> Pixels:
    """``pixels`` (h, w, 3) uint8 under that light."""
    channels = [
        cv2.multiply(channel, falls, scale=share, dtype=cv2.CV_32F)
        for channel, share in zip(cv2.split(pixels), tint, strict=True)
    ]
    if glare is not None:
        channels = [cv2.add(channel, cv2.multiply(glare, 255 - channel)) for channel in channels]
    return np.asarray(cv2.merge([cv2.convertScaleAbs(channel) for channel in channels]), np.uint8)


def _grid(width: int, height: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    rows, columns = max(2, GRID_CELLS * height // max(width, height)), max(2, GRID_CELLS * width // max(width, height))
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    return x / (columns - 1), y / (rows - 1)


def _shadow(softness: float, width: int, height: int, focus: Focus, rng: np.random.Generator) -> Shade:
    """1 in the shadow and 0 in the light, (height, width) float32; its straight or uneven edge runs near ``focus``."""
    across = float(rng.uniform(0, 2 * np.pi))
    along = np.array([-np.sin(across), np.cos(across)])
    out = np.array([np.cos(across), np.sin(across)])
    at = np.linspace(-2, 2, 40)
    unevenness = np.interp(at, np.linspace(-2, 2, 10), rng.normal(0, rng.choice([0.0, 0.03, 0.08]), 10))
    start = np.array(focus) + out * rng.normal(0, 0.06)
    edge = start + at[:, None] * along + unevenness[:, None] * out
    corners = np.concatenate([edge, edge[::-1] + 3 * out])
    # A soft edge needs few pixels; a hard one is drawn at full size.
    zoom = 1.0 if softness < 0.01 else 0.25
    size = (max(2, round(width * zoom)), max(2, round(height * zoom)))
    cast = np.zeros(size[::-1], np.uint8)
    cv2.fillPoly(cast, [np.round(corners * np.array(size) * 16).astype(np.int32)], (255,), cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(cast, (0, 0), max(0.6, softness * max(size) / 2))
    return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR) / np.float32(255), np.float32)


def _window(width: int, height: int, focus: Focus, rng: np.random.Generator) -> Shade:
    """1 where a window frame blocks the light, 0 in its slanting panes, (height, width) float32."""
    cast = np.full((height // 4, width // 4), 255, np.uint8)
    size = np.array(cast.shape[::-1])
    lean = float(rng.uniform(-0.5, 0.5))
    pane = rng.uniform(0.22, 0.4, 2)
    for column in range(-1, 2):
        for row in range(-1, 1):
            corner = np.array(focus) + pane * (column - 0.5, row) * 1.14
            quad = corner + np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * pane
            quad[:, 0] += lean * (quad[:, 1] - focus[1])
            cv2.fillPoly(cast, [np.round(quad * size).astype(np.int32)], (0,), cv2.LINE_AA)
    soft = cv2.GaussianBlur(cast, (0, 0), float(rng.uniform(1.5, 6)))
    return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR) / np.float32(255), np.float32)
