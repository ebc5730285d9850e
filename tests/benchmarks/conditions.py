"""digitbot on synthetic pages, condition by condition.

    nice python -P tests/benchmarks/conditions.py [--digits 300] [--jobs 2] [--condition NAME...] [--model FILE]
        [--misses DIR] [--context-pages 300] [--write docs/accuracy.md]

Needs no data and no TensorFlow. Of each condition as many pages are read as hold 300 digits (``--digits``), of each
context at least 300 pages as well (``--context-pages``), of pages without digits 100 of each subject (``--pages``);
they are the same ones in each run (``--seed``), and nothing is trained on them; each is read from its JPEG bytes as the
bot would read it. A page is exact where its text is; of a context, where its digits are, in order, for how rows are
separated is a matter of taste on forms and in tables. A digit is right where the text read has it in its place: edits
between what was written and what was read (missed, wrong and invented digits alike) count against it. ``--misses DIR``
keeps the pages that were misread, with both texts in their names. Page by page, all of it is what ``digitbot samples
generate`` makes.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count
from multiprocessing import get_context
from pathlib import Path

import cv2

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from model.evaluation.photo_metrics import distance
from model.model_bundle import ModelBundle
from model.reader import Reader
from tests.benchmarks.markdown import measured, table, write_section
from training.synthesis.contexts.registry import CONTEXT_PREFIX
from training.synthesis.export_dataset import condition_names, encode_jpeg, render_condition

CONDITION_COLUMNS = (
    "condition",
    "pages",
    "exact",
    "digits right",
    "share",
    "sure pages",
    "sure but wrong",
    "median ms",
)


@dataclass(frozen=True, slots=True)
class ConditionPlan:
    """How much of each condition is read, by which model, and where the misread pages go."""

    digits: int
    pages: int
    seed: int
    model: Path | None
    misses: Path | None
    context_pages: int = 300

    def reader(self) -> Reader:
        """A reader of the model."""
        return Reader(ModelBundle.load(self.model) if self.model else ModelBundle.base(), threads=1)


@dataclass(slots=True)
class ConditionScores:
    """One condition's numbers: pages and digits, how many of them right, sure pages and how many of those right."""

    condition: str
    pages: int = 0
    exact: int = 0
    digits: int = 0
    right: int = 0
    sure: int = 0
    sure_right: int = 0
    milliseconds: float = 0.0

    @property
    def has_digits(self) -> bool:
        return not self.condition.startswith("no-digit")

    @property
    def is_context(self) -> bool:
        return self.condition.startswith(CONTEXT_PREFIX)

    def is_complete(self, plan: ConditionPlan) -> bool:
        """Whether as many pages and digits were read as the plan says."""
        least = plan.context_pages if self.is_context else 0 if self.has_digits else plan.pages
        return self.pages >= least and (self.digits >= plan.digits or not self.has_digits)

    @property
    def share(self) -> float:
        """Of the digits right; without digits, of the pages read as nothing."""
        return self.right / max(1, self.digits) if self.has_digits else self.exact / max(1, self.pages)

    def cells(self) -> list[str]:
        """The row of the table."""
        right = f"{self.right} of {self.digits}" if self.has_digits else "-"
        wrong = self.sure - self.sure_right
        numbers = [str(self.pages), str(self.exact), right, f"{100 * self.share:.1f} %", str(self.sure), str(wrong)]
        return [self.condition, *numbers, f"{self.milliseconds:.0f}"]


def measure(plan: ConditionPlan, condition: str) -> ConditionScores:
    """Read pages of one condition until they held as many digits as the plan says."""
    cv2.setNumThreads(1)
    reader, row, times = plan.reader(), ConditionScores(condition), []
    for number in count():
        if row.is_complete(plan):
            break
        made = render_condition((plan.seed, zlib.crc32(condition.encode()), number), condition)
        content = encode_jpeg(made)
        started = time.perf_counter()
        reading = reader.read(content)
        times.append(1000 * (time.perf_counter() - started))
        written, read = made.text.replace(" ", ""), reading.text.replace(" ", "")
        good = read == written if row.is_context else reading.text == made.text
        row.pages += 1
        row.exact += good
        row.digits += len(written)
        row.right += max(0, len(written) - distance(written, read))
        row.sure += reading.sure
        row.sure_right += reading.sure and good
        if plan.misses and not good:
            plan.misses.mkdir(parents=True, exist_ok=True)
            name = f"{condition.replace(':', '-')}-{number:03d}-{made.text[:40]}-read-{reading.text[:40]}.jpg"
            (plan.misses / name).write_bytes(content)
    row.milliseconds = statistics.median(times)
    reader.close()
    return row


def rows(plan: ConditionPlan, conditions: list[str], jobs: int) -> Iterator[ConditionScores]:
    """The conditions in order, each as soon as it is done."""
    if jobs == 1:
        yield from map(partial(measure, plan), conditions)
        return
    with ProcessPoolExecutor(jobs, get_context("spawn")) as workers:
        yield from workers.map(partial(measure, plan), conditions)


def main() -> None:
    """Print the table; a line on stderr as soon as its condition is done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--digits", type=int, default=300, help="of each condition (default: 300)")
    parser.add_argument("--pages", type=int, default=100, help="of each subject without digits (default: 100)")
    parser.add_argument("--context-pages", type=int, default=300, help="of each context, at least (default: 300)")
    parser.add_argument("--seed", type=int, default=113, help="default: 113, pages that were not used in development")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default: 1)")
    parser.add_argument("--condition", nargs="+", default=[name for name in condition_names() if name != "no-digit"])
    parser.add_argument("--model", type=Path)
    parser.add_argument("--misses", type=Path, metavar="DIR")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table into its section of it")
    args = parser.parse_args()
    plan, measured_rows = (
        ConditionPlan(args.digits, args.pages, args.seed, args.model, args.misses, args.context_pages),
        [],
    )
    for row in rows(plan, args.condition, args.jobs):
        measured_rows.append(row)
        print(" | ".join(row.cells()), file=sys.stderr, flush=True)
    worst = min(measured_rows, key=lambda row: row.share)
    lowest = f"The lowest share is {100 * worst.share:.1f} %, of {worst.condition}."
    command = f"python -P tests/benchmarks/conditions.py --digits {args.digits} --pages {args.pages} --seed {args.seed}"
    command += f" --context-pages {args.context_pages}"
    lines = table(CONDITION_COLUMNS, [row.cells() for row in measured_rows])
    write_section(f"{lines}\n\n{lowest} {measured(command, plan.reader().model)}", "conditions", args.write)


if __name__ == "__main__":
    main()
