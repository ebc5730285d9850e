"""A page being composed: marks, rules and tints in units of the digits' height, and who writes and prints them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from training.synthesis.contexts.line_writer import LineWriter
from training.synthesis.contexts.marks import Bounds, DraftMark, Drawn, Rule, Tint, bounds, moved
from training.synthesis.contexts.printer import Printer
from training.synthesis.paper import table
from training.synthesis.pens import BLACKS, BLUES, PENS, Colour, Range
from training.synthesis.photograph import Ground
from training.synthesis.scene import Scene
from training.synthesis.strokes import Stroke, curve
from training.synthesis.writers import SampleDigits

# Forms are printed in black, grey, or a light colour that scanners can leave out.
PRINT_COLOURS: tuple[Colour, ...] = (
    (24, 24, 26),
    (60, 60, 64),
    (110, 112, 118),
    (90, 130, 190),
    (80, 160, 120),
    (220, 130, 80),
)
LIGHT_PRINT_COLOURS: tuple[Colour, ...] = ((230, 230, 226), (170, 176, 180))
# Frames of about 640 x 480 pixels, and a few larger ones.
CONTEXT_FRAME_SIZES: tuple[tuple[int, int], ...] = (
    *((640, 480),) * 5,
    *((480, 640),) * 3,
    *((560, 560), (720, 405), (405, 720), (800, 600), (960, 720), (720, 960)),
)
_RING = "50,0 13,13 0,50 13,90 50,100 90,88 100,50 88,11 46,-2"


class Draft:
    """What a context fills. ``marks`` are in the picture whole; ``captions`` and ``rules`` may be cut off at its edge.

    ``fill``: share of the frame that the marks take up; ``cut_out``: how often the frame has their shape; ``margin``:
    share of the frame that shows the ``ground`` around the sheet; ``least``: height in pixels of a unit below which the
    frame is made larger; ``frames``: width and height, in pixels; ``whole``: keep the rules in the frame, too.
    """

    def __init__(self, scene: Scene, rng: np.random.Generator, sample_digits: SampleDigits | None = None) -> None:
        self.scene, self.rng, self._samples = scene, rng, sample_digits
        self.marks: list[DraftMark] = []
        self.captions: list[DraftMark] = []
        self.rules: list[Rule] = []
        self.tints: list[Tint] = []
        self.fill: Range = (0.3, 0.97)
        self.margin: Range = (0.0, 0.0)
        self.cut_out = 0.3
        self.frames = CONTEXT_FRAME_SIZES
        self.ground: Ground = table
        self.whole = bool(rng.random() < 0.5)
        self.least = 13.0
        self.writer = LineWriter(scene.pen, scene.ink, rng, sample_digits)
        dark = sum(scene.paper.colour) < 330
        prints = LIGHT_PRINT_COLOURS if dark else PRINT_COLOURS
        chance = np.array([0.5, 0.5] if dark else [0.38, 0.2, 0.1, 0.12, 0.1, 0.1])
        self.print_colour = prints[rng.choice(len(prints), p=chance)]
        self.printer = Printer(self.print_colour, rng)
        self._rows = 0

    def another_writer(self, pen: str = "") -> LineWriter:
        """Somebody else with the same kind of pen or that one, in the same ink or another."""
        dark = sum(self.scene.paper.colour) < 330
        inks = (self.scene.ink,) if dark or self.rng.random() < 0.4 else BLACKS + BLUES
        return LineWriter(
            PENS[pen] if pen else self.scene.pen, inks[self.rng.integers(len(inks))], self.rng, self._samples
        )

    def core(self) -> Bounds:
        """What must be in the frame: the marks, and the rules where they must."""
        left, top, right, bottom = bounds(self.marks) if self.marks else (0.0, 0.0, 1.0, 1.0)
        for rule in self.rules if self.whole else ():
            (x, y), (end, foot) = rule.points.min(axis=0), rule.points.max(axis=0)
            left, top, right, bottom = min(left, x), min(top, y), max(right, end), max(bottom, foot)
        return float(left), float(top), float(right), float(bottom)

    def new_row(self) -> int:
        """The number of the next row of the reading."""
        self._rows += 1
        return self._rows - 1

    def add(self, marks: Iterable[DraftMark], x: float, y: float, row: int | None = None) -> tuple[DraftMark, ...]:
        """Marks moved to their place in a row, a new one where none is given."""
        row = self.new_row() if row is None else row
        placed = tuple(replace(mark, row=row) for mark in moved(tuple(marks), x, y))
        self.marks += placed
        return placed

    def put(self, marks: Iterable[DraftMark], x: float, y: float, row: int, *, gap: bool = False) -> float:
        """Marks in a row that has begun; where they end. ``gap``: a space stands before them."""
        placed = self.add(marks, x, y, row)
        if gap:
            self.marks[-len(placed)] = replace(placed[0], gap=True)
        return bounds(placed)[2]

    def add_line(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """A line drawn by hand."""
        middle = (np.array(start) + end) / 2 + self.rng.normal(0, 0.06, 2)
        line = curve(np.stack([np.array(start), middle, np.array(end) + self.rng.normal(0, 0.05, 2)]))
        self.marks.append(Drawn("", "line", (Stroke(line, np.ones(len(line))),), self.writer.nib, row=-1))

    def ring(self, around: Bounds, x: float, y: float, row: int) -> None:
        """A ring by hand around what has those bounds at (x, y)."""
        left, top, right, bottom = around
        size = max(right - left, bottom - top) * float(self.rng.uniform(1.25, 1.6))
        mark = self.writer.strokes(_RING).scaled(size)
        self.add([replace(mark, label="ring")], x + (left + right - size) / 2, y + (top + bottom - size) / 2, row)

    def cells(self, text: str, x: float, y: float, row: int) -> float:
        """A printed box around each digit; where they end."""
        width, line = float(self.rng.uniform(1.0, 1.3)), float(self.rng.choice([0.03, 0.06]))
        for number, digit in enumerate(text):
            left = x + number * width
            self.box((left, y - 0.2, left + width, y + 1.2), line)
            marks = self.writer.line(digit, size=0.95)
            box = bounds(marks)
            self.put(marks, left + (width - box[2] - box[0]) / 2 + float(self.rng.normal(0, 0.05)), y, row=row)
        return x + len(text) * width

    def ruled_line(self, left: float, right: float, y: float, caption: str = "") -> None:
        """A printed line to write on, dotted or not, with printed words before it."""
        dots = float(self.rng.choice([0.0, 0.16, 0.25], p=[0.4, 0.4, 0.2]))
        self.rule([(left, y), (right, y)], float(self.rng.uniform(0.02, 0.06)), dots)
        if caption:
            size = float(self.rng.uniform(0.4, 0.8))
            self.caption(caption, left - self.printer.width(caption, size), y - size, size)

    def caption(self, text: str, x: float, y: float, size: float) -> Bounds:
        """Printed words from (x, y)."""
        placed = moved(self.printer.words(text, size), x, y)
        self.captions += placed
        return bounds(placed)

    def box(self, sides: Bounds, width: float, label: str = "box") -> None:
        """A printed rectangle: left, top, right, bottom."""
        left, top, right, bottom = sides
        corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
        self.rules.append(Rule(label, corners, width, self.print_colour, closed=True))

    def rule(self, points: Sequence[tuple[float, float]], width: float, dots: float = 0.0) -> None:
        """A printed line."""
        self.rules.append(Rule("line", np.array(points), width, self.print_colour, dots=dots))
