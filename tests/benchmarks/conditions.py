"""The product on generated pages, condition by condition.

    nice python -P tests/benchmarks/conditions.py --n 300 [--condition NAME...] [--model FILE] [--misses DIR] > table.md

Needs no data and no TensorFlow. Pages of one condition are the same ones in each run (``--seed``, default 7), each read
from its JPEG bytes as the bot would read it. A digit is right where the text read has it in its place: edits between
what was written and what was read (missed, wrong and invented digits alike) count against it.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import zlib
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from model.reader import Reader
from model.reading import Reading
from model.served import ServedModel
from training.generate import encoded, names, page


@dataclass(frozen=True, slots=True)
class Row:
    """One condition's numbers: pages and digits, how many of them right, sure pages and how many of those right."""

    condition: str
    pages: int
    exact: int
    digits: int
    right: int
    sure: int
    sure_right: int
    milliseconds: float

    def line(self) -> str:
        """The row of a Markdown table; without digits, pages read as nothing are the right ones."""
        share = f"{100 * self.right / self.digits:.1f} %" if self.digits else "-"
        return (
            f"| {self.condition} | {self.pages} | {self.exact} | {self.right}/{self.digits} | {share} "
            f"| {self.sure} | {self.sure - self.sure_right} | {self.milliseconds:.1f} |"
        )


def edits(written: str, read: str) -> int:
    """Levenshtein distance."""
    costs = list(range(len(read) + 1))
    for i, left in enumerate(written, 1):
        last, costs[0] = costs[0], i
        for j, right in enumerate(read, 1):
            last, costs[j] = costs[j], min(costs[j] + 1, costs[j - 1] + 1, last + (left != right))
    return costs[-1]


def measure(reader: Reader, condition: str, n: int, seed: int, misses: Path | None) -> Row:
    """Read n pages of one condition; those read wrongly go to ``misses``, with both texts in the name."""
    exact = digits = right = sure = sure_right = 0
    times = []
    for number in range(n):
        made = page((seed, zlib.crc32(condition.encode()), number), condition)
        content = encoded(made)
        started = time.perf_counter()
        reading: Reading = reader.read(content)
        times.append(1000 * (time.perf_counter() - started))
        written = made.text.replace(" ", "")
        digits += len(written)
        right += max(0, len(written) - edits(written, reading.text.replace(" ", "")))
        good = reading.text == made.text
        exact += good
        sure += reading.sure
        sure_right += reading.sure and good
        if misses and not good:
            misses.mkdir(parents=True, exist_ok=True)
            name = f"{condition.replace(':', '-')}-{number:03d}-{made.text}-read-{reading.text[:40]}.jpg"
            (misses / name).write_bytes(content)
    return Row(condition, n, exact, digits, right, sure, sure_right, statistics.median(times))


def main() -> None:
    """Print the table, a line as soon as its condition is done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--condition", nargs="+", default=list(names()))
    parser.add_argument("--model", type=Path)
    parser.add_argument("--misses", type=Path)
    args = parser.parse_args()
    reader = Reader(ServedModel.load(args.model)) if args.model else Reader.base()
    print(f"{reader.model.name}, n = {args.n} pages each, seed {args.seed}\n")
    print("| condition | pages | exact | digits right | share | sure | sure but wrong | ms |")
    print("|---|---|---|---|---|---|---|---|")
    for condition in args.condition:
        print(measure(reader, condition, args.n, args.seed, args.misses).line(), flush=True)
    reader.close()


if __name__ == "__main__":
    main()
