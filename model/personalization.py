"""What a person's corrections change in reading that person's photos, and how it is trained."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from model.classification.classifier import Classifier
from model.classification.personal_adapter import (
    MIN_MISTAKES,
    LabelledPredictions,
    PersonalAdapter,
    train_adapter,
)
from model.classification.replay_digits import replay_predictions
from model.hypotheses.page_calibration import PageCalibration
from model.model_bundle import ModelBundle

NOT_A_DIGIT_LABEL: Final = 10  # beside the labels 0 to 9


@dataclass(frozen=True, slots=True, eq=False)
class CorrectedDigits:
    """A person's corrections, the oldest first: ``images`` (n, 28, 28) uint8, ``labels`` (n,), 0 to 9 or 10 for what is
    no digit, and ``acts`` (n,), the same number for those that were labelled at once."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    acts: NDArray[np.int64]

    def chosen(self, which: NDArray[np.bool_]) -> Self:
        return type(self)(self.images[which], self.labels[which], self.acts[which])


@dataclass(frozen=True, slots=True, eq=False)
class Personalization:
    """What one person's corrections change, with one model: ``model`` is the SHA-256 of its served file. With any other
    it has no effect, since the features are that model's own."""

    model: str
    adapter: PersonalAdapter

    def to_bytes(self) -> bytes:
        buffer = BytesIO()
        adapter = self.adapter
        np.savez(buffer, centres=adapter.centres, weights=adapter.weights, limit=np.float64(adapter.limit))
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, model: str, content: bytes) -> Self:
        """What ``to_bytes`` gave, of this ``model``."""
        with np.load(BytesIO(content), allow_pickle=False) as arrays:
            return cls(model, PersonalAdapter(arrays["centres"], arrays["weights"], float(arrays["limit"])))


class PersonalTrainer:
    """Trains personalizations with one model after another. Not thread-safe: one a thread."""

    def __init__(self) -> None:
        self._model = ""
        self._replay: LabelledPredictions | None = None

    def train(self, model: ModelBundle, corrected: CorrectedDigits) -> Personalization | None:
        """What these corrections change; None where that is nothing. Raises ``ModelLoadError``."""
        digits = corrected.chosen(corrected.labels != NOT_A_DIGIT_LABEL)
        if len(digits.labels) < MIN_MISTAKES:
            return None
        predictions = Classifier(model).classify(digits.images)
        own = LabelledPredictions.of(predictions, digits.labels, digits.acts, label_weight(model))
        replay = self._replay_for(model)
        adapter = train_adapter(own, replay) if replay else None
        return Personalization(model.card.sha256, adapter) if adapter else None

    def _replay_for(self, model: ModelBundle) -> LabelledPredictions | None:
        """The replayed digits as this model reads them, computed once; None where there are none for it."""
        if self._model != model.card.sha256:
            found = replay_predictions(model)
            numbers = np.arange(len(found[1])) if found else np.arange(0)
            self._replay = LabelledPredictions.of(*found, numbers, label_weight(model)) if found else None
            self._model = model.card.sha256
        return self._replay


def label_weight(model: ModelBundle) -> float:
    """Of all sources of a label together, with which the classifier's word is taken as theirs."""
    return sum((model.card.page_calibration or PageCalibration.neutral()).label)
