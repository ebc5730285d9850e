"""The digits of a report: every misread digit image, by its label and what it was read as."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from model.classification.predictions import Predictions
from model.datasets import Samples
from model.evaluation.digit_metrics import Scores
from model.reading import DigitImage

MAX_DIGIT_IMAGES = 2000  # on one page: a browser still scrolls through them


@dataclass(frozen=True, slots=True, eq=False)
class MisreadDigit:
    """A digit image, (28, 28) uint8, the confidence of its wrong label, and its ``index`` in the data."""

    index: int
    image: DigitImage
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """Digits of one label that were read as another: ``count`` of them, the surest first, as many as fit the page."""

    label: int
    read_as: int
    count: int
    digits: tuple[MisreadDigit, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DigitSection:
    """The numbers, the confusion matrix, and the misread digits, the commonest confusion first."""

    template: ClassVar[str] = "digits.html"
    scores: Scores
    confusions: tuple[Confusion, ...]

    @property
    def wrong(self) -> int:
        """Digits misread."""
        return self.scores.n - self.scores.correct

    @property
    def shown(self) -> int:
        """Digit images on the page."""
        return sum(len(confusion.digits) for confusion in self.confusions)


def build_digit_section(samples: Samples, predictions: Predictions, scores: Scores) -> DigitSection:
    """The section of n samples; ``predictions`` are theirs, in the same order."""
    return DigitSection(scores, tuple(_confusions(samples, predictions)))


def _confusions(samples: Samples, predictions: Predictions) -> Iterator[Confusion]:
    room = MAX_DIGIT_IMAGES
    groups = _misread_indices(samples, predictions)
    for (label, read_as), indices in sorted(groups.items(), key=lambda group: -len(group[1])):
        surest_first = sorted(indices, key=lambda index: -float(predictions.confidences[index]))[:room]
        room -= len(surest_first)
        if surest_first:
            digits = (MisreadDigit(i, samples.images[i], float(predictions.confidences[i])) for i in surest_first)
            yield Confusion(label, read_as, len(indices), tuple(digits))


def _misread_indices(samples: Samples, predictions: Predictions) -> dict[tuple[int, int], list[int]]:
    """Indices of the misread samples by (label, read as)."""
    groups: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for index in (predictions.labels != samples.labels).nonzero()[0].tolist():
        groups[int(samples.labels[index]), int(predictions.labels[index])].append(index)
    return groups
