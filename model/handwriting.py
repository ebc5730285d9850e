"""Handwriting mask: where in a picture handwritten digits are, by a small fully convolutional network.

The ink (``model.ink``) says how black each pixel is against its paper, whatever made it so; this network was trained on
generated pages to tell digits from a table's edge, a window's bar, a crease, a finger, a ruling or a word. The second
half of this module takes the ink of digits by that mask.
"""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from model.image_decoding import Pixels
from model.ink import Ink, ink_of, ink_on, quarter, relative_darkness
from model.litert_session import Signature, TensorSpec
from model.model_bundle import ModelBundle
from model.profiling import profiled

Mask = NDArray[np.uint8]  # (h, w) of 0 and 1, at a quarter of the working copy's size

_SIGNATURE = Signature(
    "sight",
    TensorSpec((None, None, None, 3), np.uint8),
    {"written": TensorSpec((None, None, None, 1), np.float32)},
)
_AREA = 384 * 288  # pixels of the network's input
_STEP = 16  # its sides are multiples of this
_NARROW = 15  # pixels of it: the widest strokes that stand out
_WEAKEST = 20.0  # relative darkness (0..255) of the strongest strokes below which there is only noise
_SURE = 0.5  # from which a digit is written there
_FAINT = 12.0  # blackness (0..255) below which nothing is a stroke
_AS_BLACK = 0.6  # of what is written: how black a stroke that runs on must be
_AS_LIKELY = 0.25  # of the likeliest stroke: how likely the others must be
_SHADE = 0.5  # of what is written: how black the bars that it runs over are at most
_BESIDE = 9  # pixels of a quarter across: what is beside a stroke
_SOME = 0.04  # of what is beside strokes: how much must be ink, for there to be bars
_NARROWLY = 0.6  # of the blackness of what is written, when only narrow strokes are ink: it is narrow
_POSSIBLE = 0.2  # from which its strokes may run there
_GAP = 5  # pixels of a quarter within a stroke that the network may miss
_HARDLY = 0.08  # below which they end: it is a window's bar or a table's edge that they meet


def sight(grey: Pixels) -> NDArray[np.uint8]:
    """The network's input for a working copy: (h, w, 3) uint8, about 384 x 288.

    Grey; what is darker than its narrow surroundings; what is lighter: strokes stand out alike in the light and in any
    shadow, whichever way round pen and paper are.
    """
    height, width = grey.shape
    share = (_AREA / (height * width)) ** 0.5
    size = max(_STEP, round(width * share / _STEP) * _STEP), max(_STEP, round(height * share / _STEP) * _STEP)
    small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    narrow = np.ones((_NARROW, _NARROW), np.uint8)
    valleys = relative_darkness(small, np.asarray(cv2.morphologyEx(small, cv2.MORPH_CLOSE, narrow), dtype=np.uint8))
    bright = 255 - small
    ridges = relative_darkness(bright, np.asarray(cv2.morphologyEx(bright, cv2.MORPH_CLOSE, narrow), dtype=np.uint8))
    strongest = float(np.percentile(np.maximum(valleys, ridges)[::2, ::2], 99.5))
    strong = [cv2.convertScaleAbs(each, alpha=200 / max(_WEAKEST, strongest)) for each in (valleys, ridges)]
    return np.asarray(cv2.merge([small, *strong]), np.uint8)


