"""A fuzzer for what reads pictures from strangers: damaged files and strange pixels, decoded and read as the bot does.

    make fuzz                                            200,000 inputs on every core: two hours of one core
    python -P tests/benchmarks/fuzz.py [--inputs 2000] [--jobs 2] [--seed 1] [--findings DIR]

Hypothesis draws the inputs from a corpus of the project's own pictures: nine tenths of them are files of every format
whose bytes were changed, cut, moved or joined, the others are pictures whose pixels were changed and encoded anew, so
that they reach recognition. All hostile pictures of the tests of the limits (image bombs of every format) come first.
A finding is an input that raises anything but ``PhotoError``, ends its process, takes over two seconds of processor
time, or takes a process over a gigabyte; its bytes are stored, and the exit status is 1, as it is where less than a
fifth of the inputs were decoded and read.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from PIL import Image, ImageFilter, ImageOps

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from model.image_decoding import PhotoError
from model.reader import Reader
from tests.model.test_image_limits import HOSTILE
from training.synthesis.pages import render_page

MAX_S = 2.0  # of processor time an input
MAX_MB = 1024  # that the process ever took
MIN_READ_SHARE = 0.2
BATCH = 4000  # inputs that one process reads: a leak shows, and a crash costs no more than these
CASE_FILE = "case.bin"  # the input under way, for whoever finds the process dead

FORMS: dict[str, dict[str, object]] = {
    "JPEG": {}, "JPEG progressive": {"progressive": True}, "JPEG rough": {"quality": 5}, "PNG": {}, "WEBP": {},
    "WEBP lossless": {"lossless": True}, "GIF": {}, "BMP": {}, "TIFF": {}, "TIFF lzw": {"compression": "tiff_lzw"},
    "HEIF": {},
}  # fmt: skip
# What is decoded in a thread is drawn thrice as often: a process of its own takes 0.2 s to start.
USUAL_FORMS = ("JPEG", "JPEG progressive", "JPEG rough", "PNG")
DRAWN_FORMS = (*USUAL_FORMS * 3, *sorted(FORMS))
SMALL = 80, 60  # pixels: a BMP of so many is decoded in a thread
DAMAGED = 9  # damaged files for each picture with changed pixels, which takes ten times as long
SIDES = (120, 240, 480, 1000)  # pixels that the longer side of a changed picture has at most
MODES = ("RGB", "L", "RGBA", "P", "1", "CMYK", "I;16")
FORMS_OF_MODE = {
    "CMYK": ("JPEG", "TIFF"), "I;16": ("PNG", "TIFF"), "RGBA": ("PNG", "WEBP", "TIFF"), "P": ("PNG", "GIF"),
    "1": ("PNG", "BMP", "TIFF"),
}  # fmt: skip


def pictures() -> list[Image.Image]:
    """The corpus before it is encoded: pages of our generator, textures, and what has hardly a pixel."""
    rng = np.random.default_rng(7)
    pages = [Image.fromarray(render_page(seed).pixels) for seed in range(12)]
    small = [ImageOps.contain(page, (360, 360)) for page in pages]
    noise = Image.fromarray(rng.integers(0, 256, (200, 300, 3), np.uint8))
    stripes = Image.fromarray(np.tile(np.where(np.arange(400) // 3 % 2, 20, 230).astype(np.uint8), (300, 1)))
    squares = Image.fromarray((np.indices((240, 320)).sum(axis=0) // 8 % 2 * 255).astype(np.uint8))
    return [
        *small,
        noise,
        stripes,
        squares,
        Image.new("L", (300, 200), 255),
        Image.new("L", (1, 1)),
        noise.resize((1, 900)),
    ]


def corpus_files(corpus: list[Image.Image]) -> list[bytes]:
    """The corpus in every form; in those that are decoded in a process of their own where they are large, small."""
    files = [encoded(image, form) for form in USUAL_FORMS * 3 for image in corpus]
    for image in corpus:
        small = image.copy()
        small.thumbnail(SMALL)
        files += [encoded(small, form) for form in FORMS]
    return files


def encoded(image: Image.Image, form: str) -> bytes:
    """A file of one of ``FORMS``; the mode is changed where the format has not that of the image."""
    name, file = form.partition(" ")[0], io.BytesIO()
    if image.mode in FORMS_OF_MODE and name not in FORMS_OF_MODE[image.mode]:
        image = image.convert("RGB")
    image.save(file, name, **FORMS[form])
    return file.getvalue()


def damaged_files(corpus: list[bytes]) -> st.SearchStrategy[bytes]:
    """Files of the corpus with some of their bytes changed."""
    places = st.floats(0, 1, exclude_max=True)
    edit = st.tuples(st.sampled_from(["set", "set", "set", "insert", "delete", "copy", "cut", "join"]), places,
                     st.binary(min_size=1, max_size=8), st.sampled_from(corpus))  # fmt: skip
    return st.tuples(st.sampled_from(corpus), st.lists(edit, min_size=1, max_size=8)).map(lambda drawn: edited(*drawn))


def edited(content: bytes, edits: list[tuple[str, float, bytes, bytes]]) -> bytes:
    """``content`` after each edit: what to do, at which share of the file, with which bytes or other file."""
    for kind, share, new, other in edits:
        at = int(share * len(content))
        before, after = content[:at], content[at:]
        content = {
            "set": before + new + after[len(new) :],
            "insert": before + new + after,
            "delete": before + after[len(new) :],
            "copy": before + after[: 64 * len(new)] + after,
            "cut": before,
            "join": before + other[int(share * len(other)) :],
        }[kind]
    return content


PIXEL_CHANGES: dict[str, Callable[[Image.Image, float], Image.Image]] = {
    "turned": lambda image, amount: image.rotate(360 * amount, expand=True, fillcolor=128),
    "blurred": lambda image, amount: image.filter(ImageFilter.GaussianBlur(12 * amount)),
    "inverted": lambda image, amount: ImageOps.invert(image),
    "stretched": lambda image, amount: image.resize((max(1, int(image.width * (0.02 + 3 * amount))), image.height)),
    "tiled": lambda image, amount: ImageOps.expand(image.reduce(1 + int(5 * amount)), border=int(60 * amount)),
    "faded": lambda image, amount: image.point(lambda level: int(255 - (255 - level) * amount)),
    "coarse": lambda image, amount: ImageOps.posterize(image, 1 + int(7 * amount)),
    "cut": lambda image, amount: image.crop((0, 0, max(1, int(image.width * amount)), image.height)),
    "enlarged": lambda image, amount: ImageOps.scale(image, 1 + 4 * amount),
}  # fmt: skip


def changed_pictures(corpus: list[Image.Image]) -> st.SearchStrategy[bytes]:
    """Pictures of the corpus with changed pixels, as sound files of any form and mode."""
    change = st.tuples(st.sampled_from(sorted(PIXEL_CHANGES)), st.floats(0, 1))
    drawn = st.tuples(
        st.sampled_from(corpus), st.lists(change, max_size=4), st.sampled_from(SIDES), st.sampled_from(MODES),
        st.sampled_from(DRAWN_FORMS),
    )  # fmt: skip
    return drawn.map(lambda each: changed(*each))


def changed(image: Image.Image, changes: list[tuple[str, float]], side: int, mode: str, form: str) -> bytes:
    for name, amount in changes:
        image = PIXEL_CHANGES[name](image.convert("L"), amount)
        image.thumbnail((side, side))
    grey_first = image.convert("L" if mode == "I;16" else "RGB")  # Pillow makes 16 bits of 8 alone
    return encoded(grey_first.convert(mode), form)


@dataclass
class Tally:
    """What came of the inputs of a process, or of all."""

    outcomes: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    peak_mb: int = 0

    @property
    def inputs(self) -> int:
        return self.outcomes.total()

    @property
    def read(self) -> int:
        """How many were decoded and reached recognition."""
        return sum(count for outcome, count in self.outcomes.items() if outcome.startswith("read"))

    @property
    def is_good(self) -> bool:
        return not self.findings and self.read >= MIN_READ_SHARE * self.inputs

    def add(self, other: Tally) -> None:
        self.outcomes.update(other.outcomes)
        self.findings += other.findings
        self.slowest_s = max(self.slowest_s, other.slowest_s)
        self.peak_mb = max(self.peak_mb, other.peak_mb)

    def to_json(self) -> str:
        return json.dumps(vars(self))

    @classmethod
    def from_json(cls, printed: str) -> Tally:
        values = json.loads(printed)
        return cls(Counter(values["outcomes"]), values["findings"], values["slowest_s"], values["peak_mb"])


def read_one(reader: Reader, content: bytes, tally: Tally, folder: Path) -> None:
    """Read an input, and count what came of it; a finding's bytes are stored."""
    (folder / CASE_FILE).write_bytes(content)
    start, peak_before = _processor_s(), _peak_mb()
    try:
        reading = reader.read(content)
        outcome = "read, with digits" if reading.digits else "read, without digits"
    except PhotoError as error:
        outcome = f"refused: {error.problem}"
    except Exception as error:  # noqa: BLE001 - that there is one is what is looked for
        outcome = f"raised {type(error).__name__}"
        tally.findings.append(f"{outcome}: {_stored(content, folder)}")
    seconds, peak = _processor_s() - start, _peak_mb()
    if seconds > MAX_S:
        tally.findings.append(f"{seconds:.1f} s: {_stored(content, folder)}")
    if peak > MAX_MB >= peak_before:
        tally.findings.append(f"{peak} MB: {_stored(content, folder)}")
    tally.outcomes[outcome] += 1
    tally.slowest_s, tally.peak_mb = max(tally.slowest_s, seconds), max(tally.peak_mb, peak)


