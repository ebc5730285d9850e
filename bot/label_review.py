"""Labels that wait for an admin's review, the oddest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.classification.classifier import Classifier
from model.classification.stored_features import packaged_features
from model.evaluation.label_errors import NOBODY, label_evidence
from model.model_bundle import ModelBundle
from storage.samples import Sample
from storage.tables import NOT_A_DIGIT


@dataclass(frozen=True, slots=True)
class LabelToReview:
    """A sample that nobody has reviewed. ``read_as``: what the base model reads in its image; ``oddness`` of the label:
    0 is what was to be expected; ``is_doubtful``: a training run leaves it out."""

    sample: Sample
    read_as: int
    oddness: float
    is_doubtful: bool


def labels_to_review(samples: Sequence[Sample]) -> list[LabelToReview]:
    """Those of all ``samples`` that nobody has reviewed; what is no digit has no label that could be odd.

    All of them are evidence. It takes 0.3 ms a digit. Raises ModelLoadError, ValueError and OSError where the package
    is damaged.
    """
    digits = [sample for sample in samples if sample.label != NOT_A_DIGIT]
    if not digits:
        return []
    images = np.frombuffer(b"".join(sample.image for sample in digits), np.uint8).reshape(-1, 28, 28)
    predictions = Classifier(ModelBundle.base()).classify(images)
    labels = np.array([sample.label for sample in digits], np.int64)
    people = np.array([NOBODY if sample.person is None else sample.person for sample in digits], np.int64)
    _, certain = packaged_features()
    evidence = label_evidence([sample.image for sample in digits], labels, people, predictions, certain)
    columns = zip(
        digits, predictions.labels.tolist(), evidence.oddness.tolist(), evidence.doubtful.tolist(), strict=True
    )
    waiting = [LabelToReview(*column) for column in columns if column[0].review is None]
    return sorted(waiting, key=lambda each: (-each.is_doubtful, -each.oddness))
