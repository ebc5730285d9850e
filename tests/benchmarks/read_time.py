"""How long one digit takes from bytes to Reading, beside Pillow decoding the same JPEG in full; on one core.

    python tests/benchmarks/read_time.py [PHOTO.jpg ...]

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

from model.reader import Reader


def pages() -> dict[str, bytes]:
    """Generate a 1280x960 JPEG of one digit under each of some conditions."""
    from training.pages import generate

    made = {}
    for number, condition in enumerate(("ball-pen", "marker", "pencil", "vignette", "hard-shadow", "webcam-noise")):
        page = generate(100 + number, (condition,), text=str(number + 2))
        pixels = cv2.resize(page.pixels, (1280, 960), interpolation=cv2.INTER_CUBIC)
        file = BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=87)
        made[condition] = file.getvalue()
    return made


def decode_in_full(content: bytes) -> None:
    """Do what the time is measured against."""
    Image.open(BytesIO(content)).load()


def seconds(job: Callable[[], object]) -> float:
    """Time a job once."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def main() -> int:
    """Print one line a photo and the median of all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", nargs="*", type=Path)
    parser.add_argument("--times", type=int, default=60)
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    reader = Reader.base(threads=1)
    photos = {str(path): path.read_bytes() for path in arguments.photos} or pages()
    ratios = []
    for name, content in photos.items():
        reader.read(content)
        pairs = [
            (seconds(lambda c=content: reader.read(c)), seconds(lambda c=content: decode_in_full(c)))  # type: ignore[misc]
            for _ in range(arguments.times)
        ]
        read, decode = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
        ratios.append(read / decode)
        text = reader.read(content).text
        sys.stdout.write(f"{name}: read {text!r} in {read:.2f} ms, decode {decode:.2f} ms, {read / decode:.2f} times\n")
    sys.stdout.write(f"median of {len(ratios)}: {statistics.median(ratios):.2f} times the decoding\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
