"""Drawings that are no digits, as strokes: figures, scribbles, dashes."""

from __future__ import annotations

import numpy as np

from training.synthesis.glyphs import paths
from training.synthesis.strokes import Points, Stroke, Strokes, Writer, curve

# As in training.synthesis.glyphs: strokes parted by "/", points in hundredths, "!" for a corner. Left out because they
# look like digits: circles and ovals (0), upright lines (1), one or two zigzags (2, 3), spirals of few turns (6, 9),
# chains of two rings (8).
FIGURE_FORMS: dict[str, str] = {
    "heart": "50,28! 34,0 6,8 8,46 50,100! 92,46 94,8 66,0 50,28",
    "star": "50,0! 68,98! 2,36! 98,36! 30,98! 50,0",
    "house": "4,100! 4,40! 50,0! 96,40! 96,100! 4,100 / 40,100! 40,66! 60,66! 60,100 / 2,40 98,40",
    "square": "0,2! 98,0! 100,98! 2,100! 0,2",
    "triangle": "0,98! 104,100! 50,4! 0,98",
    "envelope": "0,20! 130,20! 130,100! 0,100! 0,20! 65,66! 130,20",
    "face": "50,0 10,14 0,55 24,96 60,100 96,70 94,24 50,0 / 30,34 32,42 / 66,34 68,42 / 26,64 48,80 74,62",
    "sun": "50,28 30,40 30,62 50,74 70,62 70,40 50,28 / 50,0 50,16 / 50,86 50,100 / 0,50 18,50 / 82,50 100,50"
    " / 14,14 26,26 / 86,14 74,26 / 14,88 28,74 / 86,88 74,76",
    "flower": "50,40 40,18 50,4 60,18 50,40! 74,24 88,36 76,46 50,40! 66,60 60,76 50,64 50,40! 38,64 26,70 30,54 50,40!"
    " 26,48 12,36 26,26 50,40 / 50,62 54,100",
    "tree": "44,100! 44,70 / 58,100! 58,70 / 10,72! 50,0! 92,72! 10,72",
    "fish": "0,50 30,20 70,40 110,80! 108,22! 70,60 30,82 0,50 / 24,44 26,48",
    "cat": "10,100! 8,10! 30,34! 66,34! 88,8! 90,100! 10,100 / 32,56 34,60 / 64,56 66,60 / 40,80 50,86 60,80",
    "lightning": "60,0! 20,50! 56,48! 10,100! 96,36! 58,40! 90,0! 60,0",
    "grid": "0,33 100,33 / 0,67 100,66 / 33,0 33,100 / 67,0 66,100",
    "wave": "0,50 12,20 25,50 38,80 50,50 62,20 75,50 88,80 100,50 112,20 125,50",
    "saw": "0,60! 14,20! 28,60! 42,20! 56,60! 70,20! 84,60! 98,20! 112,60",
    "cloud": "10,80 0,56 18,40 24,16 52,12 66,28 92,24 108,48 130,60 120,82 10,80",
    "arrow up": "50,100 50,4 / 20,36! 50,2! 80,36",
    "double line": "0,30 140,28 / 0,62 140,60",
    "cross hatch": "0,0 60,100 / 20,0 80,100 / 40,0 100,100 / 60,0 0,100 / 80,0 20,100 / 100,0 40,100",
}


def scribble(rng: np.random.Generator) -> Strokes:
    """A tangled line that crosses itself many times, as of a pen tried out or a word struck through."""
    count = int(rng.integers(14, 40))
    if rng.random() < 0.5:
        # Back and forth while going along.
        along = np.linspace(0, rng.uniform(0.6, 2.2), count)
        path = np.stack([along, 0.5 + 0.5 * np.where(np.arange(count) % 2, 1, -1) * rng.uniform(0.5, 1, count)], axis=1)
        path += rng.normal(0, 0.06, path.shape)
    else:
        path = rng.uniform(0, 1, (count, 2)) * np.array([rng.uniform(0.8, 1.8), 1.0])
    return (_stroke(curve(path)),)


def spiral(rng: np.random.Generator) -> Strokes:
    """A spiral of at least three turns: fewer look like a 6 or a 9."""
    angle = np.linspace(0, 2 * np.pi * rng.uniform(3, 6), 160) * rng.choice([-1, 1]) + rng.uniform(0, 6)
    radius = np.linspace(0.03, 0.5, 160)
    return (_stroke(np.stack([radius * np.cos(angle) + 0.5, radius * np.sin(angle) + 0.5], axis=1)),)


def dashes(rng: np.random.Generator) -> Strokes:
    """One to four dashes, at most 25 degrees steep: an upright one would be a 1."""
    strokes = []
    for number in range(int(rng.integers(1, 5))):
        angle = np.radians(rng.uniform(-25, 25))
        start = np.array([number * 0.1, number * rng.uniform(0.3, 0.5)])
        end = start + rng.uniform(0.5, 1.4) * np.array([np.cos(angle), np.sin(angle)])
        strokes.append(_stroke(np.linspace(start, end, 12) + rng.normal(0, 0.006, (12, 2))))
    return tuple(strokes)


def dots(rng: np.random.Generator) -> Strokes:
    """Three to nine dots."""
    places = rng.uniform(0, 1, (int(rng.integers(3, 10)), 2))
    return tuple(_stroke(place + rng.normal(0, 0.01, (3, 2))) for place in places)


def figure(name: str, rng: np.random.Generator) -> Strokes:
    """One of ``FIGURE_FORMS`` by a random writer. Raises ``KeyError`` for an unknown name."""
    return Writer(rng).write(paths(FIGURE_FORMS[name]), own=500)


def _stroke(points: Points) -> Stroke:
    return Stroke(points, np.ones(len(points)))
