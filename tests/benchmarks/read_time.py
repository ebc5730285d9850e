"""The time from bytes to Reading for one digit, beside Pillow decoding the same JPEG in full; on one core.

    python -P tests/benchmarks/read_time.py [PHOTO.jpg ...] [--write docs/accuracy.md]

Without photos, 1280x960 pages are generated. Both are timed in turn, so that a busy machine slows both alike.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import cv2
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from model.reader import Reader
from tests.benchmarks.markdown import measured, table, write_section
from training.synthesis.pages import render_page

TIME_COLUMNS = ("photo", "read as", "read", "decoded in full", "ratio")


def pages() -> dict[str, bytes]:
    """Generate a 1280x960 JPEG of one digit under each of some conditions."""
    made = {}
    for number, condition in enumerate(("ball-pen", "marker", "pencil", "vignette", "hard-shadow", "webcam-noise")):
        page = render_page(100 + number, (condition,), text=str(number + 2))
        pixels = cv2.resize(page.pixels, (1280, 960), interpolation=cv2.INTER_CUBIC)
        file = BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=87)
        made[condition] = file.getvalue()
    return made


def decode_in_full(content: bytes) -> None:
    """Decode with Pillow, the time of which the ratios are of."""
    Image.open(BytesIO(content)).load()


def seconds(job: Callable[[], object]) -> float:
    """Time a job once."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def main() -> int:
    """Print a row for each photo and the median of all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", nargs="*", type=Path)
    parser.add_argument("--times", type=int, default=60)
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table into its section of it")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    reader = Reader.base(threads=1)
    photos = {str(path): path.read_bytes() for path in arguments.photos} or pages()
    ratios, rows = [], []
    for name, content in photos.items():
        reader.read(content)
        pairs = [
            (seconds(lambda c=content: reader.read(c)), seconds(lambda c=content: decode_in_full(c)))  # type: ignore[misc]
            for _ in range(arguments.times)
        ]
        read, decode = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
        ratios.append(read / decode)
        text = reader.read(content).text
        rows.append([name, text, f"{read:.1f} ms", f"{decode:.1f} ms", f"{read / decode:.2f}"])
    median = (
        f"The median of {len(ratios)} photos, each read {arguments.times} times, is {statistics.median(ratios):.2f}."
    )
    line = measured(f"python -P tests/benchmarks/read_time.py --times {arguments.times}", reader.model)
    write_section(f"{table(TIME_COLUMNS, rows)}\n\n{median} {line}", "read time", arguments.write)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
