"""Labels that are probably wrong: what model and neighbours contradict."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.classification.predictions import Predictions
from model.classification.stored_features import LabelledFeatures
from model.evaluation.label_errors import NOBODY, LabelEvidence, label_evidence


def directions(labels: NDArray[np.integer], wobble: float = 0.1) -> NDArray[np.float32]:
    """A feature space in which each label has a direction of its own."""
    rng = np.random.default_rng(len(labels))
    return np.asarray(np.eye(10)[labels] + wobble * rng.normal(size=(len(labels), 10)), np.float32)


def predicted(truth: NDArray[np.integer], doubt: float = 1e-6) -> Predictions:
    """A model that reads ``truth`` and gives every other label the probability ``doubt``."""
    probabilities = np.full((len(truth), 10), doubt, np.float32)
    probabilities[np.arange(len(truth)), truth] = 1 - 9 * doubt
    return Predictions(probabilities, directions(truth))


CERTAIN = LabelledFeatures(directions(np.arange(500) % 10), (np.arange(500) % 10).astype(np.uint8))


def evidence(
    truth: list[int], labels: list[int], people: list[int] | None = None, images: list[bytes] | None = None
) -> LabelEvidence:
    numbers = np.array(people or [1] * len(truth))
    pictures = images or [bytes([number]) for number in range(len(truth))]
    return label_evidence(pictures, np.array(labels), numbers, predicted(np.array(truth)), CERTAIN)


def test_a_false_label_is_doubtful_and_a_true_one_is_not() -> None:
    found = evidence([3, 3, 4, 5], [3, 8, 4, 5])
    assert found.doubtful.tolist() == [False, True, False, False]
    assert found.vote[1] < 0.01
    assert found.oddness.argmax() == 1


def test_a_corrected_mistake_that_the_model_thought_possible_is_not_doubtful() -> None:
    found = label_evidence([b"a"], np.array([9]), np.array([1]), predicted(np.array([4]), doubt=0.01), CERTAIN)
    assert found.loss[0] > 4
    assert not found.doubtful[0]


def test_other_people_who_say_the_same_support_a_label_and_one_s_own_labels_do_not() -> None:
    truth, labels = [7] * 60, [1] * 60
    alone = evidence(truth, labels, [1] * 60)
    assert alone.contradicted.all()
    many = evidence([7] * 60, labels, list(range(60)))
    assert many.vote.min() > alone.vote.max()


def test_nobody_s_labels_do_not_support_each_other() -> None:
    assert evidence([7] * 60, [1] * 60, [NOBODY] * 60).contradicted.all()


def test_equal_pictures_with_different_labels_are_doubtful() -> None:
    found = evidence([3, 3, 5, 5], [3, 4, 5, 5], [1, 2, 1, 2], images=[b"a", b"a", b"b", b"b"])
    assert found.conflicts.tolist() == [True, True, False, False]
    assert found.doubtful.tolist() == [True, True, False, False]
    assert found.oddness[0] > found.oddness[2]


def test_of_a_person_who_is_contradicted_too_often_nothing_counts() -> None:
    truth = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    labels = [0, 1, 2, 3, 5, 6, 7, 8, 9, 0]
    found = evidence([*truth, 1, 2], [*labels, 1, 2], [1] * 10 + [2] * 2)
    assert found.contradicted.sum() == 6
    assert found.doubtful.tolist() == [True] * 10 + [False] * 2


def test_nobody_s_labels_are_judged_one_by_one() -> None:
    labels = [0, 1, 2, 3, 5, 6, 7, 8, 9, 0]
    found = evidence(list(range(10)), labels, [NOBODY] * 10)
    assert found.doubtful.tolist() == [False] * 4 + [True] * 6


def test_two_contradicted_labels_condemn_nobody() -> None:
    assert evidence([0, 1, 2], [0, 5, 6]).doubtful.tolist() == [False, True, True]


def test_no_label_gives_no_evidence() -> None:
    found = label_evidence([], np.zeros(0, int), np.zeros(0, int), predicted(np.zeros(0, int)), CERTAIN)
    assert len(found.doubtful) == len(found.oddness) == 0
