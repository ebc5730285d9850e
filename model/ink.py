"""Foreground estimation: the ink of a photo, as paper, light and shadow are subtracted.

Strokes are valleys (or ridges) of brightness that are narrow in at least one direction. A morphological closing fills
every valley narrower than its kernel and leaves slopes and steps alone, so the difference to it is ink, while hard
shadow edges, vignettes and table edges, being slopes and steps, vanish (top-hat transform: Serra 1982; Gonzalez and
Woods, "Digital Image Processing", 9.6).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.percentile import percentile
from model.profiling import profiled
from model.reading import Pixels

_KERNELS = (0.03, 0.08, 0.18, 0.36)  # of the frame's side: the widest strokes that each closing fills
_WIDE = 2  # index of the one that decides the polarity
_GRAINY = 30.0  # noise (0..255) from which the ink is smoothed
_DARKEST_PAPER = 64  # below this, relative darkness is mostly noise


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """The ink of one photo.

    ``grey`` is (h, w) uint8 of the working copy: 0 paper, 255 blackest, relative to the paper's own brightness.
    ``noise`` is the level (0..255) below which nothing can be told from paper. ``dark`` says whether the ink is darker
    than its paper.
    """

    grey: Pixels
    noise: float
    dark: bool


@profiled("ink")
def ink_of(grey: Pixels) -> Ink:
    """Find the ink of a working copy (h, w) uint8, darker or lighter than its paper: most strokes that there are count,
    and wider ones."""
    small = _quarter(grey)
    edges = _edges(small)
    dark = _is_dark(small, edges)
    paper = _paper(small if dark else 255 - small, edges)
    paper = np.asarray(cv2.resize(paper, grey.shape[::-1], interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
    ink = _relative_darkness(grey if dark else 255 - grey, paper)
    noise = _noise(ink)
    if noise > _GRAINY:
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), 1.5), dtype=np.uint8)
        noise = _noise(ink)
    return Ink(ink, noise, dark)


def _quarter(grey: Pixels) -> Pixels:
    """Bring a working copy to a quarter each way, in which paper and light are estimated."""
    size = (max(1, grey.shape[1] // 4), max(1, grey.shape[0] // 4))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _relative_darkness(bright: Pixels, paper: Pixels) -> Pixels:
    """Say how much darker than its paper each pixel is: 0 (as bright) to 255 (black)."""
    least = np.maximum(paper, np.uint8(_DARKEST_PAPER))
    return np.asarray(cv2.divide(cv2.subtract(paper, bright), least, scale=255), dtype=np.uint8)


def _is_dark(small: Pixels, edges: NDArray[np.float32]) -> bool:
    """Decide the polarity by the outlines of whatever is narrow, dark or light."""
    size = _kernels(small.shape)[_WIDE]
    narrow = [_relative_darkness(bright, _closing(bright, size)) for bright in (small, 255 - small)]
    return _vote(small, np.where(np.maximum(*narrow) > 12, edges, 0)) >= 0


def _paper(bright: Pixels, edges: NDArray[np.float32]) -> Pixels:
    """Estimate the bare paper: the closing that fills the strokes, but not much more.

    Eroded, so that a hard shadow's edge, blurred by the reduction, does not lie on its dark side as ink.
    """
    papers = [_closing(bright, size) for size in _kernels(bright.shape)]
    strengths = [float(np.sum(_relative_darkness(bright, paper) * edges)) for paper in papers]
    paper = papers[_kernel(strengths)]
    return np.asarray(cv2.erode(paper, np.ones((3, 3), np.uint8)), dtype=np.uint8)


def _closing(bright: Pixels, size: int) -> Pixels:
    """Close with a square; the border is replicated, so that light falling off towards it is no valley."""
    wide = cv2.copyMakeBorder(bright, size, size, size, size, cv2.BORDER_REPLICATE)
    wide = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
    return np.asarray(wide[size:-size, size:-size], dtype=np.uint8)


def _kernels(shape: tuple[int, ...]) -> list[int]:
    """Size the closings for strokes of up to 3, 8, 18 and 36 % of the frame."""
    side = (shape[0] * shape[1]) ** 0.5
    return [max(3, int(side * share) | 1) for share in _KERNELS]


def _edges(small: Pixels) -> NDArray[np.float32]:
    """Weigh the outlines: the range of brightness in 3 x 3 pixels, where it is a good part of the sharpest there is."""
    edges = cv2.morphologyEx(small, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    least = max(12.0, 0.25 * percentile(edges, 99.5))
    return np.asarray(cv2.threshold(edges, least, 0, cv2.THRESH_TOZERO)[1], dtype=np.float32)


def _vote(small: Pixels, edges: NDArray[np.float32]) -> float:
    """Let every outline vote which of its sides is paper: 1 where all say the lighter, -1 where all say the darker.

    Paper is what is common in the wide surroundings: their median.
    """
    tiny = (max(3, small.shape[1] // 4), max(3, small.shape[0] // 4))
    common = cv2.medianBlur(cv2.resize(small, tiny, interpolation=cv2.INTER_AREA), min(255, max(tiny) // 2 | 1))
    common = cv2.resize(common, small.shape[::-1], interpolation=cv2.INTER_LINEAR)
    around = np.ones((5, 5), np.uint8)
    to_dark = cv2.absdiff(common, cv2.erode(small, around)).astype(np.float32)
    to_light = cv2.absdiff(common, cv2.dilate(small, around)).astype(np.float32)
    return float((np.sign(to_dark - to_light) * edges).sum() / max(1.0, float(edges.sum())))


def _kernel(strengths: list[float]) -> int:
    """Take the kernel after the smallest that fills most strokes: the widest would take soft shadows for ink too."""
    fills = next(i for i, strength in enumerate(strengths) if strength >= 0.75 * strengths[-1])
    return min(fills + 1, len(strengths) - 1)


def _noise(ink: Pixels) -> float:
    """Estimate where the grain of the paper ends: five sigma above its commonest level, at least 12.

    Sigma is read off the upper flank of the histogram's peak, which thick strokes over half the picture leave alone.
    """
    counts = np.bincount(ink[::2, ::2].ravel(), minlength=256).astype(np.float32)
    smooth = np.convolve(counts, (0.25, 0.5, 0.25), mode="same")
    common = int(smooth[:128].argmax())
    top = max(common, 2)  # what is brighter than paper has all been counted as 0
    flank = int(np.argmax(smooth[top:] < 0.6 * smooth[top])) + top - common
    return float(min(255, max(12, common + 5 * flank)))
