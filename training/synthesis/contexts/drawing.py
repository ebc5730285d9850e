"""Marks as pixels: strokes by their nibs, print, ruled lines and tints, on a sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.synthesis.contexts.marks import DraftMark, Drawn, Nib, Rule, Stamped, Tint
from training.synthesis.paper import Pixels, lay
from training.synthesis.pens import Ink, grains
from training.synthesis.strokes import Stroke

# A nib's width is drawn anew after so many points of a stroke: about a tenth of a digit's line.
_RUN = 14
# Coordinates are given to OpenCV in sixteenths of a pixel.
_SHIFT, _PARTS = 4, 16


@dataclass(frozen=True, slots=True)
class Fit:
    """Units to pixels: times ``scale``, then ``x`` and ``y`` further."""

    scale: float
    x: float
    y: float

    def of(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (n, 2) in pixels."""
        return np.asarray(points * self.scale + np.array([self.x, self.y]))

    def line(self, width: float) -> float:
        """How wide a line is, in pixels; nobody could read one much thinner than a pixel."""
        return max(1.4, width * self.scale)


def draw_marks(pixels: Pixels, marks: Sequence[DraftMark], fit: Fit, rng: np.random.Generator) -> tuple[Pixels, Ink]:
    """All marks on the sheet, nib by nib, and how much of each pixel they cover."""
    total = np.zeros(pixels.shape[:2], np.uint8)
    nibs: dict[int, list[Drawn]] = {}
    for mark in marks:
        if isinstance(mark, Drawn):
            nibs.setdefault(id(mark.nib), []).append(mark)
        else:
            _stamp(pixels, total, mark, fit, rng)
    for drawn in nibs.values():
        _lay_strokes(pixels, total, drawn, fit, rng)
    return pixels, total


def draw_rules(pixels: Pixels, rules: Sequence[Rule], fit: Fit) -> None:
    """Printed lines, rectangles and dotted lines."""
    for rule in rules:
        points = fit.of(rule.points)
        wide = rule.width * fit.scale
        if rule.dots:
            for x, y in _along(points, max(2.5, rule.dots * fit.scale)):
                centre = (round(x * _PARTS), round(y * _PARTS))
                cv2.circle(pixels, centre, round(max(0.8, wide / 2) * _PARTS), rule.colour, -1, cv2.LINE_AA, _SHIFT)
            continue
        # Lines thinner than a pixel look pale.
        ghost = tuple(round(255 - (255 - tone) * min(1.0, max(0.45, wide))) for tone in rule.colour)
        corners = [np.round(points * _PARTS).astype(np.int32)]
        cv2.polylines(
            pixels,
            corners,
            rule.closed,
            ghost if sum(rule.colour) < 500 else rule.colour,
            max(1, round(wide)),
            cv2.LINE_AA,
            _SHIFT,
        )


def draw_tints(pixels: Pixels, tints: Sequence[Tint], fit: Fit) -> None:
    """Coloured areas."""
    for tint in tints:
        (left, top), (right, bottom) = np.round(fit.of(np.array(tint.bounds).reshape(2, 2))).astype(int).tolist()
        cv2.rectangle(pixels, (left, top), (right, bottom), tint.colour, -1)


def _lay_strokes(pixels: Pixels, total: Ink, drawn: Sequence[Drawn], fit: Fit, rng: np.random.Generator) -> None:
    """All that one nib wrote: drawn enlarged, for OpenCV's lines are whole pixels wide."""
    nib = drawn[0].nib
    line = fit.line(nib.width)
    height, width = total.shape
    points = fit.of(np.concatenate([stroke.points for mark in drawn for stroke in mark.strokes]))
    reach = line * (1 + nib.pen.swell) * nib.pen.flat / 2 + 2
    left, top = (int(max(0, v)) for v in points.min(axis=0) - reach)
    right, bottom = (int(v) for v in np.minimum(points.max(axis=0) + reach, (width, height)))
    if right <= left or bottom <= top:
        return
    zoom = 4 if line < 3 else 2 if line < 12 else 1
    canvas = np.zeros(((bottom - top) * zoom, (right - left) * zoom), np.uint8)
    shift = (np.array([fit.x, fit.y]) - (left, top)) * zoom
    for mark in drawn:
        for stroke in mark.strokes:
            placed = Stroke(stroke.points * (fit.scale * zoom) + shift, stroke.pressure)
            _draw_stroke(canvas, placed, max(line, fit.line(mark.nib.width)) * zoom, nib)
    cover = np.asarray(cv2.resize(canvas, (right - left, bottom - top), interpolation=cv2.INTER_AREA), np.uint8)
    cover = _rough(cover, nib.pen.grain, fit.scale, rng)
    part = slice(top, bottom), slice(left, right)
    pixels[part] = lay(pixels[part], cover, nib.colour, nib.opacity)
    np.maximum(total[part], cover, out=total[part])


