"""What /retrain does with corrections that are true, and with some that are not: gain, loss on MNIST, verdict and time.

    python -P tests/benchmarks/retraining.py FILE... [--mnist SOURCE] [--seeds N] [--only NAME...] [--write DOC]

Each FILE is a collection of digits in MNIST's format (Keras's names) and counts as one writer. Half of it may be
corrected, the other half is measured. Where the file has ``page_row_column`` (n, 3), a row of a page is never in both
halves. Every run is a process of its own, as /retrain starts it; its time includes TensorFlow's start.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from numpy.typing import NDArray

from model.array_files import read_npz
from model.classification.classifier import Classifier
from model.datasets import DataBad, DataMissing, Samples, load
from model.model_bundle import ModelBundle
from tests.benchmarks.markdown import measured, table, write_section

COLUMNS = (
    *("corrections", "seed", "verdict", "fixes / breaks", "left out", "errors on others' half", "MNIST test errors"),
    *("s", "peak MB"),
)
HONEST, FALSE = 100, 60


@dataclass(frozen=True, slots=True, eq=False)
class Writer:
    """One collection: what may be corrected and what is measured, and which of the first the base model misreads."""

    correctable: Samples
    measured: Samples
    is_misread: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Corrections:
    """Digits with the labels that were given to them, and a number for who gave each."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    people: NDArray[np.int64]

    def chosen(self, which: NDArray[np.bool_]) -> Corrections:
        return Corrections(self.images[which], self.labels[which], self.people[which])

    def joined(self, other: Corrections) -> Corrections:
        return Corrections(
            np.concatenate([self.images, other.images]),
            np.concatenate([self.labels, other.labels]),
            np.concatenate([self.people, other.people]),
        )


