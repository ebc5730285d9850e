"""From an inked sheet to a photo: view, table, what else is in the frame, light, camera, and where all marks came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.reading import Box
from training.synthesis import camera as cameras
from training.synthesis import illumination as lights
from training.synthesis import occlusions
from training.synthesis import paper as papers
from training.synthesis.paper import Pixels
from training.synthesis.pens import Ink
from training.synthesis.scene import Camera, Edge, Occlusion, Scene

# (n, 2) float64 pixel coordinates around a mark.
Outline = NDArray[np.float64]
# What lies under the sheet, (h, w, 3) uint8, for a width and a height.
Ground = Callable[[int, int, np.random.Generator], Pixels]


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A page on its way through the camera: the pixels, the ink on them, the ``outlines`` of the marks that are to be
    in the frame as a whole (the first ``measured`` of them, None: all, tell the digits' size), and of ``others``;
    ``owners`` as ``training.synthesis.pages.Page`` has them."""

    pixels: Pixels
    ink: Ink
    outlines: tuple[Outline, ...]
    others: tuple[Outline, ...] = ()
    measured: int | None = None
    owners: NDArray[np.uint8] | None = None

    @property
    def unit(self) -> float:
        """How tall the marks are, in pixels; 0 without marks."""
        heights = [np.ptp(outline[:, 1]) for outline in self.outlines[: self.measured]]
        return float(np.median(heights)) if heights else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class PhotographedPage:
    """The finished picture, turned as it was held: ``pixels`` (h, w, 3), ``ink`` (h, w), the ``boxes`` of the marks,
    and of others as far as they are in the frame (None: outside)."""

    pixels: Pixels
    ink: Ink
    boxes: tuple[Box, ...]
    others: tuple[Box | None, ...]
    owners: NDArray[np.uint8] | None = None


def photograph(
    shot: Shot, scene: Scene, unit: float, rng: np.random.Generator, ground: Ground = papers.table
) -> PhotographedPage:
    """The sheet on the ``ground`` as the scene has it. ``unit``: the digits' height on the sheet, in pixels."""
    shot = _viewed(shot, scene, ground, rng)
    _draw_occlusions(shot, scene, rng)
    camera = scene.camera
    pixels = cameras.develop(_lit(shot, scene, unit, rng), camera, shot.unit or unit, rng)
    ink = cameras.resized(shot.ink, camera.scale)
    height, width = ink.shape

    def box(outline: Outline) -> Box:
        return _turned(_box(outline * camera.scale, camera.scale, width, height), camera.turns, width, height)

    return PhotographedPage(
        pixels=np.ascontiguousarray(np.rot90(pixels, -camera.turns)),
        ink=np.ascontiguousarray(np.rot90(ink, -camera.turns)),
        boxes=tuple(box(outline) for outline in shot.outlines),
        others=tuple(box(each) if _in_frame(each * camera.scale, width, height) else None for each in shot.others),
        owners=_finished(shot.owners, camera, (width, height)),
    )


def _finished(owners: NDArray[np.uint8] | None, camera: Camera, size: tuple[int, int]) -> NDArray[np.uint8] | None:
    """Whose the ink is in the finished picture."""
    if owners is None:
        return None
    small = np.asarray(cv2.resize(owners, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    return np.ascontiguousarray(np.rot90(small, -camera.turns))


def _viewed(shot: Shot, scene: Scene, ground: Ground, rng: np.random.Generator) -> Shot:
    """The sheet as it lies before the camera, far enough away for every mark to be in the frame."""
    view = cameras.view(scene.camera, scene.width, scene.height, rng)
    if view is None or scene.layout.edge is not Edge.CLEAR:
        return shot
    outlines = tuple(cameras.project(outline, view) for outline in shot.outlines)
    while not _inside(outlines, scene):
        view = cameras.further(view, 0.94, scene.width, scene.height)
        outlines = tuple(cameras.project(outline, view) for outline in shot.outlines)
    pixels, ink = cameras.look(shot.pixels, ground(scene.width, scene.height, rng), shot.ink, view)
    others = tuple(cameras.project(outline, view) for outline in shot.others)
    owners = shot.owners
    if owners is not None:
        warped = cv2.warpPerspective(owners, view, (scene.width, scene.height), flags=cv2.INTER_NEAREST)
        owners = np.asarray(warped, np.uint8)
    return Shot(pixels, ink, outlines, others, shot.measured, owners)


def _inside(outlines: Sequence[Outline], scene: Scene) -> bool:
    margin = 0.01 * scene.shorter
    size = np.array([scene.width, scene.height])
    return all(bool(np.all((outline > margin) & (outline < size - margin))) for outline in outlines)


def _draw_occlusions(shot: Shot, scene: Scene, rng: np.random.Generator) -> None:
    taken = np.concatenate([*shot.outlines, np.empty((0, 2))])
    if Occlusion.SHEET in scene.occlusions:
        occlusions.lay_sheet(shot.pixels, taken, rng)
    if Occlusion.FINGERS in scene.occlusions:
        occlusions.draw_fingers(shot.pixels, taken, rng)


def _lit(shot: Shot, scene: Scene, unit: float, rng: np.random.Generator) -> Pixels:
    size = scene.width, scene.height
    middle = np.concatenate(shot.outlines).mean(axis=0) if shot.outlines else np.array(size) / 2
    focus = float(middle[0] / size[0]), float(middle[1] / size[1])
    falls = cv2.multiply(lights.shade(scene.light, *size, focus, rng), papers.fibres(scene.paper, *size, unit, rng))
    if scene.paper.wrinkles:
        falls = cv2.multiply(falls, papers.wrinkles(scene.paper.wrinkles, *size, rng))
    glare = lights.shine(scene.light, *size, focus, rng)
    lit = lights.lit(shot.pixels, np.asarray(falls, np.float32), glare, scene.light.tint)
    if scene.paper.glows:
        lit = np.asarray(cv2.multiply(lit, cameras.moire(*size, scene.paper.glows, rng), dtype=cv2.CV_8U), np.uint8)
    return lit


def _box(outline: Outline, scale: float, width: int, height: int) -> Box:
    """The whole pixels that the outline's pixels cover, as far as they are in the frame."""
    left, top = (max(0, int(np.floor(value))) for value in outline.min(axis=0))
    right, bottom = (int(np.ceil(value + scale)) for value in outline.max(axis=0))
    return Box(left, top, max(1, min(right, width) - left), max(1, min(bottom, height) - top))


def _in_frame(outline: Outline, width: int, height: int) -> bool:
    """Whether at least a third of its box is in the frame."""
    (left, top), (right, bottom) = outline.min(axis=0), outline.max(axis=0) + 1
    inside = max(0, min(right, width) - max(left, 0)) * max(0, min(bottom, height) - max(top, 0))
    return bool(3 * inside >= (right - left) * (bottom - top))


def _turned(box: Box, turns: int, width: int, height: int) -> Box:
    for _ in range(turns % 4):
        box, width, height = Box(height - box.y - box.height, box.x, box.height, box.width), height, width
    return box
