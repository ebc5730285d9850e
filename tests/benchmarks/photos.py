"""What is read in photos, and what is sure of it: by kind, or by task where labels.csv tells it.

    python -P tests/benchmarks/photos.py DIR... [--write docs/accuracy.md]

Each folder has a labels.csv (columns file,label; medium and derived, where there are any, split the rows; so does a
column task, such as "dates"). A picture is right where all its digits are read in order, however they are parted into
rows. The time is the processor's, of one core.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import cv2

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from model.evaluation.labelled_photos import LABELS_FILE
from model.reader import Reader
from tests.benchmarks.markdown import measured, share, table, write_section
from tests.benchmarks.readers import digits, kind

COLUMNS = ("pictures", "exact", "sure", "sure but wrong", "median ms", "slowest ms")


@dataclass(slots=True)
class PhotoTally:
    """Pictures of one kind: how many, how many of them exact, sure, and sure but wrong; milliseconds of each."""

    number: int = 0
    exact: int = 0
    sure: int = 0
    wrong: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def add(self, reader: Reader, content: bytes, label: str) -> None:
        """Read one picture and count it."""
        began = time.thread_time()
        reading = reader.read(content)
        self.milliseconds.append(1000 * (time.thread_time() - began))
        is_exact = digits(reading.text) == digits(label)
        self.number += 1
        self.exact += is_exact
        self.sure += reading.sure
        self.wrong += reading.sure and not is_exact

    def row(self, name: str) -> list[str]:
        """The row of a table."""
        times = f"{statistics.median(self.milliseconds):.0f}", f"{max(self.milliseconds):.0f}"
        return [name, share(self.exact, self.number, 0), str(self.sure), str(self.wrong), *times]


def tallied(reader: Reader, folder: Path) -> str:
    """The table of a folder: a row for each kind or task, and one for all."""
    tallies: defaultdict[str, PhotoTally] = defaultdict(PhotoTally)
    everything = PhotoTally()
    with (folder / LABELS_FILE).open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            content = (folder / row["file"]).read_bytes()
            reader.read(content)  # once before it is timed
            for tally in (tallies[row.get("task") or kind(row["label"], row)], everything):
                tally.add(reader, content, row["label"])
    rows = [tally.row(name) for name, tally in sorted(tallies.items())]
    return table([folder.name, *COLUMNS[1:]], [*rows, everything.row("all")])


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the tables into their section of it")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    reader = Reader.base(threads=1)
    tables = [tallied(reader, folder) for folder in args.folders]
    line = measured("python -P tests/benchmarks/photos.py DIR...", reader.model)
    write_section("\n\n".join([*tables, line]), "photos", args.write)


if __name__ == "__main__":
    main()
