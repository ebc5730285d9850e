"""A draft as a photo: fitted to a frame, drawn, and photographed as its scene has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter

import numpy as np

from training.synthesis import paper as papers
from training.synthesis.contexts.draft import Draft
from training.synthesis.contexts.drawing import Fit, draw_marks, draw_rules, draw_tints
from training.synthesis.contexts.marks import Bounds, DraftMark
from training.synthesis.contexts.symbols import SIGNS
from training.synthesis.pages import LabelledBox, Page
from training.synthesis.photograph import Shot, photograph
from training.synthesis.scene import Scene

# No side of a frame is longer, in pixels.
_LONGEST = 1920


def render(draft: Draft, conditions: tuple[str, ...] = ()) -> Page:
    """The page; its digits are the draft's marks without a label, row by row from left to right."""
    rng = draft.rng
    marks = sorted(draft.marks, key=lambda mark: (mark.row, mark.extent()[0] + mark.extent()[2]))
    scene, fit = _framed(draft, draft.core(), rng)
    digits, others = [mark for mark in marks if not mark.label], [mark for mark in marks if mark.label]
    tall = float(np.median([mark.extent()[3] - mark.extent()[1] for mark in digits])) if digits else 1.0
    ordered = [*draft.captions, *others, *digits]
    sheet = papers.sheet(scene.paper, scene.width, scene.height, fit.scale * tall, rng)
    draw_tints(sheet, draft.tints, fit)
    draw_rules(sheet, draft.rules, fit)
    sheet, ink = draw_marks(sheet, ordered, fit, rng)
    outlines = tuple(fit.of(mark.outline()) for mark in (*digits, *others))
    loose = tuple(fit.of(mark.outline()) for mark in draft.captions) + tuple(fit.of(r.points) for r in draft.rules)
    shot = Shot(sheet, ink, outlines, loose, len(digits) or None)
    photo = photograph(shot, scene, fit.scale * tall, rng, draft.ground)
    labels = [mark.label for mark in (*others, *draft.captions)] + [rule.label for rule in draft.rules]
    placed = (*photo.boxes[len(digits) :], *photo.others)
    return Page(
        pixels=photo.pixels,
        text=" ".join("".join(mark.character for mark in row) for row in _rows(digits)),
        boxes=photo.boxes[: len(digits)],
        rows=tuple(number for number, row in enumerate(_rows(digits)) for _ in row),
        conditions=conditions,
        ink=photo.ink,
        marks=tuple(LabelledBox(label, box) for label, box in zip(labels, placed, strict=True) if box),
        layout="\n".join(filter(None, (_line(row) for row in _rows(marks)))),
    )


def _rows(marks: Iterable[DraftMark]) -> list[list[DraftMark]]:
    return [list(row) for _, row in groupby(marks, key=attrgetter("row"))]


def _line(row: Sequence[DraftMark]) -> str:
    """A row's digits and signs, × as x, a space where a gap was left, nothing for words; "" without a digit."""
    if all(mark.label for mark in row):
        return ""
    line, gap = "", False
    for mark in row:
        gap = gap or mark.gap
        if not mark.label or (mark.character in SIGNS and mark.label == SIGNS[mark.character].label):
            line, gap = line + " " * (gap and bool(line)) + mark.character.replace("×", "x"), False
        elif mark.label != "ring":
            gap = True
    return line


def _framed(draft: Draft, core: Bounds, rng: np.random.Generator) -> tuple[Scene, Fit]:
    """The frame, and where in it the marks stand: they take up the share of it that the draft asks for."""
    left, top, right, bottom = core
    wide, high = max(right - left, 0.3), max(bottom - top, 0.3)
    width, height = _frame(wide / high, draft, rng)
    scale = float(rng.uniform(*draft.fill)) * min(width / wide, height / high)
    scale = min(scale, 0.92 * min(width, height), 0.97 * width / wide, 0.97 * height / high)
    margin = float(rng.uniform(*draft.margin)) or draft.scene.camera.margin
    # Where the table shows, the sheet is smaller in the frame.
    grown = float(np.clip(draft.least / scale / (1 - margin), 1.0, _LONGEST / max(width, height)))
    scale, width, height = scale * grown, round(width * grown), round(height * grown)
    room = np.array([width - wide * scale, height - high * scale])
    # People aim: the digits stand nearer the middle than the corners.
    x, y = room * (0.02 + 0.96 * rng.beta(2, 2, 2)) - np.array([left, top]) * scale
    camera = replace(draft.scene.camera, margin=margin)
    return replace(draft.scene, width=width, height=height, camera=camera), Fit(scale, float(x), float(y))


def _frame(shape: float, draft: Draft, rng: np.random.Generator) -> tuple[int, int]:
    """Width and height in pixels: a photo's usual shape, or cut out around what was written."""
    if rng.random() >= draft.cut_out:
        return draft.frames[rng.integers(len(draft.frames))]
    shape = float(np.clip(shape * rng.uniform(0.7, 1.1), 0.3, 6.0))
    area = float(rng.uniform(0.25, 1.2)) * 640 * 480
    width = min(1280.0, float(np.sqrt(area * shape)))
    return round(width), max(48, round(width / shape))
