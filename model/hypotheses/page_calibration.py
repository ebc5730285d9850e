"""The weights of the decision about a photo, fitted to the outputs of one model on generated pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

LABEL_SOURCES = 3  # classifier, segmenter, detector
LEAST_LABEL = 1e-2  # of a label's probability: no source is so certain that it could not be wrong once in a hundred
HYPOTHESIS_FEATURES = (
    "detector",
    "other mark",
    "segmenter",
    "classifier label",
    "segmenter label",
    "detector label",
    "is one",
    "smaller than others",
    "larger than others",
    "number",
    "number of a one",
    "others' mean",
    "inside a likelier one",
)
PAGE_FEATURES = (
    "all digits",
    "all rejected",
    "most doubtful digit",
    "most doubtful label",
    "likeliest rejected",
    "disagreements",
    "most disagreeing",
    "number",
    "unexplained",
)


@dataclass(frozen=True, slots=True)
class PageCalibration:
    """``label`` (3): weights of the sources of a label; ``digit`` (1 + 13) and ``page`` (1 + 9): weights of logistic
    regressions, the constant first, on ``HYPOTHESIS_FEATURES``, whether a hypothesis is a digit, and on
    ``PAGE_FEATURES``, whether all of a photo was read right. ``information`` (14 x 14, row by row; () where it is not
    known): the observed information of ``digit``, that is how firmly the pages that it was fitted to hold each weight;
    with it other hypotheses can be added to the fit without those pages."""

    label: tuple[float, ...]
    digit: tuple[float, ...]
    page: tuple[float, ...]
    information: tuple[float, ...] = ()

    @classmethod
    def neutral(cls) -> Self:
        """For a model without one: detector and segmenter decide alike, and no photo is understood."""
        digit = [0.0] * (1 + len(HYPOTHESIS_FEATURES))
        digit[1 + HYPOTHESIS_FEATURES.index("detector")] = digit[1 + HYPOTHESIS_FEATURES.index("segmenter")] = 0.5
        return cls((1.0, 0.5, 0.5), tuple(digit), (-9.0, *[0.0] * len(PAGE_FEATURES)))

    @property
    def by_classifier(self) -> Self:
        """For a classifier that has learned from corrections: of the sources of a label it alone counts, with the
        weight of all. The other networks know nothing of the corrections, and would outvote it.

        With the base model, which has learned none, 462 of 501 development photos are read right so (461 by all three
        sources), and 3 of 336 sure readings are wrong (1 of 340).
        """
        return replace(self, label=(sum(self.label), *[0.0] * (LABEL_SOURCES - 1)))

    @property
    def is_complete(self) -> bool:
        """Whether there are as many weights as there are features."""
        counts = len(self.label), len(self.digit) - 1, len(self.page) - 1
        is_told = len(self.information) in {0, len(self.digit) ** 2}
        return is_told and counts == (LABEL_SOURCES, len(HYPOTHESIS_FEATURES), len(PAGE_FEATURES))
