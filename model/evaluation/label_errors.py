"""Which labels that people gave are probably wrong: those that model and neighbours contradict (Northcutt et al. 2021,
confident learning; Wilson 1972, edited nearest neighbours).

A label that corrects a mistake contradicts the model too, but by little: of 239 corrected mistakes of three collections
(minichazer, optdigits, MNIST's test digits) 11 were contradicted as below, with 0.1 for the right label at the median;
of 1,080 false labels (any other digit, or all 7s called 1) 1,010 were, with 0.00001 at the median.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.classification.personal_adapter import unit
from model.classification.predictions import Predictions
from model.classification.stored_features import LabelledFeatures

NOBODY: Final = -1  # the person of digits whose labels nobody known gave
MIN_PROBABILITY: Final = 1e-3  # of the label by the model, 0..1: below it the model contradicts
MIN_VOTE: Final = 0.5  # of the neighbours for the label, 0..1: below it they contradict
SHARPNESS: Final = 20.0  # of the vote: a neighbour at cosine similarity s weighs exp(SHARPNESS * (s - 1))
# Of one person's labels; where more are contradicted, none of theirs counts: some of the false ones look plausible.
MAX_CONTRADICTED_SHARE: Final = 1 / 3
MIN_CONTRADICTED: Final = 3  # labels; fewer say nothing about a person


@dataclass(frozen=True, slots=True, eq=False)
class LabelEvidence:
    """What speaks for and against n labels.

    ``loss`` (n,) is the model's, in nats; ``vote`` (n,) the neighbours' share for the label, 0..1; ``conflicts`` (n,)
    bool: an equal picture has another label; ``people`` (n,) numbers, or ``NOBODY``.
    """

    loss: NDArray[np.float64]
    vote: NDArray[np.float64]
    conflicts: NDArray[np.bool_]
    people: NDArray[np.integer]

    @property
    def contradicted(self) -> NDArray[np.bool_]:
        """Whether model and neighbours both contradict a label, or another label of the same picture does."""
        both = (self.loss > -np.log(MIN_PROBABILITY)) & (self.vote < MIN_VOTE)
        return np.asarray(both | self.conflicts, np.bool_)

    @property
    def doubtful(self) -> NDArray[np.bool_]:
        """Whether a label should be looked at before it counts: it is contradicted, or too many of its person's are.

        The labels of ``NOBODY`` may be of many people, so that the false ones say nothing about the others.
        """
        contradicted = self.contradicted
        doubtful = contradicted.copy()
        for person in np.unique(self.people[self.people != NOBODY]):
            theirs = self.people == person
            count = int(contradicted[theirs].sum())
            if count >= MIN_CONTRADICTED and count > MAX_CONTRADICTED_SHARE * theirs.sum():
                doubtful |= theirs
        return doubtful

    @property
    def oddness(self) -> NDArray[np.float64]:
        """How odd a label looks, for sorting: the model's loss, the neighbours' (at most as much), and a conflict."""
        neighbours = -np.log(np.maximum(self.vote, MIN_PROBABILITY))
        return np.asarray(self.loss + neighbours + 100.0 * self.conflicts, np.float64)


def label_evidence(
    images: Sequence[bytes],
    labels: NDArray[np.integer],
    people: NDArray[np.integer],
    predictions: Predictions,
    certain: LabelledFeatures,
) -> LabelEvidence:
    """The evidence on n labels (n,) 0 to 9 of digit images (784 bytes each).

    ``predictions`` are the model's on these images, ``certain`` digits in its feature space. A person's own labels are
    no evidence for each other, or whoever repeats a false one would support it; nor are those of ``NOBODY``.
    """
    of_label = predictions.probabilities[np.arange(len(labels)), labels].astype(np.float64)
    loss = -np.log(np.maximum(of_label, np.finfo(np.float32).tiny))
    vote = _votes(predictions.features, labels, people, certain)
    return LabelEvidence(loss, vote, _conflicts(images, labels), people)


def _votes(
    features: NDArray[np.float32], labels: NDArray[np.integer], people: NDArray[np.integer], certain: LabelledFeatures
) -> NDArray[np.float64]:
    """The neighbours' share for each label (n,), of certain digits and of other people's."""
    own, others = unit(features), unit(certain.features)
    total = np.zeros(len(labels))
    agreeing = np.zeros(len(labels))
    for start in range(0, len(labels), 1_000):  # 1,000 digits against 5,000 take 20 MB
        part = slice(start, start + 1_000)
        among_given = np.exp(SHARPNESS * (own[part] @ own.T - 1)) * (people[part, None] != people[None])
        among_certain = np.exp(SHARPNESS * (own[part] @ others.T - 1))
        total[part] = among_given.sum(axis=1) + among_certain.sum(axis=1)
        agreeing[part] = (among_given * (labels[part, None] == labels[None])).sum(axis=1)
        agreeing[part] += (among_certain * (labels[part, None] == certain.labels[None])).sum(axis=1)
    return np.asarray(agreeing / np.maximum(total, np.finfo(np.float64).tiny), np.float64)


def _conflicts(images: Sequence[bytes], labels: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Whether an equal picture has another label, (n,)."""
    given: dict[bytes, set[int]] = {}
    for image, label in zip(images, labels, strict=True):
        given.setdefault(image, set()).add(int(label))
    return np.array([len(given[image]) > 1 for image in images], np.bool_)
