"""Passes over a photo: which part of it the detector is shown, how large, and what of each pass is kept."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from model.classification.classifier import Classifier
from model.detection.candidates import UNNAMED, Candidates
from model.detection.detector_view import COARSE_SIZE, USUAL_SIZE
from model.detection.passes import Detections, detect, detect_at_scale, detect_coarsely
from model.detection.segmenter import Segmenter
from model.model_bundle import ModelBundle, PackagedNetwork

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class RecordingDetector:
    """Takes all that is dark for digits, and keeps the views it was given; of the first it finds only so many marks as
    ``found`` says, the smallest."""

    found: tuple[int, ...] = ()
    views: list[Pixels] = field(default_factory=list)

    def candidates(self, view: Pixels, least: float) -> Candidates:
        self.views.append(view)
        _, _, stats, _ = cv2.connectedComponentsWithStats((view[:, :, 0] < 150).astype(np.uint8))
        boxes = np.asarray(stats[1:, :4], np.float32)
        if len(self.views) <= len(self.found):
            boxes = boxes[np.argsort(boxes[:, 3])][: self.found[len(self.views) - 1]]
        score = np.full(len(boxes), max(0.9, least), np.float32)
        labels, turns = np.zeros((len(boxes), UNNAMED + 1), np.float32), np.zeros((len(boxes), 4), np.float32)
        turns[:, 0] = 1
        return Candidates(boxes, score, 0 * score, labels, turns)

    @property
    def sizes(self) -> list[tuple[int, int]]:
        """(width, height) of each view."""
        return [(view.shape[1], view.shape[0]) for view in self.views]


def page(*digits: tuple[int, int, int]) -> Pixels:
    """Zeros on 1280x960 pixels of paper, each by its left, its top and its height."""
    grey = np.full((960, 1280), 205, np.uint8)
    for left, top, height in digits:
        pen = max(2, height // 9)
        centre, axes = (left + height // 3, top + height // 2), ((height - pen) // 3, (height - pen) // 2)
        cv2.ellipse(grey, centre, axes, 0, 0, 360, 40, pen, cv2.LINE_AA)
    return grey


def found(grey: Pixels, detector: RecordingDetector) -> Detections:
    segmenter = Segmenter(ModelBundle.packaged(PackagedNetwork.SEGMENTER))
    return detect(grey, detector, segmenter, Classifier(ModelBundle.base()))


def heights(detections: Detections) -> list[int]:
    """The heights of all candidates in pixels of the photo, to twenty of them, from left to right."""
    boxes = detections.candidates.boxes
    return [20 * round(float(height) / 20) for height in boxes[np.argsort(boxes[:, 0]), 3]]


def test_large_digits_take_one_pass_over_all_of_the_photo() -> None:
    detector = RecordingDetector()
    assert heights(found(page((200, 300, 300), (700, 300, 300)), detector)) == [300, 300]
    assert detector.sizes == [USUAL_SIZE]


def test_of_small_digits_the_part_that_holds_them_is_looked_at_closer() -> None:
    detector = RecordingDetector()
    detections = found(page((900, 600, 40), (960, 600, 40), (1020, 610, 40)), detector)
    assert heights(detections) == [40, 40, 40]
    _, (width, height) = detector.sizes
    part = detections.closest.part
    assert (part.x > 800, part.y > 500, part.width < 320, part.height < 240) == (True,) * 4
    assert abs(40 * height / part.height - 40) < 6  # the digits are as tall in the view as is wanted
    assert width * height < USUAL_SIZE[0] * USUAL_SIZE[1] / 2  # and it is smaller than that of the whole photo
    boxes = detections.candidates.boxes
    assert abs(boxes[:, 0].min() - 900) < 6
    assert abs(boxes[:, 1].min() - 600) < 6


def test_small_digits_all_over_a_photo_are_enlarged_as_far_as_a_view_may_be() -> None:
    detector = RecordingDetector()
    found(page(*((left, top, 30) for left in range(20, 1260, 80) for top in (20, 480, 920))), detector)
    _, (width, height) = detector.sizes
    assert abs(width * height / (4 * USUAL_SIZE[0] * USUAL_SIZE[1]) - 1) < 0.05


def test_a_large_digit_beside_small_ones_stays_as_it_was_found() -> None:
    detector = RecordingDetector()
    detections = found(page((60, 300, 300), (900, 600, 60), (960, 600, 60), (1020, 600, 60)), detector)
    assert len(detector.views) == 2
    assert heights(detections) == [300, 60, 60, 60]


def test_where_nothing_is_found_all_of_the_photo_is_enlarged_and_then_its_digits() -> None:
    detector = RecordingDetector(found=(0,))
    assert heights(found(page((900, 600, 40), (960, 600, 40)), detector)) == [40, 40]
    assert detector.sizes[:2] == [USUAL_SIZE, (2 * USUAL_SIZE[0], 2 * USUAL_SIZE[1])]
    assert len(detector.views) == 3


def test_where_the_part_that_was_looked_at_held_no_digits_all_of_the_photo_is_enlarged() -> None:
    detector = RecordingDetector(found=(1, 0))
    assert heights(found(page((100, 100, 20), (900, 600, 40), (960, 600, 40)), detector)) == [20, 40, 40]
    assert detector.sizes[0] == USUAL_SIZE
    assert detector.sizes[2] == (2 * USUAL_SIZE[0], 2 * USUAL_SIZE[1])


def test_a_blank_photo_is_enlarged_once() -> None:
    detector = RecordingDetector(found=(0,) * 9)
    assert not len(found(page(), detector).candidates)
    assert len(detector.views) == 2


def test_another_scale_shows_the_same_part_and_joins_what_was_found() -> None:
    detector = RecordingDetector()
    before = found(page((900, 600, 40), (960, 600, 40)), detector)
    after = detect_at_scale(before, 0.7, detector)
    closer, coarser = detector.sizes[-2:]
    assert abs(coarser[0] / closer[0] - 0.7) < 0.1
    assert len(after.candidates) == len(before.candidates)


def test_a_coarse_pass_takes_a_quarter_of_the_pixels() -> None:
    detector = RecordingDetector()
    assert heights(detect_coarsely(page((200, 300, 300)), detector)) == [300]
    assert detector.sizes == [COARSE_SIZE]
