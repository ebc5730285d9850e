"""Distractor photos, which show no page: textures, faces, screenshots."""

from __future__ import annotations

import cv2
import numpy as np

from training.synthesis import camera
from training.synthesis.pages import Page
from training.synthesis.paper import Pixels, fibres, table
from training.synthesis.pens import grains
from training.synthesis.printed_text import PRINTED_WORDS, PrintWriter
from training.synthesis.scene import Scene


def texture(scene: Scene, rng: np.random.Generator) -> Page:
    """Cloth, plaster, wood, leaves: nothing but unevenness, from fine to coarse."""
    width, height = scene.width, scene.height
    field = sum(grains(height, width, rng, size=float(size)) * rng.uniform(2, 22) for size in (1, 3, 9, 30, 90))
    ground = table(width, height, rng).astype(np.float32) + np.asarray(field)[:, :, None]
    return _photographed(scene, np.clip(ground, 0, 255).astype(np.uint8), rng)


def face(scene: Scene, rng: np.random.Generator) -> Page:
    """A face before a background, drawn with ellipses."""
    pixels = table(scene.width, scene.height, rng)
    size = scene.shorter * rng.uniform(0.15, 0.4)
    middle = np.array([scene.width, scene.height]) * rng.uniform(0.35, 0.65, 2)
    skin = np.array([(236, 188, 160), (168, 116, 84), (112, 74, 54)][rng.integers(3)])
    hair = np.array([(40, 28, 20), (120, 90, 50), (160, 160, 164)][rng.integers(3)])
    parts = (
        ((0.0, 1.6), (1.5, 0.9), rng.integers(30, 200, 3)),
        ((0.0, -0.25), (0.86, 1.0), hair),
        ((0.0, 0.0), (0.75, 1.0), skin),
        ((-0.3, -0.15), (0.14, 0.08), np.array((250, 250, 250))),
        ((0.3, -0.15), (0.14, 0.08), np.array((250, 250, 250))),
        ((-0.3, -0.15), (0.06, 0.07), np.array((40, 30, 30))),
        ((0.3, -0.15), (0.06, 0.07), np.array((40, 30, 30))),
        ((0.0, 0.15), (0.08, 0.16), skin * 9 // 10),
        ((0.0, 0.5), (0.26, 0.08), np.array((170, 70, 70))),
    )
    for place, axes, colour in parts:
        at = middle + np.array(place) * size
        reach = [max(1, int(axis * size)) for axis in axes]
        cv2.ellipse(pixels, at.astype(int).tolist(), reach, 0, 0, 360, colour.tolist(), -1, cv2.LINE_AA)
    return _photographed(scene, np.asarray(cv2.GaussianBlur(pixels, (0, 0), size / 40), np.uint8), rng)


def screenshot(scene: Scene, rng: np.random.Generator) -> Page:
    """A screenshot of an app: a title bar, blocks of colour, lines of printed words, a button."""
    width, height = scene.width, scene.height
    dark = rng.random() < 0.3
    pixels = np.full((height, width, 3), 28 if dark else 250, np.uint8)
    accent = rng.integers(40, 220, 3).tolist()
    line = max(14, height // int(rng.integers(22, 34)))
    cv2.rectangle(pixels, (0, 0), (width, 3 * line), accent, -1)
    writer = PrintWriter(rng, outline=bool(rng.integers(2)))
    y = 4 * line
    while y < height - 4 * line:
        if rng.random() < 0.25:
            block = (int(width * rng.uniform(0.3, 0.9)), 3 * line)
            cv2.rectangle(pixels, (line, y), (line + block[0], y + block[1]), rng.integers(60, 230, 3).tolist(), -1)
            y += 4 * line
            continue
        x = line
        for word in rng.choice(PRINTED_WORDS, rng.integers(1, 8)):
            ink = writer.ink(str(word), line)[: height - y]
            if x + ink.shape[1] > width - line:
                break
            part = pixels[y : y + ink.shape[0], x : x + ink.shape[1]]
            part[ink > 96] = 225 if dark else 30
            x += ink.shape[1] + line // 2
        y += 2 * line
    cv2.rectangle(pixels, (width // 3, height - 3 * line), (2 * width // 3, height - line), accent, -1)
    return Page(camera.jpeg_compressed(pixels, 85), "", (), (), (), np.zeros((height, width), np.uint8))


def _photographed(scene: Scene, pixels: Pixels, rng: np.random.Generator) -> Page:
    """Light and camera of the scene applied to ``pixels``, as a page without digits."""
    shade = fibres(scene.paper, scene.width, scene.height, scene.shorter, rng) * np.float32(scene.light.level)
    lit = np.clip(pixels * shade[:, :, None], 0, 255).astype(np.uint8)
    shot = camera.develop(lit, scene.camera, 0.2 * scene.shorter, rng)
    return Page(shot, "", (), (), (), np.zeros(shot.shape[:2], np.uint8))
