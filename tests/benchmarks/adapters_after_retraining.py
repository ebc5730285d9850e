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
from model.datasets import DataBad, DataMissing, Samples
from model.model_bundle import ModelBundle
from model.personal_training import CorrectedDigits, PersonalTrainer, label_weight
from tests.benchmarks.markdown import measured, table, write_section
from tests.benchmarks.retraining import Corrections, finetuned, halves, mistakes

COLUMNS = (
    *("seed", "base model", "base model, adapters", "new version"),
    *("new version, adapters in sample", "new version, adapters"),
)


def errors_of_person(model: ModelBundle, given: Corrections, digits: Samples, *, is_trained_on: bool) -> int:
    """How many of a person's other ``digits`` are misread by ``model`` and the adapter that ``given`` makes."""
    n, weight = len(given.labels), label_weight(model)
    unknown = np.zeros((n, 10), np.float32)
    corrected = CorrectedDigits(
        given.images, given.labels.astype(np.int64), np.arange(n), unknown, np.full(n, is_trained_on)
    )
    trained = PersonalTrainer().train(model, corrected) if n else None
    read = LabelledPredictions.of(
        Classifier(model, threads=2).classify(digits.images), digits.labels, np.arange(len(digits)), weight
    )
    probabilities = read.probabilities
    if trained and trained.adapter:
        probabilities = np.asarray(trained.adapter.adapt(read.probabilities, read.evidence, read.features), np.float32)
    return int((probabilities.argmax(axis=1) != digits.labels).sum())


def row(paths: Sequence[Path], mnist: str, seed: int, base: ModelBundle) -> list[int]:
    """The errors of one run, in the order of the columns."""
    writers = [halves(path, seed, Classifier(base, threads=2)) for path in paths]
    given = mistakes(writers, np.random.default_rng((seed, 1)))
    with tempfile.TemporaryDirectory() as folder:
        tuned = finetuned(given, mnist, seed, Path(folder))[1]
    nobodys = given.chosen(given.people < 0)
    counts = np.zeros(len(COLUMNS) - 1, np.int64)
    for number, writer in enumerate(writers):
        theirs = given.chosen(given.people == number)
        counts += [
            errors_of_person(base, nobodys, writer.measured, is_trained_on=False),
            errors_of_person(base, theirs, writer.measured, is_trained_on=False),
            errors_of_person(tuned, nobodys, writer.measured, is_trained_on=False),
            errors_of_person(tuned, theirs, writer.measured, is_trained_on=False),
            errors_of_person(tuned, theirs, writer.measured, is_trained_on=True),
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
