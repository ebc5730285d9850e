"""Digits in forms that the base model misreads, drawn here."""

from __future__ import annotations

import cv2
import numpy as np

Strokes = list[list[tuple[int, int]]]

BARRED_TWO: Strokes = [[(-45, -70), (45, -70), (-45, 75), (50, 75)], [(-30, 0), (30, 0)]]
ONE_OR_SEVEN: Strokes = [[(-28, -70), (10, -78), (-5, 78)]]
PLAIN_ONE: Strokes = [[(4, -78), (-5, 78)]]
LETTER_S: Strokes = [[(35, -65), (0, -80), (-35, -55), (-20, -15), (20, 10), (35, 45), (0, 78), (-40, 60)]]


def barred_two(seed: int) -> bytes:
    """A photo of a 2 as some people write it, with a bar, which the base model takes for a 7; never twice the same."""
    return _photo(BARRED_TWO, seed)


def one_or_seven(seed: int) -> bytes:
    """A photo of a 7 with a short flag, which may be a 1; never twice the same."""
    return _photo(ONE_OR_SEVEN, seed)


def plain_one(seed: int) -> bytes:
    """A photo of a 1 that is nothing but a stroke, which nobody would call a 7; never twice the same."""
    return _photo(PLAIN_ONE, seed)


def letter_s(seed: int) -> bytes:
    """A photo of an S, which the base model takes for a 5; never twice the same."""
    return _photo(LETTER_S, seed)


def _photo(strokes: Strokes, seed: int) -> bytes:
    """Strokes around (0, 0), with the liberties that a hand takes, on paper, as PNG."""
    rng = np.random.default_rng(seed)
    paper = np.full((480, 640), 232, np.uint8)
    angle, size, width = rng.uniform(-0.1, 0.1), rng.uniform(0.85, 1.15), int(rng.integers(7, 12))
    turn = size * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array([320 + rng.uniform(-60, 60), 240 + rng.uniform(-40, 40)])
    for stroke in strokes:
        points = (np.array(stroke) + rng.normal(0, 2.5, (len(stroke), 2))) @ turn.T + middle
        cv2.polylines(paper, [points.round().astype(np.int32)], False, 45, width, cv2.LINE_AA)
    return bytes(cv2.imencode(".png", cv2.GaussianBlur(paper, (5, 5), 0))[1])
