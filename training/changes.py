"""What the conditions change in a scene, each a function of the scene and a random generator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from training.pens import BLACKS, BLUES, CHALKS, NEONS, PENS, REDS, Colour
from training.scene import Contact, Edge, Light, Paper, Ruling, Scene, Thing

Change = Callable[[Scene, np.random.Generator], Scene]

PASTELS: tuple[Colour, ...] = ((250, 240, 170), (252, 214, 220), (206, 232, 208), (204, 224, 246), (250, 218, 176))
KRAFT: tuple[Colour, ...] = ((200, 170, 130), (214, 190, 156))
BOARDS: tuple[Colour, ...] = ((38, 62, 52), (34, 36, 40), (48, 58, 68))


def _pick(colours: tuple[Colour, ...], rng: np.random.Generator) -> Colour:
    return colours[rng.integers(len(colours))]


def _paper(scene: Scene, colour: Colour) -> Scene:
    return replace(scene, paper=replace(scene.paper, colour=colour))


def grey_paper(scene: Scene, rng: np.random.Generator) -> Scene:
    """Grey or recycled paper, rougher than white."""
    tone = int(rng.integers(150, 205))
    return replace(scene, paper=Paper((tone, tone, tone - 2), texture=float(rng.uniform(0.01, 0.02))))


def cream_paper(scene: Scene, rng: np.random.Generator) -> Scene:
    """Paper of a warm white."""
    return _paper(scene, _pick(((250, 240, 214), (244, 232, 196), (252, 246, 226)), rng))


def coloured_paper(scene: Scene, rng: np.random.Generator) -> Scene:
    """Pastel paper, sticky notes, brown wrapping paper."""
    return _paper(scene, _pick(PASTELS + KRAFT, rng))


def ruled(ruling: Ruling, low: float, high: float) -> Change:
    """Printed rulings, ``low`` to ``high`` digit heights apart."""

    def change(scene: Scene, rng: np.random.Generator) -> Scene:
        colour = _pick(((176, 196, 222), (196, 206, 214), (190, 190, 196), (206, 180, 186), (160, 200, 210)), rng)
        paper = replace(scene.paper, ruling=ruling, ruling_colour=colour, pitch=float(rng.uniform(low, high)))
        return replace(scene, paper=paper)

    return change


def wrinkles(scene: Scene, rng: np.random.Generator) -> Scene:
    """Folded or crumpled paper."""
    return replace(scene, paper=replace(scene.paper, wrinkles=float(rng.uniform(0.2, 0.9))))


def screen_photo(scene: Scene, rng: np.random.Generator) -> Scene:
    """A screen, photographed: moiré, glowing white or a dark page, drawn with a round pen."""
    dark = rng.random() < 0.25
    colour: Colour = (24, 26, 30) if dark else _pick(((255, 255, 255), (242, 244, 248)), rng)
    inks = CHALKS if dark else BLACKS + BLUES + REDS
    camera = replace(scene.camera, tilt=float(rng.uniform(0, 0.06)), noise=float(rng.uniform(2, 5)))
    return replace(
        scene,
        paper=Paper(colour, texture=0.002, glows=float(rng.uniform(0.015, 0.06))),
        pen=PENS[str(rng.choice(["fine liner", "marker"]))],
        ink=_pick(inks, rng),
        camera=camera,
    )


def pen(name: str, inks: tuple[Colour, ...] = ()) -> Change:
    """That pen in one of those colours, else in its own."""

    def change(scene: Scene, rng: np.random.Generator) -> Scene:
        pen = PENS[name]
        return replace(scene, pen=pen, ink=_pick(inks or pen.colours, rng))

    return change


def inked(inks: tuple[Colour, ...]) -> Change:
    """A common pen with one of those inks."""

    def change(scene: Scene, rng: np.random.Generator) -> Scene:
        pen = PENS[str(rng.choice(["ball pen", "fine liner", "marker"]))]
        return replace(scene, pen=pen, ink=_pick(inks, rng))

    return change


def highlighter(scene: Scene, rng: np.random.Generator) -> Scene:
    """A wide slanted nib in neon colours."""
    return replace(pen("highlighter", (*NEONS, (250, 214, 20)))(scene, rng), paper=Paper((248, 248, 246)))


def chalk(scene: Scene, rng: np.random.Generator) -> Scene:
    """Chalk on a blackboard, green, black or slate."""
    board = Paper(_pick(BOARDS, rng), texture=float(rng.uniform(0.03, 0.1)))
    return replace(pen("chalk")(scene, rng), paper=board)


def white_on_black(scene: Scene, rng: np.random.Generator) -> Scene:
    """A white pen on black paper."""
    pen = PENS[str(rng.choice(["fine liner", "marker", "brush"]))]
    return replace(
        scene, pen=pen, ink=(244, 244, 242), paper=Paper(_pick(((8, 8, 10), (26, 26, 28), (40, 38, 44)), rng))
    )


def lighting(change: Callable[[Light, np.random.Generator], Light]) -> Change:
    """The scene in another light."""

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
    """A window thrown on the sheet."""
    return replace(light, window=float(rng.uniform(0.3, 0.55)), tint=(1.0, 0.97, float(rng.uniform(0.86, 0.97))))


def dim_light(light: Light, rng: np.random.Generator) -> Light:
    """Evening: dark and yellow."""
    return replace(light, level=float(rng.uniform(0.3, 0.5)), tint=(1.0, 0.9, float(rng.uniform(0.6, 0.85))))


def out_of_focus(scene: Scene, rng: np.random.Generator) -> Scene:
    """Blurred, yet readable."""
    layout = replace(scene.layout, size=max(0.12, scene.layout.size))
    return replace(scene, layout=layout, camera=replace(scene.camera, blur=float(rng.uniform(0.03, 0.065))))


def webcam_noise(scene: Scene, rng: np.random.Generator) -> Scene:
    """A noisy sensor at 640 x 480."""
    camera = replace(scene.camera, noise=float(rng.uniform(7, 16)), grain=float(rng.uniform(1, 1.8)), quality=70)
    return replace(
        scene, width=640, height=480, camera=camera, layout=replace(scene.layout, size=max(0.1, scene.layout.size))
    )


def jpeg_blocks(scene: Scene, rng: np.random.Generator) -> Scene:
    """A file squeezed until its blocks show."""
    layout = replace(scene.layout, size=max(0.1, scene.layout.size))
    return replace(scene, layout=layout, camera=replace(scene.camera, quality=int(rng.integers(8, 22))))


def tiny_digits(scene: Scene, rng: np.random.Generator) -> Scene:
    """Digits of 2 to 4.5 % of the frame."""
    width, height = (1280, 960) if rng.random() < 0.5 else (960, 1280)
    layout = replace(scene.layout, size=float(rng.uniform(0.021, 0.045)))
    return replace(scene, width=width, height=height, layout=layout)


def frame_filling(scene: Scene, rng: np.random.Generator) -> Scene:
    """One digit of 70 to 90 % of the frame."""
    layout = replace(scene.layout, size=float(rng.uniform(0.7, 0.9)), rows=(1, 1), digits=(1, 1))
    return replace(scene, layout=layout)


def edge(how: Edge) -> Change:
    """Digits at the edge of the frame or over it."""

    def change(scene: Scene, _rng: np.random.Generator) -> Scene:
        size = float(np.clip(scene.layout.size, 0.12, 0.6))
        return replace(scene, layout=replace(scene.layout, edge=how, size=size), camera=replace(scene.camera, roll=0.0))

    return change


def slanted_lines(scene: Scene, rng: np.random.Generator) -> Scene:
    """Rows that rise or fall."""
    slant = float(rng.uniform(4, 14) * rng.choice([-1, 1]))
    return replace(scene, layout=replace(scene.layout, slant=slant, digits=(3, 7), size=float(rng.uniform(0.08, 0.2))))


def several_rows(scene: Scene, rng: np.random.Generator) -> Scene:
    """Two to five rows."""
    layout = replace(scene.layout, rows=(2, 5), digits=(1, 7), row_gap=(0.25, 0.8), size=float(rng.uniform(0.07, 0.16)))
    return replace(scene, layout=layout)


def uneven_spacing(scene: Scene, rng: np.random.Generator) -> Scene:
    """Wide and narrow gaps, digits of different size."""
    layout = replace(
        scene.layout,
        rows=(1, 3),
        digits=(2, 6),
        gap=(0.1, 1.6),
        row_gap=(0.35, 1.3),
        ragged=0.08,
        size=float(rng.uniform(0.07, 0.2)),
    )
    return replace(scene, layout=layout)


def contact(how: Contact) -> Change:
    """Neighbours that meet."""

    def change(scene: Scene, rng: np.random.Generator) -> Scene:
        layout = replace(scene.layout, contact=how, digits=(2, 4), rows=(1, 1), size=float(rng.uniform(0.12, 0.4)))
        return replace(scene, layout=layout)

    return change


def broken_strokes(scene: Scene, rng: np.random.Generator) -> Scene:
    """Gaps in strokes: a 5's bar, an open 4, dots and dashes."""
    size = float(rng.uniform(0.15, 0.5))
    layout = replace(scene.layout, breaks=0.6, forms={5: ("broken bar",), 4: ("open", "wide open")}, size=size)
    return replace(pen("ball pen" if rng.random() < 0.5 else "pencil")(scene, rng), layout=layout)


