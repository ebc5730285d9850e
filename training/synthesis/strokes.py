"""Handwriting model: a Writer has habits of its own and writes digits as strokes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.synthesis.glyphs import DIGIT_FORMS, LETTER_FORMS, PenPath, paths

# (n, 2) float64: x to the right, y down, in units of the character's height.
Points = NDArray[np.float64]
CURVE_STEPS = 10  # points of a curve between two points of its form


@dataclass(frozen=True, slots=True, eq=False)
class Stroke:
    """One stroke of the pen: ``points`` (n, 2) in units of the height, ``pressure`` (n,) around 1."""

    points: Points
    pressure: NDArray[np.float64]


Strokes = tuple[Stroke, ...]


def curve(path: Points) -> Points:
    """The smooth line through the points of ``path`` (n, 2), with a corner where one is given twice (Catmull-Rom)."""
    same = (path[1:] == path[:-1]).all(axis=1)
    if not same.any():
        return _smooth(path)
    return np.concatenate([_smooth(run) for run in np.split(path, np.flatnonzero(same) + 1)])


# Weights of four neighbouring points in the points of the curve between the middle two, (CURVE_STEPS, 4).
_T = np.linspace(0, 1, CURVE_STEPS, endpoint=False)[:, None]
_CURVE_WEIGHTS = (
    np.concatenate(
        [2 * _T**2 - _T - _T**3, 2 - 5 * _T**2 + 3 * _T**3, _T + 4 * _T**2 - 3 * _T**3, _T**3 - _T**2], axis=1
    )
    / 2
)


def _smooth(run: Points) -> Points:
    if len(run) < 2:
        return run
    ends = np.concatenate([2 * run[:1] - run[1:2], run, 2 * run[-1:] - run[-2:-1]])
    groups = ends[np.arange(len(run) - 1)[:, None] + np.arange(4)]
    return np.concatenate([(_CURVE_WEIGHTS @ groups).reshape(-1, 2), run[-1:]])


class Writer:
    """A writer: preferred forms, slant, width, tremor and pressure. The same seed writes the same digits.

    ``neatness`` scales all that varies: 1 as people write, 0 exactly the forms.
    """

    def __init__(self, seed: int | np.random.Generator, *, neatness: float = 1.0) -> None:
        self._rng = np.random.default_rng(seed)
        rng, spread = self._rng, neatness
        self._slant = float(rng.normal(0.06, 0.14 * spread))
        self._width = float(np.exp(rng.normal(0.05, 0.14 * spread)))
        self._tremor = float(rng.gamma(2.0, 0.0022) * spread)
        self._jitter = float(rng.uniform(0.006, 0.016) * spread)
        self._habit = float(rng.uniform(0.006, 0.028) * spread)
        self._taper = float(rng.uniform(0.0, 0.45))
        self._favourites = [str(rng.choice(list(forms), p=_popularity(len(forms)))) for forms in DIGIT_FORMS]
        self._own_seed = int(rng.integers(2**31))

    def digit(self, label: int, form: str | None = None) -> Strokes:
        """One digit as strokes, in the ``form`` of that name or in one that the writer prefers.

        Raises ``KeyError`` for an unknown form.
        """
        forms = list(DIGIT_FORMS[label])
        if form is None:
            form = self._favourites[label] if self._rng.random() < 0.8 else str(self._rng.choice(forms))
        return self.write(paths(DIGIT_FORMS[label][form]), own=10 * label + forms.index(form))

    def letter(self, character: str) -> Strokes:
        """One of ``training.synthesis.glyphs.LETTER_FORMS`` as strokes. Raises ``KeyError`` for another character."""
        return self.write(paths(LETTER_FORMS[character]), own=100 + ord(character))

    def write(self, form: Sequence[PenPath], *, own: int = 0) -> Strokes:
        """Any strokes by this writer; ``own`` numbers the form, which the writer distorts in the same way each time."""
        habit = np.random.default_rng((self._own_seed, own))
        shear = self._slant + self._rng.normal(0, 0.035)
        width = self._width * np.exp(self._rng.normal(0, 0.05))
        turn = self._rng.normal(0, 0.03)
        return tuple(self._stroke(np.array(path), habit, shear, width, turn) for path in form)

    def _stroke(self, path: Points, habit: np.random.Generator, shear: float, width: float, turn: float) -> Stroke:
        corner = np.r_[False, (np.diff(path, axis=0) == 0).all(axis=1)]
        bent = path + habit.normal(0, self._habit, path.shape) + self._rng.normal(0, self._jitter, path.shape)
        bent[corner] = bent[np.flatnonzero(corner) - 1]
        line = curve(self._endpoints(bent))
        line = line + self._wander(len(line)) * self._tremor
        x = line[:, 0] * width + (0.5 - line[:, 1]) * shear
        points = np.stack([x - line[:, 1] * turn, line[:, 1] + x * turn], axis=1)
        return Stroke(points, self._pressure(len(points)))

    def _endpoints(self, path: Points) -> Points:
        """Move both ends a little along the stroke."""
        ends = path.copy()
        ends[0] += (path[0] - path[1]) * self._rng.normal(0, 0.07)
        ends[-1] += (path[-1] - path[-2]) * self._rng.normal(0, 0.07)
        return ends

    def _wander(self, length: int) -> Points:
        """Tremor: a smooth random walk of unit size around 0, (length, 2)."""
        knots = self._rng.standard_normal((max(3, length // 8), 2))
        at = np.linspace(0, (len(knots) - 1) * CURVE_STEPS, length).astype(int)
        return np.asarray(curve(knots)[at])

    def _pressure(self, length: int) -> NDArray[np.float64]:
        at = np.linspace(0, 1, length)
        slow = np.interp(at, np.linspace(0, 1, 5), self._rng.normal(1, 0.12, 5))
        lifted = 1 - self._taper * np.clip((at - 0.75) * 4, 0, 1) * self._rng.random()
        return np.clip(slow * lifted, 0.3, 1.6)


def _popularity(count: int) -> NDArray[np.float64]:
    weights = 1 / np.arange(1.5, count + 1.5)
    return np.asarray(weights / weights.sum())
