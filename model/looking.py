"""Two passes over a photo: over all of its ink, then over what the handwriting network takes for digits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from model.found import Found
from model.handwriting import sight, written_ink
from model.image_decoding import Pixels
from model.ink import Ink, ink_of
from model.networks import ThreadNetworks
from model.profiling import profiled
from model.trust import CLEAR, NOTHING
from model.turned import Seen, read_any_way_up, turned_ink

LEAST = 2.0  # weight that the colour pass must reach
# Likely: the handwriting network's output (0..1), averaged over a digit's ink.
_WRITTEN = 0.1  # likely: below which what the first pass found is no digit, but an edge, a bar, a crease
_LIKELY = 1.1  # weight times the mean of likely that the second pass must reach where the first found nothing
_MOSTLY = 0.5  # likely: the mean of digits where the network finds them at all
_MORE = 1.1  # factor by which they must be more likely than those of the first pass
_SURELY = 0.8  # likely: from which no other evidence is needed, as there is none for a one that stands alone


@profiled("interpret")
def look(grey: Pixels, scale: float, networks: ThreadNetworks, count: int | None = None) -> Seen:
    """Read a working copy (h, w) uint8; ``scale`` is photo pixels to one of its.

    Most pictures are digits on paper and nothing else, and the first pass is enough. Edges, bars of shadow, words, wood
    and light sheets on dark tables are hard to tell from strokes by brightness alone: there the network says where
    digits are written, if anywhere, and a second pass reads only those. Without that network there is one pass.
    """
    ink = ink_of(grey, scale)
    first = read_any_way_up(ink, networks, count, networks.overlays)
    if first.plain or networks.handwriting is None:
        return first
    written = networks.handwriting.written(sight(grey))
    learned = written_ink(grey, written, ink)
    if learned is None:
        return first if first.found.clear and _certain(first.found.digits) else replace(first, found=NOTHING)
    second = read_any_way_up(learned, networks, count, networks.overlays)
    likely = np.asarray(cv2.resize(written, grey.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)
    return _believed(_Look.of(second, learned, likely), _Look.of(first, ink, likely))


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """One pass: what was ``seen`` in which ``ink``, turned as it was read; ``written`` (h, w) float32, 0 to 1, is the
    network's output for each pixel of the working copy as it lies."""

    seen: Seen
    ink: Ink
    written: NDArray[np.float32]

    @classmethod
    def of(cls, seen: Seen, ink: Ink, written: NDArray[np.float32]) -> Self:
        """Take what was seen in ink that lies as the working copy does."""
        return cls(seen, turned_ink(ink, seen.turns) if seen.turns else ink, written)

    def likely(self, digit: Found) -> float:
        """The network's mean output over a digit's ink, 0 to 1."""
        own, box = np.rot90(digit.place.ink(self.ink), -self.seen.turns), self.seen.upright(digit.place.box)
        part = self.written[box.y : box.y + box.height, box.x : box.x + box.width]
        return float((part * own).sum() / max(1.0, float(own.sum())))


def _believed(second: _Look, first: _Look) -> Seen:
    """Choose the second pass unless it lost digits that the first found where digits are written."""
    digits, others = first.seen.found.digits, second.seen.found.digits
    meant = [each for each in digits if first.likely(each) > _WRITTEN]
    if not meant:
        return second.seen if _convinces(second) else replace(second.seen, found=NOTHING)
    if first.seen.alone:
        return second.seen if _explains(second, first) else first.seen
    if len(meant) < len(digits):
        return second.seen if _certain(others) >= _certain(meant) else first.seen
    better = (_certain(others), second.seen.found.weight) >= (_certain(meant), first.seen.found.weight)
    return second.seen if better else first.seen


def _convinces(look: _Look) -> bool:
    """Whether network and digits together are evidence enough where the first pass found nothing."""
    digits = look.seen.found.digits
    likely = [look.likely(each) for each in digits] or [0.0]
    surely = min(likely) > _SURELY and all(each.likeness > CLEAR for each in digits)
    return surely or look.seen.found.weight * sum(likely) / len(likely) >= _LIKELY


def _explains(second: _Look, first: _Look) -> bool:
    """Whether the network takes far more of the second pass's digits for written, and none is lost: the first pass read
    digits with the bars of shadow across them."""
    digits, others = first.seen.found.digits, second.seen.found.digits
    if not others or (len(others) != len(digits) and _certain(others) < _certain(digits)):
        return False
    before, after = (sum(map(look.likely, look.seen.found.digits)) for look in (first, second))
    return after / len(others) >= max(_MOSTLY, _MORE * before / len(digits))


def _certain(digits: Sequence[Found]) -> int:
    """Count the digits that are beyond doubt; upright strokes may be anything."""
    return sum(each.likeness > CLEAR and int(each.probabilities.argmax()) != 1 for each in digits)
