"""The text of a photo in the shape it has there: rows, gaps, and the signs that were recognised between the digits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.detection.candidates import SIGN_CHARACTERS, Candidates

# Its character and its box (4,).
Sign = tuple[str, NDArray[np.float32]]

_SIGN = 0.5  # detector's score from which another mark stands there
_NAMED = 0.8  # probability from which it is known which sign that is
_GAP = 0.9  # of the digits' height: from which two neighbours of a row are apart
_NEAR = 2.0  # of the digits' height: how far a sign's middle may be from one of theirs, along the row
_LEVEL = 0.75  # of the digits' height: how far a sign's middle may lie from its row's


def layout(rows: Sequence[Sequence[str]], boxes: Sequence[NDArray[np.float32]], marks: Candidates) -> str:
    """Rows as lines: their labels, the signs among ``marks`` that stand between or beside them, and a space for each
    gap. ``boxes``: (n, 4) of each row's digits, in the same frame as the marks."""
    signs: list[list[Sign]] = [[] for _ in rows]
    for sign in _signs(marks):
        off = [_off_line(sign[1], places) for places in boxes]
        if min(off, default=_LEVEL) < _LEVEL:
            signs[int(np.argmin(off))].append(sign)
    return "\n".join(_line(*row) for row in zip(rows, boxes, signs, strict=True))


def _signs(marks: Candidates) -> list[Sign]:
    """The marks that are known to be a sign, and which."""
    known = np.flatnonzero((marks.other >= _SIGN) & (marks.other > marks.digit))
    names = list(SIGN_CHARACTERS.values())
    found = []
    for index in known:
        named = marks.labels[index, 10 : 10 + len(names)]
        if named.max() >= _NAMED:
            found.append((names[int(named.argmax())], marks.boxes[index]))
    return found


def _line(labels: Sequence[str], boxes: NDArray[np.float32], signs: Sequence[Sign]) -> str:
    height = float(np.median(boxes[:, 3]))
    placed = sorted([*zip(labels, boxes, strict=True), *signs], key=lambda each: float(each[1][0] + each[1][2] / 2))
    text, end = "", float(placed[0][1][0])
    for character, box in placed:
        text += " " * (float(box[0]) - end > _GAP * height) + character
        end = float(box[0] + box[2])
    return text


def _off_line(sign: NDArray[np.float32], boxes: NDArray[np.float32]) -> float:
    """How far a sign's middle lies from the row's line beside it, in heights of its digits; infinite where none is
    near."""
    away = np.abs(boxes[:, :2] + boxes[:, 2:] / 2 - sign[:2] - sign[2:] / 2) / np.median(boxes[:, 3])
    return float(away[away[:, 0] < _NEAR, 1].min(initial=np.inf))
