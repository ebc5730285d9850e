"""All conditions of the domain randomization by name: each changes one aspect of a plain scene."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from training.synthesis import appearance_conditions, capture_conditions
from training.synthesis.pens import BLUES, GREENS, REDS
from training.synthesis.scene import Change, Contact, Edge, Ruling, Scene


class Group(StrEnum):
    """The aspect that a condition changes: at most one of a group applies, in the order of the groups."""

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
    """A named change to a scene, and the group that it belongs to."""

    name: str
    group: Group
    change: Change


ALL_CONDITIONS: tuple[Condition, ...] = (
    Condition("crossed-7", Group.FORM, capture_conditions.form(7, "crossed", "flagged and crossed")),
    Condition("flagged-1", Group.FORM, capture_conditions.form(1, "flagged", "footed", "long flag")),
    Condition("open-4", Group.FORM, capture_conditions.form(4, "open", "wide open")),
    Condition("closed-4", Group.FORM, capture_conditions.form(4, "closed", "one stroke")),
    Condition("straight-9", Group.FORM, capture_conditions.form(9, "straight leg", "slanting leg")),
    Condition("curved-9", Group.FORM, capture_conditions.form(9, "curved leg")),
    Condition("broken-strokes", Group.FORM, capture_conditions.broken_strokes),
    Condition("tiny-digits", Group.LAYOUT, capture_conditions.tiny_digits),
    Condition("frame-filling", Group.LAYOUT, capture_conditions.frame_filling),
    Condition("near-edge", Group.LAYOUT, capture_conditions.edge(Edge.NEAR)),
    Condition("cut-by-edge", Group.LAYOUT, capture_conditions.edge(Edge.CUT)),
    Condition("slanted-lines", Group.LAYOUT, capture_conditions.slanted_lines),
    Condition("several-rows", Group.LAYOUT, capture_conditions.several_rows),
    Condition("uneven-spacing", Group.LAYOUT, capture_conditions.uneven_spacing),
    Condition("touching", Group.LAYOUT, capture_conditions.contact(Contact.TOUCHING)),
    Condition("overlapping", Group.LAYOUT, capture_conditions.contact(Contact.OVERLAPPING)),
    Condition("grey-paper", Group.PAPER, appearance_conditions.grey_paper),
    Condition("cream-paper", Group.PAPER, appearance_conditions.cream_paper),
    Condition("coloured-paper", Group.PAPER, appearance_conditions.coloured_paper),
    Condition("ruled-paper", Group.PAPER, appearance_conditions.ruled(Ruling.LINES, 1.0, 1.7)),
    Condition("squared-paper", Group.PAPER, appearance_conditions.ruled(Ruling.SQUARES, 0.45, 1.1)),
    Condition("dotted-paper", Group.PAPER, appearance_conditions.ruled(Ruling.DOTS, 0.4, 0.9)),
    Condition("wrinkles", Group.PAPER, appearance_conditions.wrinkles),
    Condition("screen-photo", Group.PAPER, appearance_conditions.screen_photo),
    Condition("pencil", Group.PEN, appearance_conditions.pen("pencil")),
    Condition("ball-pen", Group.PEN, appearance_conditions.pen("ball pen")),
    Condition("marker", Group.PEN, appearance_conditions.pen("marker")),
    Condition("highlighter", Group.PEN, appearance_conditions.highlighter),
    Condition("chalk", Group.PEN, appearance_conditions.chalk),
    Condition("white-on-black", Group.PEN, appearance_conditions.white_on_black),
    Condition("blue-ink", Group.PEN, appearance_conditions.inked(BLUES)),
    Condition("red-ink", Group.PEN, appearance_conditions.inked(REDS)),
    Condition("green-ink", Group.PEN, appearance_conditions.inked(GREENS)),
    Condition("hard-shadow", Group.LIGHT, appearance_conditions.lighting(appearance_conditions.hard_shadow)),
    Condition("soft-shadow", Group.LIGHT, appearance_conditions.lighting(appearance_conditions.soft_shadow)),
    Condition("lamp-glare", Group.LIGHT, appearance_conditions.lighting(appearance_conditions.lamp_glare)),
    Condition("vignette", Group.LIGHT, appearance_conditions.lighting(appearance_conditions.vignette)),
    Condition("window-light", Group.LIGHT, appearance_conditions.lighting(appearance_conditions.window_light)),
    Condition("dim-light", Group.LIGHT, appearance_conditions.lighting(appearance_conditions.dim_light)),
    Condition("table-edge", Group.VIEW, capture_conditions.table_edge),
    Condition("fingers", Group.VIEW, capture_conditions.fingers),
    Condition("second-sheet", Group.VIEW, capture_conditions.second_sheet),
    Condition("perspective", Group.VIEW, capture_conditions.perspective),
    Condition("out-of-focus", Group.LENS, capture_conditions.out_of_focus),
    Condition("webcam-noise", Group.LENS, capture_conditions.webcam_noise),
    Condition("jpeg-blocks", Group.LENS, capture_conditions.jpeg_blocks),
    Condition("turned-90", Group.FILE, capture_conditions.turned(1)),
    Condition("turned-180", Group.FILE, capture_conditions.turned(2)),
    Condition("turned-270", Group.FILE, capture_conditions.turned(3)),
    Condition("twelve-megapixels", Group.FILE, capture_conditions.twelve_megapixels),
    Condition("thumbnail", Group.FILE, capture_conditions.thumbnail),
)

CONDITIONS: Mapping[str, Condition] = {condition.name: condition for condition in ALL_CONDITIONS}


def mixed(rng: np.random.Generator, most: int = 3) -> tuple[str, ...]:
    """A random mixture: the names of up to ``most`` conditions of different groups, none of 12 megapixels."""
    groups = [Group(name) for name in rng.permutation([group.value for group in Group])]
    names = [[c.name for c in ALL_CONDITIONS if c.group is group and c.name != "twelve-megapixels"] for group in groups]
    return tuple(str(rng.choice(each)) for each in names[: rng.integers(most + 1)])


def applied(scene: Scene, names: Sequence[str], rng: np.random.Generator) -> Scene:
    """The scene under the conditions of those names. Raises ``KeyError`` for an unknown name."""
    order = list(Group)
    chosen = sorted((CONDITIONS[name] for name in names), key=lambda condition: order.index(condition.group))
    for condition in chosen:
        scene = condition.change(scene, rng)
    return scene
