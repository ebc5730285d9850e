"""digitbot side by side with what people try first, in one run, on the same pictures.

    python -P tests/benchmarks/readers.py [--photos DIR] [--generated N] [--rapidocr PYTHON] [--write docs/accuracy.md]

``--photos`` takes a folder with labels.csv (columns file,label; the columns medium and derived, where there are any,
split the table's rows); ``--generated N`` makes pages and needs no data. Two readers are optional, and are left out
with a sentence where they are missing:

- Tesseract: ``apt install tesseract-ocr``. It is told that there are digits only, and whether to look for one, for a
  row or for several.
- RapidOCR, in an environment of its own, because it needs another OpenCV:
  ``python3 -m venv rapidocr && rapidocr/bin/pip install rapidocr-onnxruntime``, then
  ``--rapidocr rapidocr/bin/python``.

All get the upright picture. Of what they read, the digits count, in their order; spaces and other characters do not.
Times are medians from the picture's bytes (digitbot), its pixels (the two baselines) or its file (the other two; for
Tesseract with the start of its process) to the text, one picture after the other.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from model.evaluation.labelled_photos import LABELS_FILE
from model.model_bundle import ModelBundle
from tests.benchmarks.compared_readers import ComparedReader, Picture, available_readers
from tests.benchmarks.markdown import measured, share, table, write_section
from training.synthesis.export_dataset import encode_jpeg, render_condition

NO_DIGIT_KIND = "no digit"
SEED = 23


@dataclass(slots=True)
class ReaderTally:
    """What one reader did: pictures read right by kind, and the milliseconds of each."""

    right: Counter[str] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)

    def add(self, reader: ComparedReader, picture: Picture) -> None:
        """Read one picture and count it."""
        started = time.perf_counter()
        text = reader.read(picture)
        self.milliseconds.append(1000 * (time.perf_counter() - started))
        self.right[picture.kind] += digits(text) == digits(picture.label)


def digits(text: str) -> str:
    """The digits of a text alone."""
    return "".join(character for character in text if character in "0123456789")


def photographed(folder: Path, scratch: Path) -> Iterator[Picture]:
    """The pictures of a folder with labels.csv."""
    with (folder / LABELS_FILE).open(encoding="utf-8-sig", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines)):
            label = " ".join(row["label"].split())
            yield Picture.of((folder / row["file"]).read_bytes(), label, kind(label, row), scratch / f"p{number}.png")


def kind(label: str, row: dict[str, str]) -> str:
    """The kind that the picture is counted under, such as "one digit, camera"."""
    if not label:
        return NO_DIGIT_KIND
    amount = "one digit" if len(label) == 1 else "several digits"
    if row.get("derived") == "1":
        return f"{amount}, cut from photos"
    medium = {"": "", "camera": ", camera"}.get(row.get("medium", ""), ", drawn or scanned")
    return amount + medium


def generated(number: int, scratch: Path) -> Iterator[Picture]:
    """Random mixtures of conditions, one page in ten without a digit."""
    for at in range(number):
        made = render_condition((SEED, at), "mixed")
        amount = NO_DIGIT_KIND if not made.text else "one digit" if len(made.text) == 1 else "several digits"
        yield Picture.of(encode_jpeg(made), made.text, f"{amount}, generated", scratch / f"g{at}.png")


def side_by_side(compared: Sequence[ComparedReader], pictures: Iterator[Picture]) -> str:
    """The table: a row for each kind, a column for each reader."""
    tallies, kinds = [ReaderTally() for _ in compared], Counter[str]()
    for picture in pictures:
        kinds[picture.kind] += 1
        for reader, tally in zip(compared, tallies, strict=True):
            tally.add(reader, picture)
    rows = [[name, str(n), *(share(tally.right[name], n, 0) for tally in tallies)] for name, n in sorted(kinds.items())]
    times = [f"{statistics.median(tally.milliseconds):.1f} ms" for tally in tallies]
    return table(["read right", "n", *(reader.name for reader in compared)], [*rows, ["median time", "", *times]])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, metavar="DIR")
    parser.add_argument("--generated", type=int, default=0, metavar="N", help="default: 100 where there are no photos")
    parser.add_argument("--rapidocr", metavar="PYTHON", help="a Python with rapidocr-onnxruntime")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table into its section of it")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    model = ModelBundle.load(args.model) if args.model else ModelBundle.base()
    number = args.generated or (0 if args.photos else 100)
    with TemporaryDirectory() as folder:
        scratch = Path(folder)
        compared = available_readers(model, args.rapidocr)
        tables = [side_by_side(compared, photographed(args.photos, scratch))] if args.photos else []
        tables += [side_by_side(compared, generated(number, scratch))] if number else []
    command = "python -P tests/benchmarks/readers.py"
    command += " --photos DIR" * bool(args.photos) + f" --generated {number}" * bool(number)
    line = measured(command + " --rapidocr PYTHON" * bool(args.rapidocr), model)
    write_section("\n\n".join([*tables, line]), "readers", args.write)


if __name__ == "__main__":
    main()
