"""Digit images -> probabilities and features, by LiteRT, on the rotated views that the model's card asks for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.classification.predictions import Predictions
from model.classification.test_time_augmentation import rotated_views
from model.logits import softmax
from model.model_bundle import DIGITS_SIGNATURE, ModelBundle
from model.profiling import profiled

# Digit images an invocation. More are no faster (0.6 ms each, of 16 to 256) and give the same to the last bit; what the
# largest invocation needed stays allocated: 8 MB for 32 with the package's network, 49 MB for 256.
BATCH_LIMIT = 32
TTA_BELOW = 0.99  # probability (0..1) from which one view is enough: no answer to MNIST's test digits changes there


class Classifier:
    """One session of one model. Thread-safe: threads take turns. Raises ``ModelLoadError``."""

    def __init__(self, model: ModelBundle, threads: int = 1) -> None:
        self.model = model
        self._session = model.session(DIGITS_SIGNATURE, threads)

    @profiled("classify")
    def classify(self, images: NDArray[np.uint8]) -> Predictions:
        """Classify (n, 28, 28) uint8 digit images, white ink on black; n may be 0.

        Raises ``ValueError`` for any other array.
        """
        if images.ndim != 3 or images.shape[1:] != (28, 28) or images.dtype != np.uint8:
            raise ValueError(f"digit images are (n, 28, 28) uint8, not {images.shape} {images.dtype}")
        if not len(images):
            one = self._invoke(np.zeros((1, 28, 28), np.uint8))  # outputs have a shape only once they were computed
            return Predictions(one.probabilities[:0], one.features[:0])
        first, *others = rotated_views(images, self.model.card.tta_degrees)
        predictions = self._all(first)
        doubtful = predictions.confidences < TTA_BELOW
        if others and doubtful.any():
            return _averaged(predictions, doubtful, [self._all(other[doubtful]) for other in others])
        return predictions

    def _all(self, images: NDArray[np.uint8]) -> Predictions:
        starts = range(0, len(images), BATCH_LIMIT)
        batches = [self._invoke(images[start : start + BATCH_LIMIT]) for start in starts]
        if len(batches) == 1:
            return batches[0]
        return Predictions(
            np.concatenate([batch.probabilities for batch in batches]),
            np.concatenate([batch.features for batch in batches]),
        )

    def _invoke(self, images: NDArray[np.uint8]) -> Predictions:
        outputs = self._session.run(images)
        return Predictions(outputs["probabilities"], outputs["features"])


def _averaged(first: Predictions, which: NDArray[np.bool_], others: Sequence[Predictions]) -> Predictions:
    """``first``, with the mean of it and of the ``others`` views of the digits ``which`` (n,) bool for these."""
    mean = _mean([Predictions(first.probabilities[which], first.features[which]), *others])
    probabilities, features = first.probabilities.copy(), first.features.copy()
    probabilities[which], features[which] = mean.probabilities, mean.features
    return Predictions(probabilities, features)


def _mean(views: Sequence[Predictions]) -> Predictions:
    """The mean over several views of each digit: of the logits, so that the probabilities are the geometric mean of
    theirs, and of the features, from which the last layer makes the logits."""
    least = np.finfo(np.float32).tiny
    logits = np.mean([np.log(np.maximum(view.probabilities, least)) for view in views], axis=0)
    return Predictions(softmax(logits), np.mean([view.features for view in views], axis=0))
