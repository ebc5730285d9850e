"""Looking again: where anything else is in view, only the ink that the network takes for digits is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.cuts import Split
from model.found import Found, Judged
from model.handwriting import Handwriting, sight, written_ink
from model.ink import ink_of
from model.photo import Pixels
from model.reading import Box
from model.stages import stage
from model.trust import CLEAR, NOTHING
from model.turned import Seen, read_any_way_up

LEAST = 2.0  # weight that the second look must have where the first found nothing
_WRITTEN = 0.5  # from which a digit is written there


class Networks(Protocol):
    """What looks: the judge of digit images, and the networks that look at whole pictures and at wide places."""

    handwriting: Handwriting
    overlays: Split

    def __call__(self, images: NDArray[np.uint8]) -> Judged:
        """Judge (n, 28, 28) uint8 digit images."""


@stage("interpret")
def look(grey: Pixels, scale: float, networks: Networks, count: int | None = None) -> Seen:
    """Read a working copy (h, w) uint8; ``scale`` is photo pixels to one of its.

    Most pictures are digits on paper and nothing else, and the ink tells all. Edges, bars of shadow, words, wood and
    light sheets on dark tables are hard to tell from strokes before anything was read: there the network says where to
    look, and whether there is anything to read at all.
    """
    ink = ink_of(grey, scale)
    first = read_any_way_up(ink, networks, count, networks.overlays)
    if first.found.clear and first.alone:
        return first
    written = networks.handwriting.written(sight(grey))
    learned = written_ink(grey, written, ink)
    if learned is None:
        return first if first.found.clear else replace(first, found=NOTHING)
    second = read_any_way_up(learned, networks, count, networks.overlays)
    return second if _reads_better(second, first, written) else first


def _reads_better(second: Seen, first: Seen, written: NDArray[np.float32]) -> bool:
    """Believe the second look unless it lost digits that the first has seen where digits are written."""
    digits = _all(first)
    if not digits:
        return second.found.weight >= LEAST
    meant = [each for each in digits if _is_written(first.upright(each.place.box), first, written)]
    if len(meant) < len(digits):
        return _certain(_all(second)) >= _certain(meant)
    return (_certain(_all(second)), second.found.weight) >= (_certain(meant), first.found.weight)


def _all(seen: Seen) -> list[Found]:
    return [each for row in seen.found.rows for each in row]


def _is_written(box: Box, seen: Seen, written: NDArray[np.float32]) -> bool:
    """Tell whether the network finds a digit's ink anywhere in a box of the working copy."""
    down, across = written.shape[0] / seen.height, written.shape[1] / seen.width
    rows = slice(int(box.y * down), int((box.y + box.height) * down) + 1)
    columns = slice(int(box.x * across), int((box.x + box.width) * across) + 1)
    return float(written[rows, columns].max(initial=0)) > _WRITTEN


def _certain(digits: Sequence[Found]) -> int:
    """Count the digits that are one without doubt; upright strokes may be anything."""
    return sum(each.likeness > CLEAR and int(each.probabilities.argmax()) != 1 for each in digits)
