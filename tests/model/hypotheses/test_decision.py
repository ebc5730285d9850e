from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.hypotheses.decision import decide, label_probabilities
from model.hypotheses.features import hypothesis_features, page_features
from model.hypotheses.hypothesis import Hypotheses
from model.hypotheses.page_calibration import HYPOTHESIS_FEATURES, PAGE_FEATURES, PageCalibration


def found(
    *scores: float, labels: tuple[int, ...] | None = None, heights: tuple[float, ...] | None = None
) -> Hypotheses:
    """Hypotheses in a row with these scores of detector and segmenter; all three sources tell the same labels."""
    count = len(scores)
    digits = np.array(labels or range(2, 2 + count), np.int64)
    told = np.full((count, 10), 0.01, np.float32)
    told[np.arange(count), digits] = 0.91
    sure = np.array(scores, np.float32)
    tall = heights or (40.0,) * count
    boxes = np.array([(50.0 * at, 10, 24, tall[at]) for at in range(count)], np.float32).reshape(-1, 4)
    kinds = np.concatenate([told * sure[:, None], 1 - sure[:, None]], axis=1)
    images, features = np.zeros((count, 28, 28), np.uint8), np.eye(count, 64, dtype=np.float32)
    return Hypotheses(boxes, boxes, sure, 1 - sure, told, kinds, told, images, features)


NEUTRAL = PageCalibration.neutral()


def test_what_detector_and_segmenter_take_for_a_digit_is_read() -> None:
    decided = decide(found(0.95, 0.1, 0.9), NEUTRAL, 0.0)

    assert decided.accepted.tolist() == [0, 2]
    assert decided.labels.argmax(axis=1).tolist() == [2, 3, 4]


def test_without_one_clear_digit_nothing_is_read() -> None:
    assert decide(found(0.7, 0.7), NEUTRAL, 0.0).accepted.tolist() == []
    assert decide(found(0.7, 0.95), NEUTRAL, 0.0).accepted.tolist() == [0, 1]
    assert decide(found(0.7, 0.7), NEUTRAL, 0.0, count=1).accepted.tolist() == [0]


def test_a_count_takes_the_likeliest() -> None:
    decided = decide(found(0.95, 0.2, 0.9, 0.1), NEUTRAL, 0.0, count=3)

    assert decided.accepted.tolist() == [0, 1, 2]


def test_probabilities_sum_to_one_and_say_nothing_where_no_digit_stands() -> None:
    decided = decide(found(0.99, 0.01), NEUTRAL, 0.0)

    assert decided.probabilities(0).sum() == pytest.approx(1)
    assert decided.probabilities(0).max() > 0.8
    assert decided.probabilities(1).max() < 0.25


def test_without_hypotheses_nothing_is_read_and_nothing_understood() -> None:
    decided = decide(found(), NEUTRAL, 0.0)

    assert len(decided.accepted) == 0
    assert decided.understood == 0
    assert decided.certainty == 0


def test_sources_that_agree_are_more_certain_of_a_label() -> None:
    agreeing = found(0.9)
    other = np.roll(agreeing.classified, 1, axis=1)

    sure = label_probabilities(agreeing, NEUTRAL).max()
    doubtful = label_probabilities(replace(agreeing, classified=other), NEUTRAL).max()

    assert sure > 0.99 > doubtful


def test_a_classifier_that_has_learned_is_not_outvoted() -> None:
    seven = np.where(np.arange(10) == 7, 0.91, 0.01).astype(np.float32)[None]
    learned = replace(found(0.9, labels=(1,)), classified=seven)
    together = replace(NEUTRAL, label=(0.4, 0.4, 0.2))
    assert label_probabilities(learned, together).argmax() == 1
    assert label_probabilities(learned, together.by_classifier).argmax() == 7
    assert sum(together.by_classifier.label) == pytest.approx(sum(together.label))


def test_there_is_a_feature_for_each_weight() -> None:
    hypotheses = found(0.9, 0.2)
    decided = decide(hypotheses, NEUTRAL, 0.0)
    features = page_features(hypotheses, decided.is_digit, decided.labels, decided.accepted, 0.0)

    assert hypothesis_features(hypotheses, np.array([2, 3])).shape == (2, len(HYPOTHESIS_FEATURES))
    assert features.shape == (len(PAGE_FEATURES),)
    assert NEUTRAL.is_complete


def test_size_is_compared_with_the_digits_beside() -> None:
    """Numbers that grow along a row are no odd ones; a speck beside them is."""
    growing = hypothesis_features(found(*[0.9] * 5, heights=(20, 26, 34, 44, 57)), np.arange(2, 7))
    speck = hypothesis_features(found(*[0.9] * 4, heights=(40, 40, 40, 10)), np.arange(2, 6))

    smaller = HYPOTHESIS_FEATURES.index("smaller than others")
    assert growing[:, smaller].max() < 0.3
    assert speck[3, smaller] > 1


def test_what_nothing_explains_is_a_feature_of_the_photo() -> None:
    hypotheses = found(0.95, 0.95)
    decided = decide(hypotheses, NEUTRAL, 0.0)
    told = hypotheses, decided.is_digit, decided.labels, decided.accepted

    at = PAGE_FEATURES.index("unexplained")
    assert page_features(*told, 2.0)[at] > page_features(*told, 0.0)[at] == 0


@pytest.mark.parametrize(
    ("odds", "count", "is_doubtful"),
    [(-1.0, 3, True), (1.0, 3, False), (-6.0, 3, False), (-1.0, 0, False), (-1.0, 101, False)],
)
def test_what_is_neither_clear_nor_hopeless_nor_very_much_is_doubtful(
    odds: float, count: int, is_doubtful: bool
) -> None:
    weights = replace(NEUTRAL, page=(odds, *[0.0] * len(PAGE_FEATURES)))
    decided = decide(found(*[0.95] * count, labels=(2,) * count), weights, 0.0)

    assert decided.is_doubtful == is_doubtful
