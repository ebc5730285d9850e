"""Pictures of generated pages for the docs: ``python -P -m training.synthesis.gallery docs/pictures``.

``conditions.jpg`` shows every condition, ``contexts.jpg`` every context of numbers. ``hard_cases.jpg`` shows hard
mixtures of conditions, with what was read written below: of each mixture the first page of several digits that was read
right. One that never is has no place there.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from model.reader import Reader
from training.synthesis import pages
from training.synthesis.camera import resized
from training.synthesis.conditions import CONDITIONS
from training.synthesis.contexts import registry
from training.synthesis.export_dataset import encoded
from training.synthesis.paper import Pixels

TILE, LINE, COLUMNS = 190, 18, 8
LARGE, LOW, FEWER = 260, 200, 6
SEED = 64
TRIES = 60
SEVERAL = 3
HARD: tuple[tuple[str, ...], ...] = (
    ("hard-shadow", "ruled-paper"),
    ("window-light", "blue-ink"),
    ("lamp-glare", "squared-paper"),
    ("vignette", "dotted-paper"),
    ("wrinkles", "red-ink"),
    ("dim-light", "pencil"),
    ("highlighter", "cream-paper"),
    ("chalk", "soft-shadow"),
    ("white-on-black", "slanted-lines"),
    ("green-ink", "coloured-paper"),
    ("several-rows", "squared-paper"),
    ("uneven-spacing", "perspective"),
    ("touching", "ball-pen"),
    ("overlapping", "marker"),
    ("broken-strokes", "grey-paper"),
    ("turned-90", "ruled-paper"),
    ("turned-180", "hard-shadow"),
    ("turned-270", "webcam-noise"),
    ("table-edge", "crossed-7"),
    ("second-sheet", "flagged-1"),
    ("fingers", "open-4"),
    ("tiny-digits", "jpeg-blocks"),
    ("cut-by-edge", "out-of-focus"),
    ("screen-photo", "perspective"),
)


def tile(pixels: Pixels, captions: Sequence[str], width: int = TILE, height: int = TILE) -> Pixels:
    """A page made small with lines of text below, (height + LINE a caption, width, 3)."""
    small = resized(pixels, min((width - 6) / pixels.shape[1], (height - 6) / pixels.shape[0]))
    framed = np.full((height + LINE * len(captions), width, 3), 255, np.uint8)
    top, left = (height - small.shape[0]) // 2, (width - small.shape[1]) // 2
    framed[top : top + small.shape[0], left : left + small.shape[1]] = small
    for number, caption in enumerate(captions):
        at = 6, height + LINE * number + 10
        cv2.putText(framed, caption, at, cv2.FONT_HERSHEY_SIMPLEX, 0.42, (40, 40, 40), 1, cv2.LINE_AA)
    return framed


def sheet(tiles: Sequence[Pixels], columns: int) -> Pixels:
    """Tiles in rows."""
    full = [*tiles, *[np.full_like(tiles[0], 255)] * (-len(tiles) % columns)]
    rows = [np.concatenate(full[start : start + columns], axis=1) for start in range(0, len(full), columns)]
    return np.concatenate(rows)


def gallery() -> Pixels:
    """All conditions in rows of COLUMNS."""
    made = [(name, pages.generate(SEED + number, (name,))) for number, name in enumerate(CONDITIONS)]
    return sheet([tile(page.pixels, (name,)) for name, page in made], COLUMNS)


def contexts() -> Pixels:
    """All contexts in rows of FEWER, without conditions."""
    made = [(name, registry.generate(SEED + number, name, ())) for number, name in enumerate(registry.CONTEXTS)]
    return sheet([tile(page.pixels, (name,), LARGE, LOW) for name, page in made], FEWER)


def hard_cases(reader: Reader) -> Pixels:
    """Mixtures that are read right, in rows of FEWER."""
    tiles = [_hard(reader, names, SEED + number * TRIES) for number, names in enumerate(HARD)]
    return sheet([each for each in tiles if each is not None], FEWER)


def _hard(reader: Reader, names: tuple[str, ...], seed: int) -> Pixels | None:
    """The first page of several digits that is read right; None where none of TRIES is."""
    for number in range(TRIES):
        page = pages.generate(seed + number, names)
        if len(page.boxes) < SEVERAL:
            continue
        reading = reader.read(encoded(page))
        if reading.text == page.text:
            told = f"read {reading.text}" + ("" if reading.sure else " (asks)")
            return tile(page.pixels, (", ".join(names), told), LARGE, LOW)
    return None


def main() -> None:
    """Write them to the folder named on the command line."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {"conditions": gallery(), "contexts": contexts(), "hard_cases": hard_cases(Reader.base())}
    for name, picture in pictures.items():
        cv2.imwrite(str(folder / f"{name}.jpg"), picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])


if __name__ == "__main__":
    main()
