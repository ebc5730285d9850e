"""Looking again: where anything else is in view, only the ink that the network takes for digits is read."""

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

LEAST = 2.0  # weight that a look at colours must have
_WRITTEN = 0.1  # likely: below which what the first look has seen is no digit: an edge, a bar, a crease
_LIKELY = 1.1  # weight times how likely its digits are that the second look must have where the first found nothing
_MOSTLY = 0.5  # likely: what digits are on the mean where the network sees them at all
_MORE = 1.1  # by how much they must be more likely than those that were seen first
_SURELY = 0.8  # likely: from which nothing else need speak for them, as nothing speaks for a one that stands alone


@profiled("interpret")
def look(grey: Pixels, scale: float, networks: ThreadNetworks, count: int | None = None) -> Seen:
    """Read a working copy (h, w) uint8; ``scale`` is photo pixels to one of its.

    Most pictures are digits on paper and nothing else, and the ink tells all. Edges, bars of shadow, words, wood and
    light sheets on dark tables are hard to tell from strokes before anything was read: there the network says where to
    look, and whether there is anything to read.
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
    """What was ``seen`` in some ``ink``, turned as it was read; ``written`` (h, w) float32, 0 to 1, is what the network
    says of each pixel of the working copy as it lies."""

    seen: Seen
    ink: Ink
    written: NDArray[np.float32]

    @classmethod
    def of(cls, seen: Seen, ink: Ink, written: NDArray[np.float32]) -> Self:
        """Take what was seen in ink that lies as the working copy does."""
        return cls(seen, turned_ink(ink, seen.turns) if seen.turns else ink, written)

    def likely(self, digit: Found) -> float:
        """Say how much of a digit's ink the network takes for that of a digit: its mean over the ink, 0 to 1."""
        own, box = np.rot90(digit.place.ink(self.ink), -self.seen.turns), self.seen.upright(digit.place.box)
        part = self.written[box.y : box.y + box.height, box.x : box.x + box.width]
        return float((part * own).sum() / max(1.0, float(own.sum())))


def _believed(second: _Look, first: _Look) -> Seen:
    """Believe the second look unless it lost digits that the first has seen where digits are written."""
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
    """Tell whether network and digits together speak for a number where nothing was seen before."""
    digits = look.seen.found.digits
    likely = [look.likely(each) for each in digits] or [0.0]
    surely = min(likely) > _SURELY and all(each.likeness > CLEAR for each in digits)
    return surely or look.seen.found.weight * sum(likely) / len(likely) >= _LIKELY


def _explains(second: _Look, first: _Look) -> bool:
    """Tell whether the network takes far more of the second look's digits for written, and none is lost: what the first
    look saw were digits and the bars of shadow across them."""
    digits, others = first.seen.found.digits, second.seen.found.digits
    if not others or (len(others) != len(digits) and _certain(others) < _certain(digits)):
        return False
    before, after = (sum(map(look.likely, look.seen.found.digits)) for look in (first, second))
    return after / len(others) >= max(_MOSTLY, _MORE * before / len(digits))


def _certain(digits: Sequence[Found]) -> int:
    """Count the digits that are one without doubt; upright strokes may be anything."""
    return sum(each.likeness > CLEAR and int(each.probabilities.argmax()) != 1 for each in digits)
