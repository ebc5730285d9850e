"""The processor time of drawing an answer's picture and of the digit sheet, beside that of reading the photo.

    python -P tests/benchmarks/draw_time.py

Pages are generated; all three are timed in turn on one core, so that a busy machine slows them alike.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

import cv2
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.pictures.annotated_photo import draw_reading
from bot.pictures.digit_sheet import DigitCard, digit_sheet
from model.reader import Reader
from model.reading import Digit
from tests.benchmarks.markdown import measured, table, write_section
from training.synthesis.pages import render_page

DRAW_COLUMNS = ("photo", "digits", "read", "drawn", "ratio", "what you saw")
SIZES = {"160x120": (160, 120), "1280x960": (1280, 960), "4000x3000": (4000, 3000)}
TEXTS = {"160x120": "42", "1280x960": "427 150", "4000x3000": " ".join(["1234567890"] * 10)}


def page(size: str) -> bytes:
    """A generated page in that size, as JPEG."""
    pixels = cv2.resize(render_page(100, (), text=TEXTS[size]).pixels, SIZES[size], interpolation=cv2.INTER_CUBIC)
    Image.fromarray(pixels).save(file := BytesIO(), "JPEG", quality=87)
    return file.getvalue()


def card(digit: Digit) -> DigitCard:
    """A digit as its button [ What you saw ] shows it."""
    return DigitCard(digit.image, digit.probabilities, digit.label, digit.confidence, digit.sure, digit.label)


def seconds(job: Callable[[], object]) -> float:
    """Time a job once."""
    start = time.thread_time()
    job()
    return time.thread_time() - start


def main() -> int:
    """Print a row for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table into its section of it")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    reader, rows = Reader.base(threads=1), []
    for size in SIZES:
        content = page(size)
        reading = reader.read(content)
        cards = [card(digit) for digit in reading.digits]
        jobs: tuple[Callable[[], object], ...] = (
            partial(reader.read, content),
            partial(draw_reading, content, reading),
            partial(digit_sheet, cards),
        )
        times = [[seconds(job) for job in jobs] for _ in range(arguments.times)]
        read, drawn, sheet = (statistics.median(column) * 1000 for column in zip(*times, strict=True))
        numbers = [f"{read:.1f} ms", f"{drawn:.1f} ms", f"{drawn / read:.2f}", f"{sheet:.1f} ms"]
        rows.append([size, str(len(cards)), *numbers])
    line = measured(f"python -P tests/benchmarks/draw_time.py --times {arguments.times}", reader.model)
    write_section(f"{table(DRAW_COLUMNS, rows)}\n\n{line}", "draw time", arguments.write)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
