"""What a page was made with: a camera, a scanner, or a drawing program; and pages ruled in step with the writing."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from training.synthesis.contexts.draft import Draft
from training.synthesis.contexts.marks import Rule
from training.synthesis.paper import Pixels
from training.synthesis.pens import Colour
from training.synthesis.scene import Camera, Light, Paper, Ruling, Scene

_RULINGS: tuple[Colour, ...] = ((176, 196, 222), (150, 180, 210), (190, 190, 196), (206, 160, 140), (120, 120, 120))
_MARGINS: tuple[Colour, ...] = ((220, 130, 140), (200, 90, 90), (150, 180, 210))
_SCREENS: tuple[Colour, ...] = ((255, 255, 255), (240, 240, 236), (250, 246, 220))


def scanned(scene: Scene, rng: np.random.Generator) -> Scene:
    """From a scanner: white paper, even light, no lens."""
    return replace(
        scene,
        camera=Camera(noise=float(rng.uniform(0, 2)), quality=int(rng.integers(50, 95))),
        light=Light(level=1.0, slope=0.0),
        paper=replace(scene.paper, colour=(255, 255, 255), texture=0.0),
    )


def on_screen(scene: Scene, rng: np.random.Generator) -> Scene:
    """Drawn in a program, in white on black or dark on light: one width, one colour."""
    dark = rng.random() < 0.5
    pen = replace(scene.pen, grain=0.0, opacity=(1.0, 1.0), swell=0.05, flat=1.0)
    return replace(
        scene,
        camera=Camera(noise=0.0, quality=int(rng.integers(50, 95))),
        light=Light(level=1.0, slope=0.0),
        pen=pen,
        ink=(255, 255, 255) if dark else scene.ink,
        paper=Paper(colour=(0, 0, 0) if dark else _SCREENS[rng.integers(len(_SCREENS))], texture=0.0),
    )


def any_medium(scene: Scene, rng: np.random.Generator) -> Scene:
    """A photo as it is, a scan, or a drawing."""
    kind = rng.random()
    return scene if kind < 0.5 else scanned(scene, rng) if kind < 0.8 else on_screen(scene, rng)


def is_scan(scene: Scene) -> bool:
    """Whether it lies in a scanner."""
    return scene.light.slope == 0 and sum(scene.paper.colour) == 765 and scene.paper.texture == 0


def binarised(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Black and white only, as a scanner makes text pages."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    _, cut = cv2.threshold(grey, float(rng.uniform(150, 205)), 255, cv2.THRESH_BINARY)
    return np.asarray(cv2.merge([cut, cut, cut]), np.uint8)


def rule_page(draft: Draft) -> None:
    """Lines across the sheet on which the rows stand, with or without a margin line."""
    rng = draft.rng
    feet: dict[int, list[float]] = {}
    digits = [mark for mark in draft.marks if not mark.label]
    for mark in digits or draft.marks:
        if mark.row >= 0:
            feet.setdefault(mark.row, []).append(mark.extent()[3])
    lines = sorted(float(np.median(row)) for row in feet.values())
    pitch = float(np.median(np.diff(lines))) if len(lines) > 1 else float(rng.uniform(1.2, 2.4))
    if pitch < 1:
        return
    pitch /= 2 if pitch > 2.2 and rng.random() < 0.5 else 1
    colour, width = _RULINGS[rng.integers(len(_RULINGS))], float(rng.uniform(0.02, 0.05))
    draft.whole, start = False, lines[0] + float(rng.normal(0.04, 0.05))
    far = 40.0
    for number in range(-int(far / pitch), int(far / pitch)):
        y = start + number * pitch
        draft.rules.append(Rule("line", np.array([(-far, y), (far, y)]), width, colour))
    if rng.random() < 0.4:
        x = float(rng.uniform(-4, -0.3))
        margin = _MARGINS[rng.integers(len(_MARGINS))]
        draft.rules.append(Rule("line", np.array([(x, -far), (x, far)]), width, margin))


def takes_ruling(draft: Draft) -> bool:
    """Whether a ruled page would do: light paper without lines of its own, and no printed form."""
    paper = draft.scene.paper
    return not draft.rules and paper.ruling is Ruling.NONE and sum(paper.colour) > 450
