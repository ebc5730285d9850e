"""The served model on collections of digits in MNIST's format, brought to it by their makers or by us.

    python -P tests/benchmarks/digit_sets.py [--data mnist npz:FILE...] [--model FILE] [--write docs/accuracy.md]

Each is ``mnist``, ``npz:FILE``, ``idx:DIR``, ``folder:DIR`` or ``digits``, as ``digitbot evaluate`` takes it; its
test digits are classified by LiteRT, as in the bot. The model's card tells what it was trained on.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from model.datasets import DataBad, DataMissing, load
from model.evaluation.digit_metrics import evaluate
from model.model_bundle import ModelBundle
from tests.benchmarks.markdown import measured, share, table, write_section

DIGIT_SET_COLUMNS = ("collection", "digits right", "calibration error")


def row(model: ModelBundle, source: str) -> list[str]:
    """One collection's name, without where it lies, and its numbers."""
    scores = evaluate(model, load(source).measured)
    kind, _, place = source.partition(":")
    return [Path(place).stem if place else kind, share(scores.correct, scores.n, 2), f"{100 * scores.ece:.2f} %"]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", default=["mnist"], metavar="SOURCE")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table into its section of it")
    args = parser.parse_args()
    model = ModelBundle.load(args.model) if args.model else ModelBundle.base()
    try:
        lines = table(DIGIT_SET_COLUMNS, [row(model, source) for source in args.data])
    except (DataMissing, DataBad) as problem:
        sys.exit(str(problem))
    line = measured("python -P tests/benchmarks/digit_sets.py --data SOURCE...", model)
    write_section(f"{lines}\n\n{line}", "digit sets", args.write)


if __name__ == "__main__":
    main()
