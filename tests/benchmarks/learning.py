"""What a personal adapter does to the digits that a writer has not corrected: error before and after some corrections.

    python -P tests/benchmarks/learning.py FILE.npz... [--photos] [--write docs/learning.md]

Each file holds a collection of digits in MNIST's format (Keras's names). Half of its digits are corrected, as people do
it: only what was misread. The other half is measured. Where the file has ``page_row_column`` (n, 3), it is halved once
more so that a row of a page is never in both halves: then those measured are other writers'. With ``--photos`` each
digit of which the classifier is less than 99.5 % sure (nearly all mistakes are among them) is also photographed alone
on a sheet and read by all networks; photos on which not just one digit is found are left out. Replayed are the 4,000
digits of the package. MNIST's test digits are read as that person's too, which nobody does: they tell what the adapter
costs on digits that its person does not write.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import cv2
import numpy as np
from numpy.typing import NDArray

from model.array_files import read_npz
from model.classification.adapter_training import LabelledPredictions, train_adapter
from model.classification.classifier import Classifier
from model.classification.personal_adapter import PersonalAdapter, classifier_evidence
from model.classification.replay_digits import replay_predictions
from model.datasets import DataBad, DataMissing, Samples, load
from model.model_bundle import ModelBundle
from model.personal_training import label_weight
from model.reader import Reader
from tests.benchmarks.markdown import measured, table, write_section

CORRECTED = (4, 5, 10, 20, 50)
DOUBTFUL = 0.995  # probability below which a digit is photographed
SEEDS = 5
COLUMNS = (
    "collection",
    "corrections",
    "error before",
    "after (mean ± spread)",
    "worst seed",
    "MNIST test, before and after",
    "s to train",
)


@dataclass(frozen=True, slots=True)
class Trial:
    """One seed: the errors (0..1) on the half that was not corrected and on MNIST's test digits, before and after, and
    how long the training took."""

    corrections: int
    before: float
    after: float
    mnist: tuple[float, float]
    seconds: float


def error(digits: LabelledPredictions, adapter: PersonalAdapter | None) -> float:
    """The share of digits that are misread, with an adapter or without one."""
    read = adapter.adapt(digits.probabilities, digits.evidence, digits.features) if adapter else digits.probabilities
    return float((read.argmax(axis=1) != digits.labels).mean())


@dataclass(frozen=True, slots=True)
class Others:
    """Digits of MNIST: replayed ones, and those to test on."""

    replay: LabelledPredictions
    test: LabelledPredictions


def trial(collection: LabelledPredictions, mnist: Others, count: int, seed: int) -> Trial:
    """Correct up to ``count`` mistakes of one half, chosen by ``seed`` like the halves, and measure the other."""
    rng = np.random.default_rng(seed)
    groups = rng.permutation(np.unique(collection.groups))
    in_first = np.isin(collection.groups, groups[: len(groups) // 2])
    mistakes = rng.permutation(np.flatnonzero(in_first & ~collection.is_right))[:count]
    which = np.isin(np.arange(len(collection)), mistakes)
    chosen = collection.chosen(which)
    # Each digit is an act of its own, as where people tap one digit of a photo.
    own = replace(chosen, groups=np.arange(len(chosen)))
    start = perf_counter()
    adapter = train_adapter(own, mnist.replay) if len(own) else None
    seconds = perf_counter() - start
    others = collection.chosen(~in_first)
    tested = error(mnist.test, None), error(mnist.test, adapter)
    return Trial(len(own), error(others, None), error(others, adapter), tested, seconds)


def row(name: str, trials: Sequence[Trial]) -> list[str]:
    """The line of one number of corrections in one collection."""
    before, after = (np.array([getattr(each, name) for each in trials]) for name in ("before", "after"))
    return [
        name,
        f"{np.mean([each.corrections for each in trials]):.0f}",
        f"{before.mean():.2%}",
        f"{after.mean():.2%} ± {after.std():.2%}",
        f"{100 * (after - before).max():+.2f} points",
        f"{trials[0].mnist[0]:.2%}, {np.mean([each.mnist[1] for each in trials]):.2%}",
        f"{np.mean([each.seconds for each in trials]):.1f}",
    ]


def predictions(classifier: Classifier, digits: Samples, groups: NDArray[np.intp]) -> LabelledPredictions:
    weight = label_weight(classifier.model)
    return LabelledPredictions.of(classifier.classify(digits.images), digits.labels, groups, weight)


def writers(path: Path, count: int) -> NDArray[np.intp]:
    """A number for each of ``count`` digits, equal for those of one row of a page; without rows each has its own."""
    places = read_npz(path, ["page_row_column"]).get("page_row_column")
    if places is None:
        return np.arange(count)
    return np.asarray(np.unique(places[:, :2], axis=0, return_inverse=True)[1].ravel(), np.intp)


def photo(image: NDArray[np.uint8], seed: int) -> bytes:
    """A digit image (28, 28) as dark ink somewhere on a sheet, as JPEG."""
    rng = np.random.default_rng(seed)
    side = int(rng.integers(150, 260))
    sheet = np.full((480, 640), rng.uniform(200, 240))
    top, left = int(rng.integers(20, 460 - side)), int(rng.integers(20, 620 - side))
    ink = cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC) / 255
    sheet[top : top + side, left : left + side] -= ink * rng.uniform(120, 180)
    noisy = cv2.GaussianBlur(sheet, (5, 5), 0) + rng.normal(0, 2, sheet.shape)
    return bytes(cv2.imencode(".jpg", np.clip(noisy, 0, 255).astype(np.uint8))[1])


def photographed(reader: Reader, digits: Samples, classifier: Classifier) -> LabelledPredictions:
    """The doubtful digits of a collection as they are read on photos."""
    alone = classifier.classify(digits.images)
    doubtful = np.flatnonzero((alone.confidences < DOUBTFUL) | (alone.labels != digits.labels))
    kept, parts = [], []
    for index in doubtful.tolist():
        reading, seen = reader.examine(photo(digits.images[index], index))
        if len(reading.digits) == 1:
            kept.append(index)
            parts.append((seen.judged.found, seen.rows[0][0], seen.decided.labels))
    weight = label_weight(reader.model)
    return LabelledPredictions(
        np.array([found.features[at] for found, at, _ in parts], np.float32),
        classifier_evidence(np.array([found.classified[at] for found, at, _ in parts], np.float32), weight),
        np.array([labels[at] for _, at, labels in parts], np.float32),
        digits.labels[kept],
        np.arange(len(kept)),
    )


def variants(path: Path, classifier: Classifier, reader: Reader | None) -> Iterator[tuple[str, LabelledPredictions]]:
    """What is measured of a file, with its name. Raises DataMissing and DataBad."""
    digits = load(f"npz:{path}").measured
    rows_of = writers(path, len(digits))
    collection = predictions(classifier, digits, np.arange(len(digits)))
    yield path.stem, collection
    if len(np.unique(rows_of)) < len(digits):
        yield f"{path.stem}, others' rows", replace(collection, groups=rows_of)
    if reader is not None:
        yield f"{path.stem}, doubtful digits on photos", photographed(reader, digits, classifier)


def rows(paths: Sequence[Path], mnist: str, classifier: Classifier, reader: Reader | None) -> list[list[str]]:
    """All lines of the table. Raises DataMissing and DataBad."""
    replayed, tested = replay_predictions(classifier.model), load(mnist).test
    if replayed is None:
        raise DataMissing("There are no replayed digits for this model.")
    weight, numbers = label_weight(classifier.model), np.arange(len(replayed[1]))
    replay = LabelledPredictions.of(*replayed, numbers, weight)
    others = Others(replay, predictions(classifier, tested, np.arange(len(tested))))
    lines = []
    for path in paths:
        for name, collection in variants(path, classifier, reader):
            most = int((~collection.is_right).sum()) // 2 + SEEDS
            counts = [count for count in CORRECTED if count <= most] or [CORRECTED[0]]
            trials = [[trial(collection, others, count, seed) for seed in range(SEEDS)] for count in counts]
            lines += [row(name, each) for each in trials]
    return lines


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collections", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--photos", action="store_true", help="also photograph doubtful digits, and read these photos")
    parser.add_argument("--mnist", default="mnist", metavar="SOURCE")
    parser.add_argument("--write", type=Path, metavar="DOC", help="write the table into its section of it")
    args = parser.parse_args()
    model = ModelBundle.base()
    try:
        reader = Reader(model, threads=1) if args.photos else None
        lines = rows(args.collections, args.mnist, Classifier(model), reader)
    except (DataMissing, DataBad) as problem:
        sys.exit(str(problem))
    line = measured("python -P tests/benchmarks/learning.py --photos FILE...", model)
    write_section(f"{table(COLUMNS, lines)}\n\n{line}", "personal adapter", args.write)


if __name__ == "__main__":
    main()
