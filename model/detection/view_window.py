"""The part of a photo that a pass is made over, and how large the detector is shown it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.detection.candidates import Candidates
from model.detection.detector_view import view_of, view_size
from model.reading import Box, Pixels


@dataclass(frozen=True, slots=True)
class ViewWindow:
    """A ``part`` of a photo, in its pixels, and the ``scale`` of the view of it: how many of its pixels there are for
    one of the photo, each way."""

    part: Box
    scale: float

    @classmethod
    def whole(cls, grey: Pixels, area: float) -> ViewWindow:
        """All of a photo (h, w) in a view of so many pixels."""
        height, width = grey.shape
        return cls(Box(0, 0, width, height), (area / (width * height)) ** 0.5)

    def at_scale(self, factor: float, most: float) -> ViewWindow:
        """The same part at another scale, in no more than so many pixels of a view."""
        return replace(self, scale=min(factor * self.scale, (most / self.part.area) ** 0.5))

    def view(self, grey: Pixels) -> NDArray[np.uint8]:
        """The view (h, w, 3) uint8 of it."""
        box = self.part
        part = np.ascontiguousarray(grey[box.y : box.y + box.height, box.x : box.x + box.width])
        return view_of(part, view_size(box.width, box.height, round(box.area * self.scale**2)))

    def in_photo(self, found: Candidates, view: NDArray[np.uint8]) -> Candidates:
        """What was found in its view, in pixels of the photo."""
        height, width = view.shape[:2]
        return found.scaled(self.part.width / width, self.part.height / height).moved(self.part.x, self.part.y)

    def holds(self, boxes: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Whether the middle of each box (n, 4) lies in the part."""
        middle = boxes[:, :2] + boxes[:, 2:] / 2 - (self.part.x, self.part.y)
        return np.asarray(((middle >= 0) & (middle <= (self.part.width, self.part.height))).all(axis=1))
