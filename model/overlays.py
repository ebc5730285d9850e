"""Instance separation of touching and overlapping digits, by a small network.

Digits that run together go alternately to two overlays, from left to right: the first, third, ... to one, the second,
fourth, ... to the other, so that no two of an overlay touch. Ink where two digits cross is on both, and each digit
comes out whole, as if written alone (instance segmentation by colouring: Kulikov et al. 2018).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.cuts import SHORTEST, outlined
from model.image_decoding import Pixels
from model.ink import Ink
from model.litert_session import Signature, TensorSpec
from model.model_bundle import ModelBundle
from model.profiling import profiled
from model.segment import Place

HEIGHT, WIDTH = 40, 128  # pixels of a strip; what is wider is no few digits
_STEP = 8  # its width is a multiple of this
_SOLID = 110  # ink (0..255) from which a pixel belongs to a stroke
_SPECK = 0.4  # of the height: what an overlay holds that is lower is a part of a digit on the other
_ABREAST = 0.5  # of the narrower: pieces of one overlay that share so much of their width are one digit


_SIGNATURE = Signature(
    "strip",
    TensorSpec((None, HEIGHT, WIDTH), np.uint8),
    {"overlays": TensorSpec((None, HEIGHT // 2, WIDTH // 2, 2), np.float32)},
)


def strip(ink: Pixels) -> Pixels:
    """Bring ink (h, w) uint8 to 40 pixels of height, on paper at the right up to a multiple of 8."""
    width = _width(ink)
    how = cv2.INTER_AREA if ink.shape[0] > HEIGHT else cv2.INTER_LINEAR
    small = cv2.resize(ink, (width, HEIGHT), interpolation=how)
    return np.asarray(cv2.copyMakeBorder(small, 0, 0, 0, -width % _STEP, cv2.BORDER_CONSTANT, value=0), np.uint8)


def _width(ink: Pixels) -> int:
    """How wide ink (h, w) is as a strip, in its pixels."""
    return int(np.clip(round(ink.shape[1] * HEIGHT / ink.shape[0]), 4, WIDTH))


class Overlays:
    """One session of the network. Not thread-safe: one a thread. Raises ``ModelLoadError``."""

    def __init__(self, bundle: ModelBundle) -> None:
        self._session = bundle.session(_SIGNATURE)

    def __call__(self, place: Place, ink: Ink) -> list[Place]:
        """Separate the digits of a region, from left to right; [place] where it is but one."""
        own = place.ink(ink)
        masks = self.masks(own)
        pieces = [_piece(mask, own, place) for mask in masks] if len(masks) > 1 else []
        return [piece for piece in pieces if piece is not None] or [place]

    def masks(self, ink: Pixels) -> list[Pixels]:
        """Separate the digits of ink (h, w) uint8: masks (h, w) of 0 and 255 from left to right, one a digit."""
        seen = strip(ink)
        wide = cv2.copyMakeBorder(seen, 0, 0, 0, WIDTH - seen.shape[1], cv2.BORDER_CONSTANT, value=0)
        return digits(ink, self.judged(np.asarray(wide, np.uint8))[:, : seen.shape[1] // 2])

    @profiled("overlays")
    def judged(self, seen: Pixels) -> NDArray[np.float32]:
        """Judge a strip (40, 128) uint8: (20, 64, 2) float32, 0 to 1 that ink is on either overlay."""
        return np.asarray(self._session.run(seen[None])["overlays"][0], np.float32)


def digits(ink: Pixels, overlays: NDArray[np.float32]) -> list[Pixels]:
    """Give the digits of ink (h, w) by its overlays (20, n, 2), 0 to 1 that ink is on either."""
    h, w = ink.shape
    share = w / _width(ink)  # pixels of the ink to one of the strip
    wide = (round(2 * overlays.shape[1] * share), h)
    likely = np.asarray(cv2.resize(overlays, wide, interpolation=cv2.INTER_LINEAR)[:, :w], np.float32)
    likely = np.pad(likely, ((0, 0), (0, w - likely.shape[1]), (0, 0)), mode="edge")
    solid = ink >= _SOLID
    best = likely.max(axis=2)
    on = [solid & ((likely[..., n] > 0.5) | (likely[..., n] == best)) for n in (0, 1)]
    specks = [_low(each) for each in on]
    bodies = [each & ~low for each, low in zip(on, specks, strict=True)]
    moved = [_touching(low, bodies[1 - n]) for n, low in enumerate(specks)]
    whole = [on[n] & ~moved[n] | moved[1 - n] for n in (0, 1)]
    return sorted((piece for each in whole for piece in _pieces(each)), key=_middle)


def _low(overlay: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What is too low to be a digit."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(overlay.astype(np.uint8))
    low = [n for n in range(1, count) if stats[n, cv2.CC_STAT_HEIGHT] < _SPECK * overlay.shape[0]]
    return np.asarray(np.isin(labels, low), np.bool_)


def _touching(specks: NDArray[np.bool_], bodies: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Those specks that touch a body: the network was wrong about them. Others are dots and bars of their own."""
    labels = cv2.connectedComponents(specks.astype(np.uint8))[1]
    near = cv2.dilate(bodies.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return specks & np.isin(labels, np.unique(labels[near & specks]))


def _pieces(overlay: NDArray[np.bool_]) -> list[Pixels]:
    """The digits of one overlay: what lies above each other is one, and specks belong to the nearest."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(overlay.astype(np.uint8))
    spans = {n: _Span(int(stats[n][0]), int(stats[n][0] + stats[n][2]), (n,)) for n in range(1, count)}
    is_low = {n: stats[n][cv2.CC_STAT_HEIGHT] < _SPECK * overlay.shape[0] for n in spans}
    groups: list[_Span] = []
    for n in sorted(spans, key=lambda n: (is_low[n], spans[n].left)):
        best = min(groups, key=spans[n].gap, default=None)
        if best is not None and (is_low[n] or best.shares(spans[n])):
            groups[groups.index(best)] = best.joined(spans[n])
        else:
            groups.append(spans[n])
    return [np.where(np.isin(labels, group.members), 255, 0).astype(np.uint8) for group in groups]


@dataclass(frozen=True, slots=True)
class _Span:
    """From where to where along a row some pieces of ink reach."""

    left: int
    right: int
    members: tuple[int, ...]

    def gap(self, other: _Span) -> int:
        """Pixels between both; negative where they lie above each other."""
        return max(self.left, other.left) - min(self.right, other.right)

    def shares(self, other: _Span) -> bool:
        """Whether they lie above each other for a good part of the narrower."""
        return -self.gap(other) > _ABREAST * min(self.right - self.left, other.right - other.left)

    def joined(self, other: _Span) -> _Span:
        """Both together."""
        return _Span(min(self.left, other.left), max(self.right, other.right), (*self.members, *other.members))


def _middle(mask: Pixels) -> float:
    x, _, width, _ = cv2.boundingRect(mask)
    return x + width / 2


def _piece(mask: Pixels, ink: Pixels, place: Place) -> Place | None:
    """Outline one digit; what others wrote within its loops is not its own."""
    contours, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    others = (ink >= _SOLID) & (mask == 0)
    marks = []
    for number, contour in enumerate(contours):
        if tree[0][number][3] < 0 and len(contour) >= SHORTEST:
            within = [hole for hole, node in zip(contours, tree[0], strict=True) if node[3] == number]
            marks.append(outlined(contour, place, [hole for hole in within if _holds(hole, others)]))
    return Place.of(*marks) if marks else None


def _holds(hole: cv2.typing.MatLike, ink: NDArray[np.bool_]) -> bool:
    inside = cv2.drawContours(np.zeros(ink.shape, np.uint8), [hole], -1, 1, cv2.FILLED)
    return bool((inside.astype(np.bool_) & ink).any())
