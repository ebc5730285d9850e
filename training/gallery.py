"""One picture of all conditions, for the docs: ``python -P -m training.gallery docs/pictures/conditions.jpg``."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

from training import pages
from training.camera import resized
from training.conditions import CONDITIONS
from training.paper import Pixels

TILE, CAPTION, COLUMNS = 190, 18, 8
SEED = 64


def tile(condition: str, seed: int = SEED) -> Pixels:
    """A small page under that condition with its name below, (TILE + CAPTION, TILE, 3)."""
    made = pages.generate(seed, (condition,)).pixels
    small = resized(made, (TILE - 6) / max(made.shape[:2]))
    framed = np.full((TILE + CAPTION, TILE, 3), 255, np.uint8)
    top, left = (TILE - small.shape[0]) // 2, (TILE - small.shape[1]) // 2
    framed[top : top + small.shape[0], left : left + small.shape[1]] = small
    cv2.putText(framed, condition, (6, TILE + 10), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (40, 40, 40), 1, cv2.LINE_AA)
    return framed


def gallery() -> Pixels:
    """All conditions in rows of COLUMNS."""
    tiles = [tile(name, SEED + number) for number, name in enumerate(CONDITIONS)]
    tiles += [np.full_like(tiles[0], 255)] * (-len(tiles) % COLUMNS)
    rows = [np.concatenate(tiles[start : start + COLUMNS], axis=1) for start in range(0, len(tiles), COLUMNS)]
    return np.concatenate(rows)


def main() -> None:
    """Write it to the file named on the command line."""
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(target), gallery()[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])


if __name__ == "__main__":
    main()
