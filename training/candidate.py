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

from model.card import ModelCard
from model.classifier import Classifier
from model.evaluate import evaluate
from model.served import CARD_NAME, ServedModel
from model.sources import Samples, Split
from training.augment import Augmentation
from training.calibrate import fit_temperature, sure_threshold
from training.export import keras_bytes, served_bytes
from training.fit import predict

VARIATIONS = 4  # of each validation digit, for the threshold of being sure


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that could serve, and the .keras file to learn on from."""

    served: ServedModel
    keras: bytes

    def write(self, folder: Path) -> Path:
        """Write NAME.tflite, NAME.keras and model_card.json, the card last; tells the served file's path."""
        folder.mkdir(parents=True, exist_ok=True)
        served = folder / f"{self.served.card.recipe}.tflite"
        for path, content in (
            (served, self.served.content),
            (served.with_suffix(".keras"), self.keras),
            (folder / CARD_NAME, self.served.card.to_json().encode()),
        ):
            part = path.with_name(path.name + ".part")
            part.write_bytes(content)
            part.replace(path)
        return served


def make_candidate(model: keras.Model, card: ModelCard, data: Split, augmentation: Augmentation | None) -> Candidate:
    """Calibrate on the validation digits, export, measure, and complete ``card``; the test digits are only reported
    on."""
    temperature = fit_temperature(predict(model, data.validation.images), data.validation.labels)
    content = served_bytes(model, temperature)
    served = ServedModel(card.name, content, card)
    threshold, sure = _sureness(served, data.validation, augmentation, card.seed or 0)
    card = replace(
        card,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        versions=versions(),
        parameters=model.count_params(),
        size_bytes=len(content),
        sha256=sha256(content).hexdigest(),
        temperature=temperature,
        sure_threshold=threshold,
        metrics={
            "test": evaluate(served, data.test).as_json(),
            "validation": evaluate(served, data.validation).as_json(),
            "sure": sure,
            **card.metrics,
        },
    )
    return Candidate(ServedModel(card.name, content, card), keras_bytes(model))


def _sureness(
    served: ServedModel, validation: Samples, augmentation: Augmentation | None, seed: int
) -> tuple[float, dict[str, float]]:
    """The threshold of being sure, and what it keeps on the digits it was chosen by.

    MNIST's own validation digits are neater than what comes by photo, so the threshold is chosen on variations of them.
    """
    vary, rng = augmentation or Augmentation(), np.random.default_rng((seed, VARIATIONS))
    images = np.concatenate([vary(validation.images, rng) for _ in range(VARIATIONS)])
    labels = np.tile(validation.labels, VARIATIONS)
    answers = Classifier(served).classify(images)
    right = answers.labels == labels
    threshold = sure_threshold(answers.confidences, right)
    sure = answers.confidences >= threshold
    shares = {
        "n": len(labels),
        "accuracy": right.mean(),
        "share": sure.mean(),
        "right": right[sure].mean() if sure.any() else 0.0,
    }
    return threshold, {name: round(float(value), 5) for name, value in shares.items()}


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
