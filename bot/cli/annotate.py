"""The pictures that `digitbot read --annotate DIR` writes: one a photo, none over another file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.pictures.annotated_photo import draw_reading
from model.image_decoding import PictureFile
from model.reading import Reading


def annotated_paths(photos: Sequence[Path], folder: Path) -> list[Path]:
    """A path in the folder for each photo: its own name as .jpg, with -2, -3 and so on where that name is in use.

    Two names that differ in case only are one on many disks; and no photo that is read is written over.
    """
    sources = {photo.resolve() for photo in photos}
    used: set[str] = set()
    paths = []
    for photo in photos:
        number, path = 1, folder / f"{photo.stem}.jpg"
        while path.name.casefold() in used or path.resolve() in sources:
            number += 1
            path = folder / f"{photo.stem}-{number}.jpg"
        used.add(path.name.casefold())
        paths.append(path)
    return paths


def write_annotated(path: Path, photo: PictureFile, reading: Reading) -> None:
    """Write the photo with the boxes of its reading, as JPEG. Raises OSError and PhotoError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(draw_reading(photo, reading))
