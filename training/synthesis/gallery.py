"""Pictures of generated pages for the docs: ``python -P -m training.synthesis.gallery docs/pictures``.

``conditions.jpg`` has a page of every condition, ``contexts.jpg`` of every context of numbers. ``hard_cases.jpg`` has
pages of hard mixtures with the text that was read written below: of each mixture the first page of several digits that
was read right, none where there is no such.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from model.reader import Reader
from training.output_files import run_in_folder
from training.synthesis import pages
from training.synthesis.camera import jpeg_bytes, resized
from training.synthesis.conditions import CONDITIONS
from training.synthesis.contexts.registry import CONTEXTS, render_context_page
from training.synthesis.export_dataset import encode_jpeg
from training.synthesis.paper import Pixels

GALLERY_TILE_SIDE = 190  # pixels of a tile of conditions.jpg, each way
TILE_COLUMNS = 8
CASE_WIDTH, CASE_HEIGHT = 260, 200  # pixels of a tile of hard_cases.jpg
CASE_COLUMNS = 6
GALLERY_CAPTION_HEIGHT = 18  # pixels of a line of text
FIRST_SEED = 64
PAGES_TRIED = 60  # of a hard mixture, at most
MIN_DIGITS = 3  # on a page of a hard mixture
HARD_MIXTURES: tuple[tuple[str, ...], ...] = (
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


def tile(
    pixels: Pixels, captions: Sequence[str], width: int = GALLERY_TILE_SIDE, height: int = GALLERY_TILE_SIDE
) -> Pixels:
    """A page reduced to a tile with lines of text below: (height + captions, width, 3) uint8."""
    small = resized(pixels, min((width - 6) / pixels.shape[1], (height - 6) / pixels.shape[0]))
    framed = np.full((height + GALLERY_CAPTION_HEIGHT * len(captions), width, 3), 255, np.uint8)
    top, left = (height - small.shape[0]) // 2, (width - small.shape[1]) // 2
    framed[top : top + small.shape[0], left : left + small.shape[1]] = small
    for number, caption in enumerate(captions):
        at = 6, height + GALLERY_CAPTION_HEIGHT * number + 10
        cv2.putText(framed, caption, at, cv2.FONT_HERSHEY_SIMPLEX, 0.42, (40, 40, 40), 1, cv2.LINE_AA)
    return framed


def contact_sheet(tiles: Sequence[Pixels], columns: int) -> Pixels:
    """Tiles in rows of ``columns``, the last one filled with white."""
    full = [*tiles, *[np.full_like(tiles[0], 255)] * (-len(tiles) % columns)]
    rows = [np.concatenate(full[start : start + columns], axis=1) for start in range(0, len(full), columns)]
    return np.concatenate(rows)


def gallery() -> Pixels:
    """A page of every condition, in rows of TILE_COLUMNS."""
    rendered = [(name, pages.render_page(FIRST_SEED + number, (name,))) for number, name in enumerate(CONDITIONS)]
    return contact_sheet([tile(page.pixels, (name,)) for name, page in rendered], TILE_COLUMNS)


def contexts() -> Pixels:
    """A page of every context, without conditions, in rows of CASE_COLUMNS."""
    rendered = [(name, render_context_page(FIRST_SEED + number, name, ())) for number, name in enumerate(CONTEXTS)]
    tiles = [tile(page.pixels, (name,), CASE_WIDTH, CASE_HEIGHT) for name, page in rendered]
    return contact_sheet(tiles, CASE_COLUMNS)


def hard_cases(reader: Reader) -> Pixels:
    """Pages of hard mixtures that are read right, in rows of CASE_COLUMNS."""
    tiles = [_hard_case(reader, names, FIRST_SEED + number * PAGES_TRIED) for number, names in enumerate(HARD_MIXTURES)]
    return contact_sheet([each for each in tiles if each is not None], CASE_COLUMNS)


def _hard_case(reader: Reader, names: tuple[str, ...], seed: int) -> Pixels | None:
    """The first page of at least MIN_DIGITS that is read right; None where none of PAGES_TRIED is."""
    for number in range(PAGES_TRIED):
        page = pages.render_page(seed + number, names)
        if len(page.boxes) < MIN_DIGITS:
            continue
        reading = reader.read(encode_jpeg(page))
        if reading.text == page.text:
            caption = f"read {reading.text}" + ("" if reading.sure else " (asks)")
            return tile(page.pixels, (", ".join(names), caption), CASE_WIDTH, CASE_HEIGHT)
    return None


def write_pictures(folder: Path) -> None:
    """Write all of them, as JPEG files."""
    pictures = {"conditions": gallery(), "contexts": contexts(), "hard_cases": hard_cases(Reader.base())}
    for name, picture in pictures.items():
        (folder / f"{name}.jpg").write_bytes(jpeg_bytes(picture, 85))


if __name__ == "__main__":
    raise SystemExit(run_in_folder(write_pictures, __doc__))