def form(label: int, *names: str) -> Change:
    """That digit on the page, written in one of those forms."""

    def change(scene: Scene, _rng: np.random.Generator) -> Scene:
        return replace(scene, layout=replace(scene.layout, forms={label: names}))

    return change


def table_edge(scene: Scene, rng: np.random.Generator) -> Scene:
    """The whole sheet, and the table around it."""
    camera = replace(
        scene.camera,
        margin=float(rng.uniform(0.12, 0.4)),
        roll=float(rng.normal(0, 6)),
        tilt=float(rng.uniform(0, 0.05)),
    )
    return replace(scene, camera=camera)


def fingers(scene: Scene, _rng: np.random.Generator) -> Scene:
    """Fingertips holding the sheet."""
    return replace(scene, things=(Thing.FINGERS,), layout=replace(scene.layout, size=min(scene.layout.size, 0.4)))


def second_sheet(scene: Scene, _rng: np.random.Generator) -> Scene:
    """Another sheet in view."""
    return replace(scene, things=(Thing.SHEET,), layout=replace(scene.layout, size=min(scene.layout.size, 0.35)))


def perspective(scene: Scene, rng: np.random.Generator) -> Scene:
    """Photographed from the side."""
    camera = replace(scene.camera, tilt=float(rng.uniform(0.08, 0.2)), roll=float(rng.normal(0, 4)))
    if rng.random() < 0.5:
        camera = replace(camera, margin=float(rng.uniform(0.02, 0.15)))
    return replace(scene, camera=camera)


def turned(turns: int) -> Change:
    """Held wrongly by so many clockwise quarter turns."""

    def change(scene: Scene, _rng: np.random.Generator) -> Scene:
        layout = replace(scene.layout, digits=(4, 7), upright=True, size=min(scene.layout.size, 0.3))
        return replace(scene, layout=layout, camera=replace(scene.camera, turns=turns))

    return change


def twelve_megapixels(scene: Scene, rng: np.random.Generator) -> Scene:
    """A file as a camera makes it, 4000 x 3000."""
    width, height = (1000, 750) if rng.random() < 0.5 else (750, 1000)
    return replace(scene, width=width, height=height, camera=replace(scene.camera, scale=4.0, grain=2.0, noise=3.0))


def thumbnail(scene: Scene, rng: np.random.Generator) -> Scene:
    """90 pixels on the longer side."""
    width, height = (360, 270) if rng.random() < 0.5 else (270, 360)
    layout = replace(scene.layout, size=float(rng.uniform(0.3, 0.75)), digits=(1, 3), rows=(1, 1))
    camera = replace(scene.camera, scale=0.25, quality=int(rng.integers(60, 90)))
    return replace(scene, width=width, height=height, layout=layout, camera=camera)
