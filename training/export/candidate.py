"""A trained network made ready to serve: calibrated, exported, measured, with its card."""

from __future__ import annotations

import platform
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from model.classification.classifier import Classifier
from model.classification.predictions import Predictions
from model.datasets import Samples, Split
from model.evaluation.digit_metrics import Scores, evaluate
from model.model_bundle import CARD_NAME, ModelBundle
from model.model_card import ModelCard
from storage.model_versions import is_name
from training.calibration.sure_threshold import sure_threshold
from training.export.litert import keras_bytes, served_bytes
from training.loop.augmentation import Augmentation


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that could serve, and the .keras file to learn on from."""

    served: ModelBundle
    keras: bytes

    @property
    def size(self) -> int:
        """Bytes of the .tflite and the .keras file together, as the registry counts them."""
        return len(self.served.content) + len(self.keras)

    def with_card(self, card: ModelCard) -> Candidate:
        """The same model with more on its card."""
        return Candidate(ModelBundle(card.name, self.served.content, card), self.keras)

    def write(self, folder: Path) -> Path:
        """Write NAME.tflite, NAME.keras and model_card.json, the card last; tells the served file's path."""
        folder.mkdir(parents=True, exist_ok=True)
        recipe = self.served.card.recipe  # that of a root from outside may be anything
        served = folder / f"{recipe if is_name(recipe) else 'model'}.tflite"
        for path, content in (
            (served, self.served.content),
            (served.with_suffix(".keras"), self.keras),
            (folder / CARD_NAME, self.served.card.to_json().encode()),
        ):
            part = path.with_name(path.name + ".part")
            part.write_bytes(content)
            part.replace(path)
        return served


def make_candidate(model: keras.Model, card: ModelCard, temperature: float) -> Candidate:
    """Export a network with its temperature baked in, and complete ``card`` with what is known of the bytes."""
    content = served_bytes(model, temperature)
    card = replace(
        card,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        versions=versions(),
        parameters=model.count_params(),
        size_bytes=len(content),
        sha256=sha256(content).hexdigest(),
        temperature=temperature,
    )
    return Candidate(ModelBundle(card.name, content, card), keras_bytes(model))


def measured(
    candidate: Candidate,
    data: Split,
    variations: int = 4,
    held: Samples | None = None,
) -> Candidate:
    """The candidate with its card's numbers; the test digits are only reported on.

    ``sure_on_digits`` among them is how sure the network itself is: the threshold of its own confidence that would be
    needed on ``variations`` of each validation digit and on the generated digits ``held`` back; without either it is
    left out. It is no ``sure_threshold``, which is in the unit of the page calibration.
    """
    served = candidate.served
    test = evaluate(served, data.test, threads=2)
    metrics = {
        **served.card.metrics,
        "test": test.as_json(),
        "test_by_digit": by_digit(test),
        "validation": evaluate(served, data.validation, threads=2).as_json(),
        **({"generated": evaluate(served, held).as_json()} if held else {}),
    }
    if variations or held:
        predictions, right = _varied(served, data.validation, variations, held)
        metrics["sure_on_digits"] = _sureness(predictions.confidences, right)
    return candidate.with_card(replace(served.card, metrics=metrics))


def by_digit(scores: Scores) -> dict[str, dict[str, float]]:
    """Recall (of the 7s, how many were read as 7) and precision (of those read as 7, how many are), in 0..1."""
    confusion = np.asarray(scores.confusion, np.float64)
    right, written, read = confusion.diagonal(), confusion.sum(axis=1), confusion.sum(axis=0)
    return {
        str(digit): {
            "n": int(written[digit]),
            "recall": round(float(right[digit] / max(1, written[digit])), 5),
            "precision": round(float(right[digit] / max(1, read[digit])), 5),
        }
        for digit in range(len(confusion))
    }


def _varied(
    served: ModelBundle, validation: Samples, variations: int, held: Samples | None
) -> tuple[Predictions, NDArray[np.bool_]]:
    """Predictions for digits varied as photos vary them, and whether they are right."""
    vary, rng = Augmentation(), np.random.default_rng((served.card.seed or 0, variations))
    images = np.concatenate([vary(validation.images, rng) for _ in range(variations)])
    labels = np.tile(validation.labels, variations)
    if held:
        images, labels = np.concatenate([images, held.images]), np.concatenate([labels, held.labels])
    predictions = Classifier(served, threads=2).classify(images)
    return predictions, predictions.labels == labels


def _sureness(confidences: NDArray[np.float32], right: NDArray[np.bool_]) -> dict[str, float]:
    """The threshold of the network's own confidence on those digits, the share above it, and how right these are."""
    threshold = sure_threshold(confidences, right)
    sure = confidences >= threshold
    shares = {
        "n": len(right),
        "threshold": threshold,
        "accuracy": right.mean(),
        "share": sure.mean(),
        "right": right[sure].sum() / max(1, sure.sum()),
    }
    return {name: round(float(value), 5) for name, value in shares.items()}


def versions() -> dict[str, str]:
    """What made a model: the Python and the packages that its numbers can depend on."""
    packages = (
        "ai-edge-litert",
        "digitbot",
        "keras",
        "numpy",
        "opencv-python-headless",
        "tensorflow",
        "tensorflow-cpu",
    )
    return {"python": platform.python_version(), **{name: found for name in packages if (found := _version(name))}}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
