"""How often digits are misread once a run on corrections is over: by the new version alone, and as for their people.

    python -P tests/benchmarks/adapters_after_retraining.py FILE... [--mnist SOURCE] [--seeds N] [--write DOC]

The scenario is "100 mistakes of all writers" of ``retraining.py``. The personal adapter of a writer is trained on the
writer's corrections alone, as the bot does it; "in sample" is what the adapter would be if the new version's own
reading of what it was trained on counted. MNIST must be at hand as DIGITBOT_MNIST, for the new version's replay.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from model.classification.adapter_training import LabelledPredictions
from model.classification.classifier import Classifier
from model.classification.personal_adapter import PersonalAdapter
from model.datasets import DataBad, DataMissing
from model.model_bundle import ModelBundle
from model.personal_training import CorrectedDigits, PersonalTrainer
from tests.benchmarks.learning import error, predictions
from tests.benchmarks.markdown import measured, table, write_section
from tests.benchmarks.retraining import Corrections, finetuned, halves, mistakes

COLUMNS = (
    *("seed", "base model", "base model, adapters", "new version"),
    *("new version, adapters in sample", "new version, adapters"),
)


def adapter_of(given: Corrections, model: ModelBundle, *, is_trained_on: bool) -> PersonalAdapter | None:
    """The adapter of the person who gave these corrections, each an act of its own."""
    n = len(given.labels)
    unknown, known = np.zeros((n, 10), np.float32), np.full(n, is_trained_on)
    corrected = CorrectedDigits(given.images, given.labels.astype(np.int64), np.arange(n), unknown, known)
    trained = PersonalTrainer().train(model, corrected)
    return trained.adapter if trained else None


def errors(digits: LabelledPredictions, adapter: PersonalAdapter | None) -> int:
    return round(error(digits, adapter) * len(digits))


def row(paths: Sequence[Path], mnist: str, seed: int, base: ModelBundle) -> list[int]:
    """The errors of one run, in the order of the columns."""
    writers = [halves(path, seed, Classifier(base, threads=2)) for path in paths]
    given = mistakes(writers, np.random.default_rng((seed, 1)))
    with tempfile.TemporaryDirectory() as folder:
        tuned = finetuned(given, mnist, seed, Path(folder))[1]
    counts = np.zeros(len(COLUMNS) - 1, np.int64)
    for number, writer in enumerate(writers):
        theirs, numbers = given.chosen(given.people == number), np.arange(len(writer.measured))
        by_base = predictions(Classifier(base, threads=2), writer.measured, numbers)
        by_tuned = predictions(Classifier(tuned, threads=2), writer.measured, numbers)
        counts += [
            errors(by_base, None),
            errors(by_base, adapter_of(theirs, base, is_trained_on=False)),
            errors(by_tuned, None),
            errors(by_tuned, adapter_of(theirs, tuned, is_trained_on=False)),
            errors(by_tuned, adapter_of(theirs, tuned, is_trained_on=True)),
        ]
    return counts.tolist()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collections", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--mnist", default="mnist", metavar="SOURCE")
    parser.add_argument("--seeds", type=int, default=5, metavar="N")
    parser.add_argument("--write", type=Path, metavar="DOC", help="write the table into its section of it")
    args = parser.parse_args()
    base, counts = ModelBundle.base(), list[list[int]]()
    try:
        for seed in range(1, args.seeds + 1):
            counts.append(row(args.collections, args.mnist, seed, base))
            print(seed, counts[-1], file=sys.stderr, flush=True)
    except (DataMissing, DataBad) as problem:
        sys.exit(str(problem))
    sums = np.sum(counts, axis=0)
    lines = [[str(seed), *map(str, each)] for seed, each in enumerate(counts, start=1)]
    lines.append(["all", *(f"{each} ({100 * each / max(1, sums[0]):.0f} %)" for each in sums)])
    line = measured("python -P tests/benchmarks/adapters_after_retraining.py FILE...", base)
    write_section(f"{table(COLUMNS, lines)}\n\n{line}", "adapters after retraining", args.write)


if __name__ == "__main__":
    main()
