"""Handwritten letters of many scripts, and random curls like those of others: none looks like a digit."""

from __future__ import annotations

import numpy as np

from training.synthesis.glyphs import paths
from training.synthesis.strokes import Stroke, Strokes, Writer

# As in training.synthesis.glyphs. Left out because they look like digits: α β δ ζ θ ρ σ Э Ю Ы б з ч ц, and T, L, t.
SCRIPT_LETTER_FORMS: dict[str, str] = {
    "gamma": "0,14 16,4 34,30 46,66 40,100 28,98 34,66 70,2",
    "epsilon": "56,12 30,2 10,16 20,42 44,46! 16,50 2,74 20,98 58,88",
    "eta": "0,20 10,6 18,20 18,64! 22,30 40,8 58,16 60,50 58,104",
    "kappa": "8,10 6,90 / 62,12 10,52! 40,58 66,90",
    "mu": "8,6 10,60 6,110 / 9,50 24,68 44,62 52,6! 54,54 62,68 74,64",
    "xi": "62,2 20,6 14,20 34,28 52,28 / 34,28 8,40 6,58 40,70 62,80 60,96 44,104",
    "tau": "0,20 16,4 100,2 / 52,6 46,60 54,92 76,86",
    "phi": "50,22 20,30 4,52 16,74 48,80 82,72 94,50 80,28 50,22 / 52,0 50,50 48,106",
    "tall phi": "50,8 24,14 10,32 20,50 50,56 80,48 90,30 76,12 50,8 / 51,0 50,50 48,110",
    "looped phi": "20,24 4,44 14,70 44,76 80,66 90,40 74,22 56,28 48,60 44,110",
    "chi": "2,4 18,2 50,70 78,100 92,92 / 84,2 8,100",
    "psi": "2,20 8,50 26,66 50,68 76,62 90,40 92,16 / 50,0 49,50 47,110",
    "omega": "14,10 2,40 8,78 30,84 46,60 48,40! 50,62 66,84 88,76 96,40 84,8",
    "Delta": "0,98! 50,0! 100,100! 0,98",
    "Xi": "4,4 90,2 / 18,48 78,46 / 0,96 96,94",
    "Omega": "0,98! 32,96 10,60 14,20 50,0 88,20 92,60 70,96! 102,98",
    "ya": "60,100! 62,2! 30,2 10,20 20,46 60,50! / 30,50 4,100",
    "i": "4,2! 4,98! 60,4! 62,100",
    "de": "16,84 30,2! 76,2! 78,84 / 0,104! 2,84! 96,84! 98,106",
    "el": "2,98 24,80 30,2! 74,2! 76,100",
    "shcha": "0,0 2,86! 84,86! 82,0 / 42,0 42,86 / 84,86! 96,88! 96,106",
    "yat": "4,6 60,2 / 30,0 30,96 66,98 84,76 66,56 32,58",
    "nagari ka": "0,4 110,4 / 56,4 56,100 / 56,40 30,34 14,50 24,68 56,52 / 56,50 84,36 98,54 84,74",
    "nagari ma": "0,4 100,4 / 84,4 84,100 / 24,4 26,50 14,64 4,56 30,60 84,58",
    "nagari na": "0,4 100,4 / 80,4 80,100 / 80,44 30,44 16,50 14,60 24,64",
    "nagari ta": "0,4 100,4 / 78,4 78,100 / 78,38 36,40 20,56 30,80 44,90",
    "nagari ra": "0,4 80,4 / 40,4 46,30 30,46 14,44 20,50 64,100",
    "malayalam ra": "14,74 24,86 10,98 0,80 2,36 40,2 80,30 84,98",
    "malayalam ka": "40,50 20,30 4,50 20,80 44,52 60,10 74,30 62,60 44,50 70,40 96,50 98,90",
    "malayalam va": "30,30 14,24 6,44 18,66 40,60 52,36 44,10 70,4 96,20 100,96",
    "kannada a": "10,30 30,20 44,40 30,60 8,58 4,84 40,100 84,80 88,40 62,30 56,50 70,60",
    "thai ko": "30,40 18,30 8,40 22,52 6,100 / 14,44 10,20 40,2 70,18 72,100",
    "thai pho": "4,20 14,10 22,22 10,28 8,100! 40,50! 74,100! 76,4",
    "arabic sin": "120,40 116,60 100,60 96,40! 92,60 76,60 72,38! 68,70 50,96 20,96 4,70 8,50",
    "arabic ba": "0,30 8,56 60,62 110,54 116,28 / 56,84 58,88",
    "arabic ain": "60,10 30,4 20,24 40,40 66,38! 20,52 4,84 40,104 80,96",
    "hebrew shin": "0,4 10,60 34,98! 96,6 / 46,8 42,60 30,94",
    "kanji tree": "0,34 100,32 / 50,0 50,104 / 48,36 4,90 / 52,36 98,90",
    "kanji mouth": "4,6 8,96 / 4,6 90,4 84,98 / 8,86 84,86",
    "kana no to": "70,10 40,70 10,88 4,50 36,12 78,10 100,50 70,100 / 20,0 26,30",
    "kana ki": "4,24 84,14 / 4,48 92,38 / 34,0 74,70! 40,62 14,80 40,102 74,98",
}
_MIN_BEND = 4.5 * np.pi  # radians along a curl's line: more than any digit has


def letter(rng: np.random.Generator) -> Strokes:
    """One of ``SCRIPT_LETTER_FORMS`` by a random writer."""
    number = int(rng.integers(len(SCRIPT_LETTER_FORMS)))
    return Writer(rng).write(paths(list(SCRIPT_LETTER_FORMS.values())[number]), own=1000 + number)


def curl(rng: np.random.Generator) -> Strokes:
    """One line of hooks, loops and bows, as in the round scripts of India, that bends more than any digit."""
    while True:
        bends = [rng.uniform(0.5, 1.9) * np.pi * rng.choice([-1, 1]) for _ in range(rng.integers(4, 8))]
        # Each bow is an arc of some radius; now and then the pen goes straight on before the next.
        steps = [np.full(24, bend / 24) for bend in bends]
        paces = [np.full(24, abs(bend) * np.exp(rng.normal(0, 0.5)) / 24) for bend in bends]
        if rng.random() < 0.5:
            steps.append(np.zeros(12))
            paces.append(np.full(12, rng.uniform(1, 4) / 12))
        heading = np.cumsum(np.concatenate(steps)) + rng.uniform(0, 2 * np.pi)
        line = np.cumsum(np.stack([np.cos(heading), np.sin(heading)], axis=1) * np.concatenate(paces)[:, None], axis=0)
        size = np.ptp(line, axis=0)
        if np.abs(np.concatenate(steps)).sum() >= _MIN_BEND and 0.5 < size[0] / size[1] < 2.5:
            return (Stroke((line - line.min(axis=0)) / size[1], np.ones(len(line))),)
