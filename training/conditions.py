"""The conditions people photograph digits in, each a named change to a plain scene."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from training import changes, looks
from training.pens import BLUES, GREENS, REDS
from training.scene import Change, Contact, Edge, Ruling, Scene


class Group(StrEnum):
    """What a condition changes; two of one group do not go together. They are applied in this order."""

    FORM = "form"
    LAYOUT = "layout"
    PAPER = "paper"
    PEN = "pen"
    LIGHT = "light"
    VIEW = "view"
    LENS = "lens"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Condition:
    """A name, what it belongs to, and what it does to a scene."""

    name: str
    group: Group
    change: Change


ALL: tuple[Condition, ...] = (
    Condition("crossed-7", Group.FORM, changes.form(7, "crossed", "flagged and crossed")),
    Condition("flagged-1", Group.FORM, changes.form(1, "flagged", "footed", "long flag")),
    Condition("open-4", Group.FORM, changes.form(4, "open", "wide open")),
    Condition("closed-4", Group.FORM, changes.form(4, "closed", "one stroke")),
    Condition("straight-9", Group.FORM, changes.form(9, "straight leg", "slanting leg")),
    Condition("curved-9", Group.FORM, changes.form(9, "curved leg")),
    Condition("broken-strokes", Group.FORM, changes.broken_strokes),
    Condition("tiny-digits", Group.LAYOUT, changes.tiny_digits),
    Condition("frame-filling", Group.LAYOUT, changes.frame_filling),
    Condition("near-edge", Group.LAYOUT, changes.edge(Edge.NEAR)),
    Condition("cut-by-edge", Group.LAYOUT, changes.edge(Edge.CUT)),
    Condition("slanted-lines", Group.LAYOUT, changes.slanted_lines),
    Condition("several-rows", Group.LAYOUT, changes.several_rows),
    Condition("uneven-spacing", Group.LAYOUT, changes.uneven_spacing),
    Condition("touching", Group.LAYOUT, changes.contact(Contact.TOUCHING)),
    Condition("overlapping", Group.LAYOUT, changes.contact(Contact.OVERLAPPING)),
    Condition("grey-paper", Group.PAPER, looks.grey_paper),
    Condition("cream-paper", Group.PAPER, looks.cream_paper),
    Condition("coloured-paper", Group.PAPER, looks.coloured_paper),
    Condition("ruled-paper", Group.PAPER, looks.ruled(Ruling.LINES, 1.0, 1.7)),
    Condition("squared-paper", Group.PAPER, looks.ruled(Ruling.SQUARES, 0.45, 1.1)),
    Condition("dotted-paper", Group.PAPER, looks.ruled(Ruling.DOTS, 0.4, 0.9)),
    Condition("wrinkles", Group.PAPER, looks.wrinkles),
    Condition("screen-photo", Group.PAPER, looks.screen_photo),
    Condition("pencil", Group.PEN, looks.pen("pencil")),
    Condition("ball-pen", Group.PEN, looks.pen("ball pen")),
    Condition("marker", Group.PEN, looks.pen("marker")),
    Condition("highlighter", Group.PEN, looks.highlighter),
    Condition("chalk", Group.PEN, looks.chalk),
    Condition("white-on-black", Group.PEN, looks.white_on_black),
    Condition("blue-ink", Group.PEN, looks.inked(BLUES)),
    Condition("red-ink", Group.PEN, looks.inked(REDS)),
    Condition("green-ink", Group.PEN, looks.inked(GREENS)),
    Condition("hard-shadow", Group.LIGHT, looks.lighting(looks.hard_shadow)),
    Condition("soft-shadow", Group.LIGHT, looks.lighting(looks.soft_shadow)),
    Condition("lamp-glare", Group.LIGHT, looks.lighting(looks.lamp_glare)),
    Condition("vignette", Group.LIGHT, looks.lighting(looks.vignette)),
    Condition("window-light", Group.LIGHT, looks.lighting(looks.window_light)),
    Condition("dim-light", Group.LIGHT, looks.lighting(looks.dim_light)),
    Condition("table-edge", Group.VIEW, changes.table_edge),
    Condition("fingers", Group.VIEW, changes.fingers),
    Condition("second-sheet", Group.VIEW, changes.second_sheet),
    Condition("perspective", Group.VIEW, changes.perspective),
    Condition("out-of-focus", Group.LENS, changes.out_of_focus),
    Condition("webcam-noise", Group.LENS, changes.webcam_noise),
    Condition("jpeg-blocks", Group.LENS, changes.jpeg_blocks),
    Condition("turned-90", Group.FILE, changes.turned(1)),
    Condition("turned-180", Group.FILE, changes.turned(2)),
    Condition("turned-270", Group.FILE, changes.turned(3)),
    Condition("twelve-megapixels", Group.FILE, changes.twelve_megapixels),
    Condition("thumbnail", Group.FILE, changes.thumbnail),
)

CONDITIONS: Mapping[str, Condition] = {condition.name: condition for condition in ALL}


def mixed(rng: np.random.Generator, most: int = 3) -> tuple[str, ...]:
    """The names of up to ``most`` conditions that go together, for pages to learn from; 12-megapixel ones left out."""
    groups = [Group(name) for name in rng.permutation([group.value for group in Group])]
    names = [[c.name for c in ALL if c.group is group and c.name != "twelve-megapixels"] for group in groups]
    return tuple(str(rng.choice(each)) for each in names[: rng.integers(most + 1)])


def applied(scene: Scene, names: Sequence[str], rng: np.random.Generator) -> Scene:
    """The scene under those conditions. KeyError for an unknown name."""
    order = list(Group)
    chosen = sorted((CONDITIONS[name] for name in names), key=lambda condition: order.index(condition.group))
    for condition in chosen:
        scene = condition.change(scene, rng)
    return scene