def _processor_s() -> float:
    """Of this process and of the decoding processes that it has ended."""
    return sum(os.times()[:4])


def _peak_mb() -> int:
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(each).ru_maxrss for each in who) // 1024


def _stored(content: bytes, folder: Path) -> Path:
    path = folder / f"{hashlib.sha256(content).hexdigest()[:16]}.bin"
    path.write_bytes(content)
    return path


def run_batch(seed: int, inputs: int, folder: Path) -> None:
    """What one process does: draw and read the inputs of a batch, and print its tally as JSON. Batch 0 is the hostile
    pictures."""
    tally = Tally()
    with_networks = Reader.base(threads=1)
    if seed == 0:
        for make, _ in HOSTILE.values():
            read_one(with_networks, make(), tally, folder)
    else:
        corpus = pictures()
        files = corpus_files(corpus)

        @settings(max_examples=inputs, database=None, deadline=None, phases=[Phase.generate], print_blob=False,
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(st.integers(0, DAMAGED).flatmap(lambda kind: damaged_files(files) if kind else changed_pictures(corpus)))
        def fuzz(content: bytes) -> None:
            read_one(with_networks, content, tally, folder)

        seeded(seed)(fuzz)()
    with_networks.close()
    print(tally.to_json())


def run_all(inputs: int, jobs: int, seed: int, findings: Path) -> Tally:
    """All batches, ``jobs`` at a time, each in a process of its own."""
    total = Tally()
    running: list[tuple[subprocess.Popen[str], Path]] = []
    todo = [(0, 0), *((seed + number, min(BATCH, inputs - number * BATCH)) for number in range(-(-inputs // BATCH)))]
    while todo or running:
        while todo and len(running) < jobs:
            batch, size = todo.pop(0)
            folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{batch}-", dir=findings))
            arguments = ["--batch", str(batch), "--inputs", str(size), "--findings", str(folder)]
            process = subprocess.Popen(
                [sys.executable, "-P", "-W", "ignore", __file__, *arguments], stdout=subprocess.PIPE, text=True
            )
            running.append((process, folder))
        process, folder = running.pop(0)
        printed, _ = process.communicate()
        if process.returncode:
            total.findings.append(f"a process ended with {process.returncode}: {folder / CASE_FILE}")
        else:
            total.add(Tally.from_json(printed))
            (folder / CASE_FILE).unlink(missing_ok=True)
        print(f"\r{total.inputs:,} inputs, {len(total.findings)} findings", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return total


def report(tally: Tally) -> Iterator[str]:
    """The counts, a line each."""
    yield f"{tally.inputs:,} inputs, of which {tally.read:,} ({tally.read / tally.inputs:.0%}) were decoded and read"
    yield from (f"  {count:9,}  {outcome}" for outcome, count in tally.outcomes.most_common())
    yield f"slowest {tally.slowest_s:.2f} s, peak {tally.peak_mb} MB, {len(tally.findings)} findings"
    yield from tally.findings
    if tally.read < MIN_READ_SHARE * tally.inputs:
        yield f"too few were read: at least {MIN_READ_SHARE:.0%} are to be"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1, help="of the first batch of a thousand inputs")
    parser.add_argument(
        "--findings", type=Path, default=Path("fuzz-findings"), help="where inputs that broke something go"
    )
    parser.add_argument("--batch", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    chosen.findings.mkdir(parents=True, exist_ok=True)
    if chosen.batch is not None:
        run_batch(chosen.batch, chosen.inputs, chosen.findings)
        return 0
    tally = run_all(chosen.inputs, chosen.jobs, chosen.seed, chosen.findings)
    print("\n".join(report(tally)))
    return 0 if tally.is_good else 1


if __name__ == "__main__":
    raise SystemExit(main())
