"""Domain-randomization conditions of appearance (paper, pen, light), each a change to a scene."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from training.synthesis.pens import BLACKS, BLUES, CHALKS, NEONS, PENS, REDS, Colour
from training.synthesis.scene import Change, Light, Paper, Ruling, Scene

PASTELS: tuple[Colour, ...] = ((250, 240, 170), (252, 214, 220), (206, 232, 208), (204, 224, 246), (250, 218, 176))
KRAFT: tuple[Colour, ...] = ((200, 170, 130), (214, 190, 156))
BOARDS: tuple[Colour, ...] = ((38, 62, 52), (34, 36, 40), (48, 58, 68))


def _choose(colours: tuple[Colour, ...], rng: np.random.Generator) -> Colour:
    return colours[rng.integers(len(colours))]


def _with_paper_colour(scene: Scene, colour: Colour) -> Scene:
    return replace(scene, paper=replace(scene.paper, colour=colour))


def grey_paper(scene: Scene, rng: np.random.Generator) -> Scene:
    """Grey or recycled paper, rougher than white."""
    tone = int(rng.integers(150, 205))
    return replace(scene, paper=Paper((tone, tone, tone - 2), texture=float(rng.uniform(0.01, 0.02))))


def cream_paper(scene: Scene, rng: np.random.Generator) -> Scene:
    """Paper of a warm white."""
    return _with_paper_colour(scene, _choose(((250, 240, 214), (244, 232, 196), (252, 246, 226)), rng))


def coloured_paper(scene: Scene, rng: np.random.Generator) -> Scene:
    """Pastel paper, sticky notes, brown wrapping paper."""
    return _with_paper_colour(scene, _choose(PASTELS + KRAFT, rng))


def ruled(ruling: Ruling, low: float, high: float) -> Change:
    """Printed rulings, ``low`` to ``high`` digit heights apart."""

    def change(scene: Scene, rng: np.random.Generator) -> Scene:
        colour = _choose(((176, 196, 222), (196, 206, 214), (190, 190, 196), (206, 180, 186), (160, 200, 210)), rng)
        paper = replace(scene.paper, ruling=ruling, ruling_colour=colour, pitch=float(rng.uniform(low, high)))
        return replace(scene, paper=paper)

    return change


def wrinkles(scene: Scene, rng: np.random.Generator) -> Scene:
    """Folded or crumpled paper."""
    return replace(scene, paper=replace(scene.paper, wrinkles=float(rng.uniform(0.2, 0.9))))


def screen_photo(scene: Scene, rng: np.random.Generator) -> Scene:
    """A screen, photographed: moiré, glowing white or a dark page, drawn with a round pen."""
    dark = rng.random() < 0.25
    colour: Colour = (24, 26, 30) if dark else _choose(((255, 255, 255), (242, 244, 248)), rng)
    inks = CHALKS if dark else BLACKS + BLUES + REDS
    camera = replace(scene.camera, tilt=float(rng.uniform(0, 0.06)), noise=float(rng.uniform(2, 5)))
    return replace(
        scene,
        paper=Paper(colour, texture=0.002, glows=float(rng.uniform(0.015, 0.06))),
        pen=PENS[str(rng.choice(["fine liner", "marker"]))],
        ink=_choose(inks, rng),
        camera=camera,
    )


def pen(name: str, inks: tuple[Colour, ...] = ()) -> Change:
    """The pen of that name (KeyError for an unknown one) in one of ``inks``, else in one of its own colours."""

    def change(scene: Scene, rng: np.random.Generator) -> Scene:
        pen = PENS[name]
        return replace(scene, pen=pen, ink=_choose(inks or pen.colours, rng))

    return change


def inked(inks: tuple[Colour, ...]) -> Change:
    """A common pen with one of ``inks``."""

    def change(scene: Scene, rng: np.random.Generator) -> Scene:
        pen = PENS[str(rng.choice(["ball pen", "fine liner", "marker"]))]
        return replace(scene, pen=pen, ink=_choose(inks, rng))

    return change


def highlighter(scene: Scene, rng: np.random.Generator) -> Scene:
    """A wide slanted nib in neon colours."""
    return replace(pen("highlighter", (*NEONS, (250, 214, 20)))(scene, rng), paper=Paper((248, 248, 246)))


def chalk(scene: Scene, rng: np.random.Generator) -> Scene:
    """Chalk on a blackboard, green, black or slate."""
    board = Paper(_choose(BOARDS, rng), texture=float(rng.uniform(0.03, 0.1)))
    return replace(pen("chalk")(scene, rng), paper=board)


def white_on_black(scene: Scene, rng: np.random.Generator) -> Scene:
    """A white pen on black paper."""
    pen = PENS[str(rng.choice(["fine liner", "marker", "brush"]))]
    return replace(
        scene, pen=pen, ink=(244, 244, 242), paper=Paper(_choose(((8, 8, 10), (26, 26, 28), (40, 38, 44)), rng))
    )


def lighting(change: Callable[[Light, np.random.Generator], Light]) -> Change:
    """Lift a change of light to a change of the scene."""

    def lit(scene: Scene, rng: np.random.Generator) -> Scene:
        return replace(scene, light=change(scene.light, rng))

    return lit


def hard_shadow(light: Light, rng: np.random.Generator) -> Light:
    """A shadow's edge as sharp as the sun makes it."""
    return replace(light, shadow=float(rng.uniform(0.3, 0.62)), softness=float(rng.uniform(0.0008, 0.006)))


def soft_shadow(light: Light, rng: np.random.Generator) -> Light:
    """A shadow's edge as wide as a lamp makes it."""
    return replace(light, shadow=float(rng.uniform(0.3, 0.65)), softness=float(rng.uniform(0.03, 0.2)))


def lamp_glare(light: Light, rng: np.random.Generator) -> Light:
    """A lamp mirrored on the paper."""
    return replace(light, glare=float(rng.uniform(0.35, 0.7)), level=float(rng.uniform(0.55, 0.8)))


def vignette(light: Light, rng: np.random.Generator) -> Light:
    """Dark corners."""
    return replace(light, vignette=float(rng.uniform(0.35, 0.75)))


def window_light(light: Light, rng: np.random.Generator) -> Light:
    """The bright panes of a window cast on the sheet."""
    return replace(light, window=float(rng.uniform(0.3, 0.55)), tint=(1.0, 0.97, float(rng.uniform(0.86, 0.97))))


def dim_light(light: Light, rng: np.random.Generator) -> Light:
    """Evening: dark and yellow."""
    return replace(light, level=float(rng.uniform(0.3, 0.5)), tint=(1.0, 0.9, float(rng.uniform(0.6, 0.85))))
