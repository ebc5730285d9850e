"""Scene description: every parameter of a photo of a page but the shapes of its digits, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from training.synthesis.pens import PENS, Colour, Pen, Range

# Width and height in pixels, each as likely as it is often here.
FRAME_SIZES: tuple[tuple[int, int], ...] = (
    (640, 480),
    (640, 480),
    (480, 640),
    (800, 600),
    (720, 720),
    (960, 720),
    (720, 960),
    (1280, 720),
    (1280, 960),
    (960, 1280),
)


class Ruling(StrEnum):
    """What is printed on the paper."""

    NONE = "none"
    LINES = "lines"
    SQUARES = "squares"
    DOTS = "dots"


class Contact(StrEnum):
    """Whether neighbours in a row touch."""

    APART = "apart"
    TOUCHING = "touching"
    OVERLAPPING = "overlapping"


class Edge(StrEnum):
    """Where the digits are relative to the frame's edge."""

    CLEAR = "clear"
    NEAR = "near"
    CUT = "cut"


class Occlusion(StrEnum):
    """What else is in view, beside the digits."""

    FINGERS = "fingers"
    SHEET = "second sheet"


@dataclass(frozen=True, slots=True)
class Paper:
    """``pitch``: distance of the rulings in digit heights; ``texture``: deviation of the fibres, as a share of the
    paper's brightness; ``wrinkles``: 0 flat to 1 crumpled; ``glows``: strength of a screen's moiré, 0 for paper."""

    colour: Colour = (246, 245, 242)
    ruling: Ruling = Ruling.NONE
    ruling_colour: Colour = (176, 196, 222)
    pitch: float = 1.2
    texture: float = 0.01
    wrinkles: float = 0.0
    glows: float = 0.0


@dataclass(frozen=True, slots=True)
class Light:
    """Shares of the light: ``level`` in all, ``shadow`` taken away beyond an edge ``softness`` of the frame wide,
    ``vignette`` lost in the corners, ``slope`` lost from one side to the other, ``glare`` of a lamp mirrored on the
    paper, ``window`` lost between the bars of a window's light. ``tint``: what is left of red, green, blue."""

    level: float = 0.9
    shadow: float = 0.0
    softness: float = 0.1
    vignette: float = 0.0
    slope: float = 0.1
    glare: float = 0.0
    window: float = 0.0
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Camera:
    """``tilt``: how far perspective moves the corners, a share of the frame; ``roll``: degrees; ``margin``: share of
    the frame around the sheet that shows the table; ``blur``: deviation in digit heights; ``noise``: deviation in grey
    levels, in grains of ``grain`` pixels; ``quality``: of the JPEG compression, 0 for none; ``scale``: of
    the finished picture; ``turns``: clockwise quarter turns without an EXIF flag."""

    tilt: float = 0.0
    roll: float = 0.0
    margin: float = 0.0
    blur: float = 0.0
    noise: float = 1.5
    grain: float = 1.0
    quality: int = 0
    scale: float = 1.0
    turns: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """``size``: digit height as a share of the frame's shorter side; ``rows`` and ``digits`` (of a row): least and
    most; ``gap`` and ``row_gap``: in digit heights; ``slant``: of the rows, in degrees; ``ragged``: how unevenly sized
    and placed; ``forms``: names of ``glyphs.DIGIT_FORMS`` to choose from, for digits that must be on the page;
    ``breaks``: share of digits with a gap in a stroke; ``upright``: the digits must tell which way is up."""

    size: float = 0.2
    rows: tuple[int, int] = (1, 1)
    digits: tuple[int, int] = (1, 1)
    gap: Range = (0.15, 0.45)
    row_gap: Range = (0.35, 0.8)
    slant: float = 0.0
    ragged: float = 0.04
    contact: Contact = Contact.APART
    edge: Edge = Edge.CLEAR
    forms: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    breaks: float = 0.0
    upright: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """One photo to be made, ``width`` x ``height`` pixels before ``camera.scale`` and turning."""

    width: int
    height: int
    pen: Pen
    ink: Colour
    paper: Paper = Paper()
    light: Light = Light()
    camera: Camera = Camera()
    layout: Layout = Layout()
    occlusions: tuple[Occlusion, ...] = ()

    @property
    def shorter(self) -> int:
        return min(self.width, self.height)


# What a condition does: a scene and a random generator to another scene.
Change = Callable[[Scene, np.random.Generator], Scene]


def everyday(rng: np.random.Generator) -> Scene:
    """A plain page as people photograph it: white paper, a common pen, even light, one digit or a few."""
    width, height = FRAME_SIZES[rng.integers(len(FRAME_SIZES))]
    pen = PENS[str(rng.choice(["ball pen", "fine liner", "marker", "brush"], p=[0.5, 0.25, 0.2, 0.05]))]
    white = int(rng.integers(232, 252))
    warmth = int(rng.integers(0, 9))
    return Scene(
        width=width,
        height=height,
        pen=pen,
        ink=pen.colours[rng.integers(len(pen.colours))],
        paper=Paper(colour=(white, white - warmth // 3, white - warmth), texture=float(rng.uniform(0.004, 0.016))),
        light=Light(level=float(rng.uniform(0.7, 1.0)), slope=float(rng.uniform(0, 0.15))),
        camera=Camera(noise=float(rng.uniform(0.5, 3)), roll=float(rng.normal(0, 2) * (rng.random() < 0.5))),
        layout=_few_digits(rng),
    )


def _few_digits(rng: np.random.Generator) -> Layout:
    if rng.random() < 0.4:
        return Layout(size=float(np.exp(rng.uniform(np.log(0.12), np.log(0.7)))))
    rows = int(rng.choice([1, 2, 3], p=[0.7, 0.2, 0.1]))
    return Layout(size=float(np.exp(rng.uniform(np.log(0.07), np.log(0.35)))), rows=(rows, rows), digits=(2, 7))