def halves(path: Path, seed: int, classifier: Classifier) -> Writer:
    """The two halves of a collection."""
    digits, rng = load(f"npz:{path}").measured, np.random.default_rng(seed)
    places = read_npz(path, ["page_row_column"]).get("page_row_column")
    groups = np.arange(len(digits)) if places is None else np.unique(places[:, :2], axis=0, return_inverse=True)[1]
    numbers = rng.permutation(np.unique(groups))
    first = np.isin(np.ravel(groups), numbers[: len(numbers) // 2])
    correctable = digits.chosen(first)
    return Writer(
        correctable, digits.chosen(~first), classifier.classify(correctable.images).labels != correctable.labels
    )


def corrected(writer: Writer, which: NDArray[np.intp], person: int) -> Corrections:
    chosen = writer.correctable.chosen(which)
    return Corrections(chosen.images, chosen.labels, np.full(len(chosen), person))


def mistakes(writers: Sequence[Writer], rng: np.random.Generator, count: int = HONEST) -> Corrections:
    """So many corrected mistakes, about as many of each writer as there are; all of them where there are no more."""
    left, parts = count, list[Corrections]()
    for number, writer in sorted(enumerate(writers), key=lambda each: int(each[1].is_misread.sum())):
        share = round(left / (len(writers) - len(parts)))
        which = rng.permutation(np.flatnonzero(writer.is_misread))[:share]
        parts.append(corrected(writer, which, number))
        left -= len(which)
    return joined(parts)


def joined(parts: Sequence[Corrections]) -> Corrections:
    everything = parts[0]
    for part in parts[1:]:
        everything = everything.joined(part)
    return everything


def at_random(writer: Writer, count: int, share_misread: float, person: int, rng: np.random.Generator) -> Corrections:
    """True labels of digits at random, of which a share (0..1) is misread by the base model."""
    misread = rng.permutation(np.flatnonzero(writer.is_misread))[: round(share_misread * count)]
    read = rng.permutation(np.flatnonzero(~writer.is_misread))[: count - len(misread)]
    return corrected(writer, np.concatenate([misread, read]), person)


def relabelled(given: Corrections, which: slice, rng: np.random.Generator) -> Corrections:
    """The same with other labels for some."""
    labels = given.labels.copy()
    labels[which] = (labels[which] + rng.integers(1, 10, len(labels[which]))) % 10
    return Corrections(given.images, labels.astype(np.uint8), given.people)


def all_sevens_to_one(writer: Writer, rng: np.random.Generator) -> Corrections:
    sevens = rng.permutation(np.flatnonzero(writer.correctable.labels == 7))[:FALSE]
    given = corrected(writer, sevens, 99)
    return Corrections(given.images, np.ones_like(given.labels), given.people)


def contradictory(writer: Writer, rng: np.random.Generator) -> Corrections:
    """Thirty digits, each labelled twice."""
    given = at_random(writer, 30, 0.2, 0, rng)
    return given.joined(relabelled(given, slice(None), rng))


Scenario = Callable[[Sequence[Writer], np.random.Generator], Corrections]
SCENARIOS: MappingProxyType[str, Scenario] = MappingProxyType(
    {
        "100 mistakes of all writers": mistakes,
        "all mistakes of all writers": lambda writers, rng: mistakes(
            writers, rng, sum(int(writer.is_misread.sum()) for writer in writers)
        ),
        "250 true ones of the first writer": lambda writers, rng: at_random(writers[0], 250, 0.05, 0, rng),
        "250 true ones of the second writer": lambda writers, rng: at_random(writers[1], 250, 0.05, 0, rng),
        "10, six of them false": lambda writers, rng: relabelled(
            at_random(writers[0], 10, 0.4, 0, rng), slice(-6, None), rng
        ),
        "30, each labelled twice": lambda writers, rng: contradictory(writers[0], rng),
        "100 true, 60 false at random": lambda writers, rng: mistakes(writers, rng).joined(
            relabelled(at_random(writers[0], FALSE, 0, 99, rng), slice(None), rng)
        ),
        "100 true, 60 7s called 1": lambda writers, rng: mistakes(writers, rng).joined(
            all_sevens_to_one(writers[0], rng)
        ),
        "one correction": lambda writers, rng: at_random(writers[0], 1, 1, 0, rng),
    }
)


def finetuned(given: Corrections, mnist: str, seed: int, out: Path) -> tuple[dict[str, Any], ModelBundle]:
    """The result of a run on ``given``, and its model."""
    np.savez(out / "corrections.npz", images=given.images, labels=given.labels, people=given.people)
    command = [sys.executable, "-P", "-m", "training", "finetune", "--json", "--seed", str(seed), "--data", mnist]
    command += ["--corrections", str(out / "corrections.npz"), "--out", str(out / "tuned")]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        sys.exit(done.stderr)
    result = json.loads(done.stdout.splitlines()[-1])
    return result, ModelBundle.load(Path(result["model"]))


def without_replay(given: Corrections, seed: int) -> ModelBundle:
    """The base model trained on ``given`` alone, in the same way and as long, with nothing replayed or taken back."""
    from training.classifier.recipes import DIGITS_RECIPE
    from training.export.litert import load_network, served_bytes
    from training.finetuning.last_layers import DividedNetwork
    from training.finetuning.task import Root
    from training.finetuning.update import augmented_copies, tune_last_layers
    from training.loop.fit import seed_everything

    seed_everything(seed)
    root = Root.base()
    model = load_network(root.keras)
    network = DividedNetwork.of(model)
    copies = augmented_copies(Samples(given.images, given.labels), np.full(len(given.labels), 40.0), seed)
    mixture = Samples(network.activations(copies.images), copies.labels)
    list(tune_last_layers(network, DIGITS_RECIPE, mixture, mixture.chosen(slice(100)), seed))
    return ModelBundle("without replay", served_bytes(model, root.served.card.temperature), root.served.card)


def row_without_replay(paths: Sequence[Path], mnist: str, seed: int, base: Classifier) -> list[str]:
    """The line of the first scenario without replay."""
    writers, test = [halves(path, seed, base) for path in paths], load(mnist).test
    model = Classifier(without_replay(mistakes(writers, np.random.default_rng((seed, 1))), seed), threads=2)
    told = [f"{errors(base, w.measured)} → {errors(model, w.measured)} of {len(w.measured):,}" for w in writers]
    lost = f"{errors(base, test)} → {errors(model, test)}"
    return ["the same without replay", str(seed), "-", "-", "-", "; ".join(told), lost, "-", "-"]


def errors(model: Classifier, digits: Samples) -> int:
    return int((model.classify(digits.images).labels != digits.labels).sum())


def row(name: str, paths: Sequence[Path], mnist: str, seed: int, base: Classifier) -> list[str]:
    """The line of one run."""
    writers = [halves(path, seed, base) for path in paths]
    given = SCENARIOS[name](writers, np.random.default_rng((seed, 1)))
    with tempfile.TemporaryDirectory() as folder:
        result, tuned = finetuned(given, mnist, seed, Path(folder))
        count = partial(errors, Classifier(tuned, threads=2))
        told = [f"{errors(base, w.measured)} → {count(w.measured)} of {len(w.measured):,}" for w in writers]
    gain, test = result["corrections"], (result["test_before"], result["test"])
    lost = " → ".join(str(each["n"] - each["correct"]) for each in test)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    fixes = f"{gain['fixed']} of {gain['misread']} / {gain['broken']}"
    cells = [name, str(seed), result["verdict"], fixes, str(result["doubtful"]), "; ".join(told), lost]
    return [*cells, f"{result['seconds']:.0f}", str(peak)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collections", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--mnist", default="mnist", metavar="SOURCE")
    parser.add_argument("--seeds", type=int, default=5, metavar="N")
    parser.add_argument("--only", nargs="+", choices=SCENARIOS, default=list(SCENARIOS), metavar="NAME")
    parser.add_argument("--write", type=Path, metavar="DOC", help="write the table into its section of it")
    args = parser.parse_args()
    model = ModelBundle.base()
    base, lines = Classifier(model, threads=2), []
    try:
        for name in args.only:
            for seed in range(1, args.seeds + 1):
                lines.append(row(name, args.collections, args.mnist, seed, base))
                print(lines[-1], file=sys.stderr, flush=True)
        lines += [row_without_replay(args.collections, args.mnist, 1, base)]
    except (DataMissing, DataBad) as problem:
        sys.exit(str(problem))
    line = measured("python -P tests/benchmarks/retraining.py FILE...", model)
    write_section(f"{table(COLUMNS, lines)}\n\n{line}", "retraining", args.write)


if __name__ == "__main__":
    main()
