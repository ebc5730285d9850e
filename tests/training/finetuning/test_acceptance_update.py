from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain

import numpy as np
import pytest
from numpy.typing import NDArray

from model.hypotheses.page_calibration import HYPOTHESIS_FEATURES, PageCalibration
from storage.samples import PERSON_SHARE, Sample
from storage.tables import NOT_A_DIGIT
from training.finetuning.acceptance_update import MAX_WEIGHT, LabelledHypotheses, updated

COUNT = len(HYPOTHESIS_FEATURES)
INFORMATION = tuple((30.0 * np.eye(1 + COUNT)).ravel().tolist())
CALIBRATION = replace(PageCalibration.neutral(), information=INFORMATION)
CLEAR_DIGIT = {"detector": 6.0, "segmenter": 6.0}
MARK = {"detector": 1.0, "segmenter": 1.0, "other mark": 2.0}


def row(values: dict[str, float]) -> tuple[float, ...]:
    """Features of a hypothesis of which all that are not named are 0."""
    return tuple(values.get(name, 0.0) for name in HYPOTHESIS_FEATURES)


def samples(values: dict[str, float], label: int, count: int, person: int | None = None) -> list[Sample]:
    uid, moment = f"{label:02d}-{person}-", datetime.now(UTC)
    features = row(values)
    return [
        Sample(f"{uid}{number}", bytes(784), label, moment, person=person, hypothesis_features=features)
        for number in range(count)
    ]


def likely(calibration: PageCalibration, values: dict[str, float]) -> float:
    """How likely a hypothesis is a digit."""
    odds = calibration.digit[0] + np.dot(calibration.digit[1:], row(values))
    return float(1 / (1 + np.exp(-odds)))


def fitted(*given: list[Sample], calibration: PageCalibration = CALIBRATION, share: float = 1.0) -> PageCalibration:
    return updated(calibration, LabelledHypotheses.of(chain.from_iterable(given)), share)


def test_what_is_called_no_digit_is_less_likely_one_and_clear_digits_are_still_read() -> None:
    after = fitted(samples(MARK, NOT_A_DIGIT, 20))
    assert likely(CALIBRATION, MARK) > 0.7
    assert likely(after, MARK) < 0.5
    assert likely(after, CLEAR_DIGIT) > 0.75
    assert (after.label, after.page) == (CALIBRATION.label, CALIBRATION.page)


def test_firmer_weights_change_less() -> None:
    firm = replace(CALIBRATION, information=tuple(100 * each for each in INFORMATION))
    marks = samples(MARK, NOT_A_DIGIT, 20)
    assert likely(fitted(marks), MARK) < likely(fitted(marks, calibration=firm), MARK) < likely(CALIBRATION, MARK)


def test_information_grows_by_what_was_added() -> None:
    after = fitted(samples(MARK, NOT_A_DIGIT, 20))
    added = matrix(after) - matrix(CALIBRATION)
    assert np.linalg.eigvalsh(added).min() > -1e-3
    assert np.trace(added) > 1


def test_corrected_digits_hold_the_decision() -> None:
    marks = samples(MARK, NOT_A_DIGIT, 10)
    alone, beside = fitted(marks), fitted(marks, samples(MARK, 5, 10))
    assert likely(beside, MARK) > likely(alone, MARK)


def test_a_clear_digit_of_somebody_is_never_lost() -> None:
    clear = {"detector": 3.0, "segmenter": 3.0}
    marks = samples(clear, NOT_A_DIGIT, 40)
    assert likely(CALIBRATION, clear) > 0.9
    assert likely(fitted(marks), clear) < 0.5
    assert likely(fitted(marks, samples(clear, 5, 1)), clear) >= 0.5


def test_one_person_with_many_marks_counts_no_more_than_their_share() -> None:
    one = LabelledHypotheses.of(samples(MARK, NOT_A_DIGIT, 1000, person=1) + samples(MARK, 7, 3, person=1))
    weights = one.weights(PERSON_SHARE)
    assert weights[~one.is_digit].sum() == pytest.approx(PERSON_SHARE * MAX_WEIGHT)
    marks = [*samples(MARK, NOT_A_DIGIT, 1000, person=1), *samples(CLEAR_DIGIT, NOT_A_DIGIT, 1, person=2)]
    assert LabelledHypotheses.of(marks).weights(PERSON_SHARE).sum() <= MAX_WEIGHT
    twice = fitted(samples(MARK, NOT_A_DIGIT, 2000, person=1), share=PERSON_SHARE)
    once = fitted(samples(MARK, NOT_A_DIGIT, 1000, person=1), share=PERSON_SHARE)
    assert twice.digit == pytest.approx(once.digit, abs=1e-3)


@pytest.mark.parametrize(
    ("calibration", "given"),
    [
        (PageCalibration.neutral(), samples(MARK, NOT_A_DIGIT, 20)),
        (CALIBRATION, samples(MARK, 7, 20)),
        (CALIBRATION, []),
        (CALIBRATION, [replace(each, hypothesis_features=None) for each in samples(MARK, NOT_A_DIGIT, 20)]),
        (CALIBRATION, [replace(each, hypothesis_features=(1.0,)) for each in samples(MARK, NOT_A_DIGIT, 20)]),
    ],
    ids=["no information", "digits alone", "nothing", "no features", "another version's features"],
)
def test_without_information_or_marks_nothing_changes(calibration: PageCalibration, given: list[Sample]) -> None:
    assert fitted(given, calibration=calibration) == calibration


def test_digits_that_are_not_trained_on_do_not_count() -> None:
    given = LabelledHypotheses.of([*samples(MARK, NOT_A_DIGIT, 2), *samples(MARK, 5, 2)])
    kept = given.with_digits({"05-None-1"})
    assert kept.uids == ("05-None-1", "10-None-0", "10-None-1")
    assert kept.is_digit.tolist() == [True, False, False]
    assert kept.marks == ("10-None-0", "10-None-1")


def matrix(calibration: PageCalibration) -> NDArray[np.float64]:
    return np.array(calibration.information).reshape(1 + COUNT, 1 + COUNT)
