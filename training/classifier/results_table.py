"""The table of recipes: what their sources claim, and what was measured here."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from statistics import mean, median
from time import perf_counter
from typing import Any, Self

from model.classification.classifier import Classifier
from model.datasets import Samples
from model.evaluation.digit_metrics import evaluate
from model.evaluation.labelled_photos import LabelledPhoto
from model.evaluation.photo_metrics import Singles, read_photos, score
from model.model_bundle import ModelBundle
from model.reader import Reader
from training.classifier.recipes import RECIPES
from training.classifier.run_history import RunHistory

TIMED_DIGITS = 300  # classified one by one; the median is the time of one

TABLE_COLUMNS = (
    "recipe",
    "claimed",
    "measured, n = {n:,} (lowest to highest, seeds)",
    "parameters",
    "seconds",
    "served, bytes",
    "ms a digit",
    "single digits in photos",
)


@dataclass(frozen=True, slots=True)
class ResultsRow:
    """One run: ``accuracy`` (0..1) on ``n`` test digits, training time in ``seconds``, ``size`` of the served file in
    bytes, ``milliseconds`` a digit on one core, ``photos`` of one digit each."""

    recipe: str
    seed: int
    steps: int
    accuracy: float
    n: int
    parameters: int
    seconds: float
    size: int
    milliseconds: float
    photos: Singles | None

    @classmethod
    def of(cls, run: RunHistory, test: Samples, photos: Sequence[LabelledPhoto]) -> Self:
        """Measure the model of a run through the serving interpreter. Raises ``ModelLoadError``."""
        model = run.model()
        scores = evaluate(model, test, threads=2)
        return cls(
            run.recipe,
            model.card.seed or 0,
            run.steps,
            scores.accuracy,
            scores.n,
            model.card.parameters,
            run.seconds,
            len(model.content),
            _milliseconds(model, test),
            _singles(model, photos) if photos else None,
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def markdown(entries: Sequence[ResultsRow], command: str) -> str:
    """The table as Markdown, one line a recipe over its seeds, with n, the command that made it, and the date."""
    lines = [_line(RECIPES[name].claim, list(runs)) for name, runs in groupby(entries, attrgetter("recipe"))]
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    footer = f"`{command}`, {datetime.now(UTC):%Y-%m-%d}, {machine}."
    head = _row(TABLE_COLUMNS).format(n=entries[0].n if entries else 0)
    return "\n".join([head, _row(["---"] * len(TABLE_COLUMNS)), *lines, "", footer, ""])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _line(claim: str, runs: Sequence[ResultsRow]) -> str:
    first, accuracies = runs[0], [100 * run.accuracy for run in runs]
    spread = f"{min(accuracies):.2f} to {max(accuracies):.2f}, {len(runs)}" if len(runs) > 1 else "1"
    cells = (
        f"`{first.recipe}`",
        claim,
        f"{mean(accuracies):.2f} % ({spread})",
        f"{first.parameters:,}",
        f"{mean(run.seconds for run in runs):.0f}",
        f"{first.size:,}",
        f"{median(run.milliseconds for run in runs):.2f}",
        _photos(runs),
    )
    return _row(cells)


def _photos(runs: Sequence[ResultsRow]) -> str:
    """The mean over the seeds, as digits of digits."""
    measured = [run.photos for run in runs if run.photos is not None and run.photos.accuracy is not None]
    if not measured:
        return "-"
    right = mean((singles.accuracy or 0.0) * singles.n for singles in measured)
    return f"{right:g} of {measured[0].n}"


def _milliseconds(model: ModelBundle, test: Samples) -> float:
    """The median time of one digit on one thread."""
    classifier, times = Classifier(model), []
    for image in test.images[:TIMED_DIGITS]:
        began = perf_counter()
        classifier.classify(image[None])
        times.append(perf_counter() - began)
    return round(1000 * median(times), 3)


def _singles(model: ModelBundle, photos: Sequence[LabelledPhoto]) -> Singles:
    with closing(Reader(model, threads=1)) as reader:
        return score(list(read_photos(reader, [photo for photo in photos if len(photo.label) == 1]))).single
