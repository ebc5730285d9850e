"""Digit images -> probabilities and features, by the LiteRT interpreter, on the views that the card asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from model.classification.test_time_augmentation import rotated_views
from model.model_bundle import ModelBundle
from model.profiling import profiled

# More at once gains nothing and costs memory: a chunk of 256 needs some 100 MB with the largest recipe.
CHUNK = 256
TTA_BELOW = 0.99  # probability from which a digit needs no other view: on MNIST they change none of those


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """What the network says of n digit images: ``probabilities`` (n, 10) float32, rows summing to 1; ``features`` (n,
    F) float32."""

    probabilities: NDArray[np.float32]
    features: NDArray[np.float32]

    @property
    def labels(self) -> NDArray[np.int64]:
        """The likeliest class of each digit, (n,)."""
        return np.asarray(self.probabilities.argmax(axis=1), np.int64)

    @property
    def confidences(self) -> NDArray[np.float32]:
        """The probability of the likeliest class, (n,)."""
        return np.asarray(self.probabilities.max(axis=1, initial=0.0), np.float32)

    def again(self, which: NDArray[np.bool_], others: Sequence[Self]) -> Self:
        """Take the other views of those digits, ``which`` (n,), in too."""
        mean = _mean([Predictions(self.probabilities[which], self.features[which]), *others])
        probabilities, features = self.probabilities.copy(), self.features.copy()
        probabilities[which], features[which] = mean.probabilities, mean.features
        return replace(self, probabilities=probabilities, features=features)


class Classifier:
    """One interpreter of one model. Not thread-safe: one a thread. Raises ``ModelLoadError``."""

    def __init__(self, model: ModelBundle, threads: int = 1) -> None:
        self.model = model
        self._interpreter = model.interpreter(threads)
        self._images, self._probabilities, self._features = _indices(self._interpreter)
        self._batch = 0
        self._resize(1)  # so that the first photo does not wait for it

    @profiled("classify")
    def classify(self, images: NDArray[np.uint8]) -> Predictions:
        """Classify (n, 28, 28) uint8 digit images, white ink on black; n may be 0. Raises ``ValueError`` for any other
        array."""
        if images.ndim != 3 or images.shape[1:] != (28, 28) or images.dtype != np.uint8:
            raise ValueError(f"digit images are (n, 28, 28) uint8, not {images.shape} {images.dtype}")
        if not len(images):
            one = self._invoke(np.zeros((1, 28, 28), np.uint8))  # outputs have a shape only once they were computed
            return Predictions(one.probabilities[:0], one.features[:0])
        first, *others = rotated_views(images, self.model.card.tta_degrees)
        answers = self._all(first)
        doubtful = answers.confidences < TTA_BELOW
        if others and doubtful.any():
            return answers.again(doubtful, [self._all(other[doubtful]) for other in others])
        return answers

    def _all(self, images: NDArray[np.uint8]) -> Predictions:
        chunks = [self._invoke(images[start : start + CHUNK]) for start in range(0, len(images), CHUNK)]
        if len(chunks) == 1:
            return chunks[0]
        return Predictions(
            np.concatenate([chunk.probabilities for chunk in chunks]),
            np.concatenate([chunk.features for chunk in chunks]),
        )

    def _invoke(self, images: NDArray[np.uint8]) -> Predictions:
        self._resize(len(images))
        self._interpreter.set_tensor(self._images, np.ascontiguousarray(images))
        self._interpreter.invoke()
        return Predictions(
            self._interpreter.get_tensor(self._probabilities), self._interpreter.get_tensor(self._features)
        )

    def _resize(self, batch: int) -> None:
        if batch != self._batch:
            self._interpreter.resize_tensor_input(self._images, (batch, 28, 28))
            self._interpreter.allocate_tensors()
            self._batch = batch


def _mean(looks: Sequence[Predictions]) -> Predictions:
    """Make one answer of several views of each digit: the mean of the logits, so that the probabilities are the
    geometric mean of theirs; and of the features, which the last layer makes the logits of."""
    least = np.finfo(np.float32).tiny
    logits = np.mean([np.log(np.maximum(look.probabilities, least)) for look in looks], axis=0)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    features = np.mean([look.features for look in looks], axis=0)
    return Predictions(powers / powers.sum(axis=1, keepdims=True), features)


def _indices(interpreter: Interpreter) -> tuple[int, int, int]:
    """The tensors' numbers by their names in the signature. (A runner kept alive would forbid the interpreter to
    resize.)"""
    runner = interpreter.get_signature_runner()
    outputs = runner.get_output_details()
    tensors = runner.get_input_details()["images"], outputs["probabilities"], outputs["features"]
    return tensors[0]["index"], tensors[1]["index"], tensors[2]["index"]