class Handwriting:
    """One session of the network. Not thread-safe: one a thread. Raises ``ModelLoadError``."""

    def __init__(self, bundle: ModelBundle) -> None:
        self._session = bundle.session(_SIGNATURE)

    @profiled("handwriting")
    def written(self, seen: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The mask for an input (h, w, 3) uint8: (h / 2, w / 2) float32, the probability (0..1) of a digit's ink."""
        return np.asarray(self._session.run(seen[None])["written"][0, :, :, 0], np.float32)


@profiled("ink")
def written_ink(grey: Pixels, written: NDArray[np.float32], first: Ink) -> Ink | None:
    """Take the ink of a working copy (h, w) from where digits are ``written``; None where there are none.

    Strokes are followed to their ends, so that no part of a letter passes for a digit; ``first`` is the ink that the
    first pass read. The paper under them is what is beside them: a shadow's bar across a digit counts as paper, as does
    all that nobody wrote.
    """
    small = quarter(grey)
    likely = np.asarray(cv2.resize(written, small.shape[::-1], interpolation=cv2.INTER_LINEAR), dtype=np.float32)
    if float(likely.max()) <= _SURE:
        return None
    strokes, whole = _strokes(grey, small, likely, first)
    blackest = _blackest(strokes.grey)
    all_there_is = blackest if strokes is whole else _blackest(whole.grey)
    black = float(np.percentile(blackest[likely > _SURE], 75))
    mask = _followed(likely, blackest, black)
    paper = _paper_beside(small, mask)
    ink = ink_on(paper if strokes.dark else 255 - paper, grey, first.scale, dark=strokes.dark)
    # Beside a finger or a sheet the paper is not what lies next to a stroke; narrow strokes are the better estimate.
    pure = ink.grey if strokes is whole else np.asarray(cv2.min(ink.grey, strokes.grey), dtype=np.uint8)
    pure = _without_bars(pure, written, min(_SHADE * black, _bars_beside(all_there_is, mask)))
    gate = cv2.resize(mask * np.uint8(255), grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    gate = cv2.threshold(gate, 100, 255, cv2.THRESH_BINARY)[1]
    return replace(ink, grey=np.asarray(cv2.bitwise_and(pure, pure, mask=gate), dtype=np.uint8))


def _strokes(grey: Pixels, small: Pixels, likely: NDArray[np.float32], first: Ink) -> tuple[Ink, Ink]:
    """The ink to follow strokes through, and all there is: where what is written is narrow, the first is only of
    strokes that are no wider; else it is all."""
    written = likely > _SURE
    beside = _paper_beside(small, _widened((likely > _POSSIBLE).astype(np.uint8)))
    dark = float((beside.astype(np.float32) - small)[written].sum()) >= 0
    narrow = ink_of(grey, first.scale, dark=dark, widest=_pen(written))
    whole = first if first.dark is dark else ink_of(grey, first.scale, dark=dark)
    black, wholly = (float(np.median(quarter(ink.grey)[written])) for ink in (narrow, whole))
    return (narrow if black > _NARROWLY * wholly else whole), whole


def _blackest(ink: Pixels) -> Pixels:
    """Bring ink to a quarter each way by the blackest there is: a mean would make strokes as pale as the bars that they
    run over."""
    height, width = (max(1, side // 4) for side in ink.shape)
    most = cv2.dilate(cv2.blur(ink, (3, 3)), np.ones((4, 4), np.uint8), anchor=(0, 0))
    return np.ascontiguousarray(most[: 4 * height : 4, : 4 * width : 4])


def _bars_beside(blackest: Pixels, mask: Mask) -> float:
    """How black (0..255) is what runs on beside the strokes of the mask, unwritten: bars and edges of shadow; 0
    where there is next to nothing."""
    ring = cv2.dilate(mask, np.ones((_BESIDE, _BESIDE), np.uint8)) > mask
    there = blackest[ring & (blackest > _FAINT)]
    return float(np.percentile(there, 75)) if len(there) > _SOME * int(ring.sum()) else 0.0


def _without_bars(ink: Pixels, written: NDArray[np.float32], black: float) -> Pixels:
    """Take so much blackness (0..255) away where no stroke is sure to run; what is blacker stays, stretched."""
    if not black:
        return ink
    level = np.uint8(round(black))
    stretched = cv2.convertScaleAbs(np.maximum(ink, level) - level, alpha=255 / (255 - black))
    sure = cv2.resize(written, ink.shape[::-1], interpolation=cv2.INTER_LINEAR) > _SURE
    return np.where(sure, ink, stretched).astype(np.uint8)


def _pen(written: NDArray[np.bool_]) -> int:
    """How wide the pen is at most, in pixels of a quarter: four times the mean distance to the stroke's edge."""
    mask = written.astype(np.uint8)
    edge = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    return math.ceil(4 * float(edge[written].mean()))


def _widened(mask: Mask) -> Mask:
    return np.asarray(cv2.dilate(mask, np.ones((3, 3), np.uint8)), dtype=np.uint8)


def _followed(likely: NDArray[np.float32], ink: Pixels, black: float) -> Mask:
    """Follow strokes that are as ``black`` as those written to their ends, and leave out unlikely pieces.

    They end where nobody can have written a digit: what runs on from there is a bar, an edge or a crease.
    """
    near = cv2.dilate(likely, np.ones((_GAP, _GAP), np.uint8))
    strokes = (ink > max(_FAINT, _AS_BLACK * black)) & (near > _HARDLY)
    count, pieces = cv2.connectedComponents((strokes | ((likely > _POSSIBLE) & (ink > 0))).astype(np.uint8))
    weight = np.where(strokes, 1.0, 0.1)  # what is hardly ink says little

    def sums(values: NDArray[np.generic]) -> NDArray[np.float64]:
        return np.bincount(pieces.ravel(), values.ravel(), count).astype(np.float64)

    means = sums(weight * likely) / np.maximum(sums(weight), 1e-6)
    kept = (sums(likely > _SURE) > 0) | (means > _POSSIBLE)
    kept[0] = False  # the paper
    kept &= means >= _AS_LIKELY * float(np.max(means, where=kept, initial=0))
    return _widened(kept[pieces].astype(np.uint8))


def _paper_beside(small: Pixels, mask: Mask) -> Pixels:
    """Fill what the mask (h, w) of 0 and 1 covers with the mean of what is beside it, as near as there is any."""
    weight = (1 - mask).astype(np.float32)
    bright = small * weight
    mean = float(bright.sum() / max(1.0, float(weight.sum())))
    paper: NDArray[np.floating] = np.full(small.shape, mean, np.float32)
    for reach in (65, 33, 17, 9, 5):
        near = cv2.blur(weight, (reach, reach), borderType=cv2.BORDER_REPLICATE)
        local = cv2.blur(bright, (reach, reach), borderType=cv2.BORDER_REPLICATE) / np.maximum(near, 1e-6)
        share = np.clip(near * 5, 0, 1)
        paper = paper * (1 - share) + local * share
    return np.where(mask > 0, paper, small).astype(np.uint8)
