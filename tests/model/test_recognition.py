"""Recognition: what a coarse pass is enough for, when a photo is read at other scales, and which reading stands."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.detection.candidates import Candidates
from model.detection.detector_view import COARSE_SIZE, USUAL_SIZE
from model.detection.protocols import MarkDetector
from model.hypotheses.page_calibration import PAGE_FEATURES, PageCalibration
from model.model_bundle import ModelBundle
from model.networks import ModelNetworks, Networks
from model.recognition import Recognition, recognize

Pixels = NDArray[np.uint8]
COARSE, FIRST = COARSE_SIZE[::-1], USUAL_SIZE[::-1]  # (height, width) of views of pictures of 4 to 3


@dataclass(frozen=True, slots=True, eq=False)
class PartlyBlindDetector:
    """A detector that finds nothing in the right half of a view of some sizes; ``views`` are those it was given."""

    detector: MarkDetector
    blind: tuple[tuple[int, int], ...]
    views: list[tuple[int, int]] = field(default_factory=list)

    def candidates(self, view: Pixels, least: float) -> Candidates:
        self.views.append((view.shape[0], view.shape[1]))
        found = self.detector.candidates(view, least)
        if self.views[-1] not in self.blind:
            return found
        return found.take(found.boxes[:, 0] < view.shape[1] / 2)


def page(*lefts: int, height: int = 150) -> Pixels:
    """Ones, in the same hand, with their left sides at these places of 800 pixels."""
    grey = np.full((600, 800), 205, np.uint8)
    for left in lefts:
        corners = [(left, 230), (left + 30, 200), (left + 30, 200 + height)]
        cv2.polylines(grey, [np.array(corners)], False, 50, 10, cv2.LINE_AA)
    return grey


def understanding(constant: float, unexplained: float = 0.0) -> PageCalibration:
    """The base model's calibration, with these log odds that all was read right, less for what nothing explains."""
    base = ModelBundle.base().card.page_calibration
    assert base
    return replace(base, page=(constant, *[0.0] * (len(PAGE_FEATURES) - 1), -unexplained))


def doubting(less: float) -> PageCalibration:
    """The base model's calibration, with log odds less by so much that anything is a digit."""
    base = ModelBundle.base().card.page_calibration
    assert base
    return replace(base, digit=(base.digit[0] - less, *base.digit[1:]))


def networks(
    calibration: PageCalibration, blind: tuple[tuple[int, int], ...] = (COARSE, FIRST)
) -> tuple[ModelNetworks, PartlyBlindDetector]:
    """The package's with this calibration, the detector partly blind in views of these sizes."""
    base, packaged = ModelBundle.base(), Networks.packaged()
    assert packaged.detector
    detector = PartlyBlindDetector(packaged.detector, blind)
    model = replace(base, card=replace(base.card, page_calibration=calibration))
    return ModelNetworks(model, replace(packaged, detector=detector)), detector


def text(seen: Recognition) -> str:
    return "".join(str(int(seen.decided.labels[index].argmax())) for row in seen.rows for index in row)


def test_a_few_large_digits_take_one_coarse_pass() -> None:
    given, detector = networks(understanding(9.0), blind=())
    assert text(recognize(page(100, 300), given)) == "11"
    assert detector.views == [COARSE]


def test_what_a_coarse_pass_is_not_sure_of_is_read_by_the_first() -> None:
    given, detector = networks(understanding(1.0), blind=(COARSE,))
    assert text(recognize(page(200, 600), given)) == "11"
    assert detector.views[:2] == [COARSE, FIRST]


def test_a_mark_that_is_no_digit_is_left_to_the_first_pass() -> None:
    given, detector = networks(understanding(9.0), blind=())
    grey = page(200)
    cv2.line(grey, (380, 275), (480, 275), 50, 10, cv2.LINE_AA)
    cv2.line(grey, (430, 225), (430, 325), 50, 10, cv2.LINE_AA)
    assert text(recognize(grey, given)) == "1"
    assert detector.views == [COARSE, FIRST]


def test_a_crowded_photo_is_left_to_the_first_pass() -> None:
    given, detector = networks(understanding(9.0), blind=())
    assert text(recognize(page(*range(30, 780, 75)), given)) == "1" * 10
    assert detector.views == [COARSE, FIRST]


def test_a_number_of_digits_that_is_asked_for_takes_the_first_pass() -> None:
    given, detector = networks(understanding(9.0), blind=())
    assert text(recognize(page(100, 300), given, count=2)) == "11"
    assert detector.views == [FIRST]


def test_a_large_digit_that_is_half_clear_is_read_where_a_coarse_pass_agrees() -> None:
    given, detector = networks(doubting(1.5), blind=())
    seen = recognize(page(500, height=250), given)
    assert text(seen) == "1"
    assert 0.5 < seen.decided.is_digit.max() < 0.9
    assert not seen.is_understood(given.sure_threshold)
    assert detector.views[:2] == [COARSE, FIRST]


def test_a_large_digit_that_is_half_clear_is_not_read_where_a_coarse_pass_shows_none() -> None:
    given, _ = networks(doubting(1.5), blind=(COARSE,))
    seen = recognize(page(500, height=250), given)
    assert not seen.rows
    assert seen.possible


def test_a_small_digit_has_to_be_clear_by_itself() -> None:
    given, _ = networks(doubting(3.0), blind=())
    seen = recognize(page(500), given)
    assert 0.5 < seen.decided.is_digit.max() < 0.9
    assert not seen.rows


def test_what_the_first_pass_misses_is_read_at_another_scale() -> None:
    given, detector = networks(understanding(1.0, unexplained=4.0))
    seen = recognize(page(200, 600), given)
    assert text(seen) == "11"
    assert not len(seen.unread)
    assert len(set(detector.views)) > 2


def test_what_is_understood_takes_no_other_scale() -> None:
    given, detector = networks(understanding(2.0))
    assert text(recognize(page(100, 300), given)) == "11"
    assert detector.views == [COARSE, FIRST]


def test_where_nothing_is_read_no_other_scale_is_tried() -> None:
    given, detector = networks(understanding(1.0))
    assert not recognize(page(600), given).rows
    assert detector.views[0] == COARSE
    assert len(set(detector.views[1:])) <= 2  # with nothing found, the second pass is enlarged


@pytest.mark.parametrize("constant", [1.0, -1.0])
def test_of_equally_likely_readings_the_first_stands(constant: float) -> None:
    given, _ = networks(understanding(constant))
    assert text(recognize(page(200, 600), given)) == "1"
