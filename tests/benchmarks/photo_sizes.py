"""Which of the sizes in which Telegram keeps a photo is worth reading: what is read in each, and what it costs.

    python -P tests/benchmarks/photo_sizes.py DIR... [--write docs/performance.md]

Each folder has a labels.csv (``photos.py``). Every picture that Telegram would keep in all sizes is brought to them as
the playground does, and read in each; so are ``--generated`` pages of tiny digits. The time is the processor's,
of one core.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.playground.photo_sizes import PHOTO_SIDES_PIXELS, EncodedPhoto, NotAPhotoError, photo_sizes
from model.evaluation.labelled_photos import LABELS_FILE
from model.reader import Reader
from tests.benchmarks.markdown import measured, table, write_section
from tests.benchmarks.photos import COLUMNS, PhotoTally
from training.synthesis.pages import render_page

SIDES = PHOTO_SIDES_PIXELS[1:]  # the smallest is a thumbnail
HEAD = ("of", "longest side", *COLUMNS, "mean KB")


def labelled(folder: Path) -> Iterator[tuple[bytes, str]]:
    """The pictures of a folder with what they say."""
    with (folder / LABELS_FILE).open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            yield (folder / row["file"]).read_bytes(), row["label"]


def generated(number: int) -> Iterator[tuple[bytes, str]]:
    """Pages of tiny digits, with what they say."""
    for seed in range(number):
        page = render_page(seed, ("tiny-digits",))
        scale = SIDES[-1] / max(page.pixels.shape[:2])
        pixels = cv2.resize(page.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        yield bytes(cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))[1]), page.text


def in_size(sizes: Iterable[EncodedPhoto], side: int) -> bytes:
    """The largest of a photo's sizes whose sides are at most so many pixels."""
    return max((each for each in sizes if max(each.width, each.height) <= side), key=lambda each: each.width).content


def tallied(name: str, reader: Reader, pictures: Iterable[tuple[bytes, str]]) -> list[list[str]]:
    """A row for each size, of the same pictures: those that have all sizes."""
    tallies = {side: PhotoTally() for side in SIDES}
    bytes_read = dict.fromkeys(SIDES, 0)
    for content, label in pictures:
        try:
            sizes = photo_sizes(content)
        except NotAPhotoError:
            continue
        if len(sizes) <= len(SIDES):
            continue
        for side, tally in tallies.items():
            tally.add(reader, chosen := in_size(sizes, side), label)
            bytes_read[side] += len(chosen)
    means = {side: f"{bytes_read[side] / tally.number / 1000:.0f}" for side, tally in tallies.items() if tally.number}
    return [[name, *tallies[side].row(str(side)), mean] for side, mean in means.items()]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--generated", type=int, default=100, help="pages of tiny digits that are read too")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table into its section of it")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    reader = Reader.base(threads=1)
    rows = [row for folder in options.folders for row in tallied(folder.name, reader, labelled(folder))]
    rows += tallied("pages of tiny digits", reader, generated(options.generated))
    command = f"python -P tests/benchmarks/photo_sizes.py DIR... --generated {options.generated}"
    line = measured(command, reader.model)
    write_section(f"{table(HEAD, rows)}\n\n{line}", "photo sizes", options.write)


if __name__ == "__main__":
    main()