def _draw_stroke(canvas: Ink, stroke: Stroke, line: float, nib: Nib) -> None:
    """The stroke in runs, each as wide as the pen was pressed there; in one where the width changes by no pixel."""
    even = nib.pen.flat == 1.0 and nib.pen.swell * line < 1.5
    for points, pressure in [(stroke.points, float(stroke.pressure[0]))] if even else _runs(stroke):
        wide = line * (1 + nib.pen.swell * (pressure - 1))
        if nib.pen.flat != 1.0:
            # A slanted nib: wide across its edge, narrow along it.
            way = points[-1] - points[0]
            across = 1 - abs(np.cos(np.arctan2(way[1], way[0]) + np.pi / 4))
            wide *= (1 + (nib.pen.flat - 1) * across) / np.sqrt(nib.pen.flat)
        dots = [np.round(points * _PARTS).astype(np.int32)]
        cv2.polylines(canvas, dots, False, (255,), max(1, round(wide)), cv2.LINE_AA, _SHIFT)


def _runs(stroke: Stroke) -> Iterator[tuple[NDArray[np.float64], float]]:
    # Every other point will do: curves are drawn from ten points between two.
    points, pressure = stroke.points[::2], stroke.pressure[::2]
    if len(stroke.points) % 2 == 0:
        points = np.concatenate([points, stroke.points[-1:]])
    for start in range(0, max(1, len(points) - 1), _RUN):
        yield points[start : start + _RUN + 1], float(pressure[start : start + _RUN + 1].mean())


def _stamp(pixels: Pixels, total: Ink, mark: Stamped, fit: Fit, rng: np.random.Generator) -> None:
    """A mark's own ink, as far as it lies on the sheet."""
    (x, y), tall = fit.of(np.array([(mark.x, mark.y)]))[0], mark.height * fit.scale
    ink = _rough(mark.ink(max(3, round(tall))), mark.grain, fit.scale, rng)
    height, width = total.shape
    x, y = round(x), round(y)
    top, left = max(0, y), max(0, x)
    bottom, right = min(height, y + ink.shape[0]), min(width, x + ink.shape[1])
    if top >= bottom or left >= right:
        return
    part, cover = (slice(top, bottom), slice(left, right)), ink[top - y : bottom - y, left - x : right - x]
    pixels[part] = lay(pixels[part], cover, mark.colour, mark.opacity)
    np.maximum(total[part], cover, out=total[part])


def _rough(cover: Ink, grain: float, unit: float, rng: np.random.Generator) -> Ink:
    """The ink with the paper's tooth showing through, as ``training.synthesis.pens.roughen`` has it."""
    if not grain or not cover.size:
        return cover
    tooth = grains(cover.shape[0], cover.shape[1], rng, size=max(1.0, unit / 140))
    return np.asarray(cover * np.clip(1 - grain * 0.55 * np.maximum(tooth + 0.5, 0), 0.12, 1), np.uint8)


def _along(points: NDArray[np.float64], pitch: float) -> NDArray[np.float64]:
    """Points so far apart along a line."""
    length = float(np.hypot(*(points[-1] - points[0])))
    shares = np.arange(0, length, pitch)[:, None] / max(length, 1e-9)
    return np.asarray(points[0] + shares * (points[-1] - points[0]))
