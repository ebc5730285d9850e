"""The files of `digitbot read --annotate DIR`: one a picture, none upon another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.messages.pictures import draw_reading
from model.reading import Reading


def places(files: Sequence[Path], folder: Path) -> list[Path]:
    """Where each picture goes: its own name as .jpg, with -2, -3 and so on where another has that name already.

    Two names that differ in case only are one on many disks; and a picture that is read is never written over.
    """
    kept = {file.resolve() for file in files}
    taken: set[str] = set()
    chosen = []
    for file in files:
        number, place = 1, folder / f"{file.stem}.jpg"
        while place.name.casefold() in taken or place.resolve() in kept:
            number += 1
            place = folder / f"{file.stem}-{number}.jpg"
        taken.add(place.name.casefold())
        chosen.append(place)
    return chosen


def write(place: Path, content: bytes, reading: Reading) -> None:
    """Write the picture with the boxes of its reading. Raises OSError."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(draw_reading(content, reading))
