"""From bytes to Reading: what is read, from which thread, with which model, and what is refused."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import current_thread
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from model.classification.classifier import Classifier
from model.classification.predictions import Predictions
from model.detection.candidates import Candidates
from model.detection.segments import Segments
from model.errors import ModelLoadError
from model.hypotheses.page_calibration import HYPOTHESIS_FEATURES, PAGE_FEATURES, PageCalibration
from model.image_decoding import PhotoError, PhotoProblem
from model.model_bundle import ModelBundle
from model.networks import Networks
from model.reader import Reader
from model.reading import Box, Reading

Pixels = NDArray[np.uint8]
Png = Callable[[Pixels], bytes]


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader.base(threads=4)
    yield reader
    reader.close()


@pytest.fixture(scope="module")
def png() -> Png:
    def png(pixels: Pixels) -> bytes:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "PNG")
        return file.getvalue()

    return png


# Digits as a ball pen on plain paper leaves them: smooth lines through these points of a 60 x 100 field.
FORMS = {
    "0": [[(30, 0), (6, 25), (2, 55), (12, 90), (30, 100), (50, 88), (58, 52), (52, 20), (30, 0)]],
    "2": [[(4, 22), (16, 4), (38, 2), (52, 18), (46, 44), (22, 74), (2, 98), (58, 97)]],
    "3": [[(6, 10), (30, 0), (50, 14), (46, 36), (24, 47), (50, 58), (56, 82), (30, 100), (4, 90)]],
    "4": [[(26, 0), (2, 62), (58, 60)], [(44, 30), (42, 100)]],
    "7": [[(4, 4), (56, 2), (24, 100)]],
}


def draw(paper: Pixels, text: str, x: int, y: int, height: int, level: int = 50, width: int = 0) -> None:
    for character in text:
        for line in FORMS[character]:
            points = np.array(line, float) * height / 100 + (x, y)
            cv2.polylines(
                paper, [points.round().astype(np.int32)], False, level, width or max(2, height // 14), cv2.LINE_AA
            )
        x += round(height * 0.85)


def sheet(width: int = 800, height: int = 600, level: int = 205) -> Pixels:
    return np.full((height, width), level, np.uint8)


def read_drawn(reader: Reader, png: Png, text: str, height: int = 120, **options: int) -> Reading:
    paper = sheet()
    draw(paper, text, 100, 200, height, **options)
    return reader.read(png(paper))


@pytest.mark.parametrize("digit", list(FORMS))
def test_a_single_digit_is_read(reader: Reader, png: Png, digit: str) -> None:
    assert read_drawn(reader, png, digit).text == digit


def test_a_digit_has_the_features_that_its_acceptance_was_decided_by(reader: Reader, png: Png) -> None:
    digit, *_ = read_drawn(reader, png, "42").digits
    assert digit.hypothesis_features is not None
    assert len(digit.hypothesis_features) == len(HYPOTHESIS_FEATURES)
    weights = ModelBundle.base().card.page_calibration
    assert weights is not None
    is_digit = 1 / (1 + np.exp(-weights.digit[0] - np.dot(weights.digit[1:], digit.hypothesis_features)))
    assert min(digit.probabilities) >= (1 - is_digit) / 10
    assert is_digit > 0.9


def test_rows_are_read_in_order_with_boxes_around_their_digits(reader: Reader, png: Png) -> None:
    paper = sheet()
    draw(paper, "423", 100, 80, 110)
    draw(paper, "70", 120, 330, 110)
    reading = reader.read(png(paper))
    assert reading.text == "423 70"
    assert [digit.row for digit in reading.digits] == [0, 0, 0, 1, 1]
    assert (reading.width, reading.height) == (800, 600)
    box = reading.digits[4].box
    assert abs(box.x - (120 + 94)) <= 8
    assert abs(box.y - 330) <= 8
    assert abs(box.height - 110) <= 16


@pytest.mark.parametrize("height", [26, 60, 200, 480])
def test_digits_of_any_size_are_read(reader: Reader, png: Png, height: int) -> None:
    paper = sheet()
    draw(paper, "3", 300, 50, height)
    assert reader.read(png(paper)).text == "3"


def test_a_thumbnail_is_read(reader: Reader, png: Png) -> None:
    paper = sheet(90, 90)
    draw(paper, "4", 30, 20, 50)
    assert reader.read(png(paper)).text == "4"


def test_boxes_of_a_large_photo_are_in_its_own_pixels(reader: Reader) -> None:
    paper = sheet(4000, 3000)
    draw(paper, "2", 2500, 1800, 700)
    file = io.BytesIO()
    Image.fromarray(paper).save(file, "JPEG")
    reading = reader.read(file.getvalue())
    assert reading.text == "2"
    assert (reading.width, reading.height) == (4000, 3000)
    box = reading.digits[0].box
    assert abs(box.x - 2500) < 60
    assert abs(box.height - 700) < 100


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_boxes_are_those_of_the_upright_photo(reader: Reader, orientation: int) -> None:
    paper = sheet()
    draw(paper, "43", 500, 100, 120)
    turned = np.rot90(paper, {3: 2, 6: 1, 8: 3}[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    Image.fromarray(turned).save(file, "JPEG", exif=exif, quality=92)
    reading = reader.read(file.getvalue())
    assert reading.text == "43"
    assert (reading.width, reading.height) == (800, 600)
    assert abs(reading.digits[0].box.x - 500) < 12


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_page_turned_without_exif_is_read_by_its_digits(reader: Reader, png: Png, turns: int) -> None:
    paper = sheet()
    draw(paper, "437243", 90, 220, 110)
    reading = reader.read(png(np.ascontiguousarray(np.rot90(paper, turns))))
    assert reading.text == "437243"
    first = reading.digits[0].box
    # The box is one of the photo as it came: lying on its side, taller digits are wider.
    assert (first.width > first.height) == (turns % 2 == 1)
    assert first.x + first.width <= reading.width
    assert first.y + first.height <= reading.height


@pytest.mark.parametrize("turns", [1, 3])
def test_one_digit_another_way_up_is_asked_about(reader: Reader, png: Png, turns: int) -> None:
    paper = sheet()
    draw(paper, "4", 300, 200, 200)
    reading = reader.read(png(np.ascontiguousarray(np.rot90(paper, turns))))
    assert reading.text == "4"
    assert not reading.sure
    [digit] = reading.digits
    assert digit.confidence < 0.9
    # The box is one of the photo as it came.
    assert digit.box.width > digit.box.height


def test_a_dash_is_no_one_on_its_side(reader: Reader, png: Png) -> None:
    paper = sheet()
    cv2.line(paper, (250, 300), (450, 306), 50, 12, cv2.LINE_AA)
    assert reader.read(png(paper)).text == ""


@pytest.mark.parametrize(("paper", "ink"), [(205, 50), (40, 220), (0, 255), (255, 0), (255, 190), (120, 60)])
def test_any_ink_on_any_paper_is_read(reader: Reader, png: Png, paper: int, ink: int) -> None:
    page = sheet(level=paper)
    draw(page, "37", 150, 150, 180, level=ink)
    assert reader.read(png(page)).text == "37"


def test_yellow_ink_on_white_is_read(reader: Reader) -> None:
    mask = sheet(level=0)
    draw(mask, "42", 200, 200, 150, level=255, width=14)
    paper = np.full((600, 800, 3), 255, np.uint8)
    paper[mask > 127] = (255, 253, 140)
    file = io.BytesIO()
    Image.fromarray(paper).save(file, "JPEG", quality=92)
    assert reader.read(file.getvalue()).text == "42"


def test_touching_digits_are_read_apart(reader: Reader, png: Png) -> None:
    paper = sheet()
    draw(paper, "2", 200, 200, 150)
    draw(paper, "3", 282, 200, 150)
    assert reader.read(png(paper)).text == "23"


@pytest.mark.parametrize("level", [0, 90, 205, 255])
def test_even_pictures_have_no_digit(reader: Reader, png: Png, level: int) -> None:
    reading = reader.read(png(sheet(level=level)))
    assert reading.digits == ()
    assert reading.text == ""
    assert not reading.sure


def test_grain_shadow_and_slope_are_no_digits(reader: Reader, png: Png) -> None:
    random = np.random.default_rng(5)
    slope = np.linspace(120, 220, 800)[None].repeat(600, axis=0)
    shadow = np.where(np.arange(800)[None] + 0.4 * np.arange(600)[:, None] > 500, slope, 0.5 * slope)
    for picture in (slope, shadow, slope + random.normal(0, 5, slope.shape), shadow + random.normal(0, 5, slope.shape)):
        assert reader.read(png(picture.clip(0, 255).astype(np.uint8))).text == ""


def test_ruled_paper_has_no_digit_and_hides_none(reader: Reader, png: Png) -> None:
    paper = sheet()
    for y in range(30, 600, 45):
        cv2.line(paper, (0, y), (799, y + 2), 165, 2)
    assert reader.read(png(paper)).text == ""
    draw(paper, "47", 200, 200, 120)
    assert reader.read(png(paper)).text == "47"


def test_probabilities_and_certainty_are_those_of_the_model(reader: Reader, png: Png) -> None:
    reading = read_drawn(reader, png, "37")
    for digit in reading.digits:
        assert sum(digit.probabilities) == pytest.approx(1, abs=1e-4)
        assert digit.confidence == max(digit.probabilities) == digit.probabilities[digit.label]
        assert digit.image.shape == (28, 28)
    assert reading.sure == all(digit.sure for digit in reading.digits)
    assert reading.model == reader.model.name
    assert reading.seconds > 0


def test_a_count_is_met_where_it_can_be(reader: Reader, png: Png) -> None:
    paper = sheet()
    draw(paper, "2", 200, 200, 150)
    draw(paper, "3", 282, 200, 150)
    draw(paper, "4", 480, 200, 150)
    content = png(paper)
    assert reader.read(content, count=3).text == "234"
    assert len(reader.read(content, count=2).digits) == 2
    assert len(reader.read(content, count=1).digits) == 1
    assert len(reader.read(png(sheet()), count=2).digits) == 0


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"", PhotoProblem.EMPTY), (b"no picture", PhotoProblem.NOT_AN_IMAGE), (bytes(21 << 20), PhotoProblem.TOO_LARGE)],
)
def test_bad_files_raise_what_is_wrong(reader: Reader, content: bytes, problem: PhotoProblem) -> None:
    with pytest.raises(PhotoError) as error:
        reader.read(content)
    assert error.value.problem is problem


def same(a: Reading, b: Reading) -> bool:
    return [(d.label, d.probabilities, d.box, d.row) for d in a.digits] == [
        (d.label, d.probabilities, d.box, d.row) for d in b.digits
    ]


def test_parallel_reads_give_the_same_as_one_after_the_other(reader: Reader, png: Png) -> None:
    texts = ["2", "37", "430", "7243", "02347", "3", "44", "702"]
    contents = []
    for text in texts:
        paper = sheet()
        draw(paper, text, 60, 150, 110)
        contents.append(png(paper))
    one_by_one = [reader.read(content) for content in contents]
    with ThreadPoolExecutor(6) as pool:
        at_once = list(pool.map(reader.read, contents * 3))
    assert all(same(a, b) for a, b in zip(at_once, one_by_one * 3, strict=True))


async def test_reading_leaves_the_event_loop_free(reader: Reader, png: Png) -> None:
    paper = sheet(3000, 2000)
    draw(paper, "2347", 200, 500, 500)
    content = png(paper)
    loop = asyncio.get_running_loop()
    longest, start = 0.0, loop.time()
    last = start
    readings = asyncio.gather(*(reader.read_async(content) for _ in range(6)))
    while not readings.done():
        await asyncio.sleep(0.002)
        longest, last = max(longest, loop.time() - last), loop.time()
    assert [reading.text for reading in await readings] == ["2347"] * 6
    assert longest < (loop.time() - start) / 2  # a machine with other work to do waits too


def test_a_swapped_model_answers_from_the_next_photo_on(png: Png) -> None:
    base = ModelBundle.base()
    reader = Reader(base)
    paper = sheet()
    draw(paper, "3", 200, 200, 150)
    assert reader.read(png(paper)).model == base.name
    other = replace(base, name="other", card=replace(base.card, name="other", sure_threshold=1.1))
    reader.swap(other)
    assert reader.model is other
    reading = reader.read(png(paper))
    assert reading.model == "other"
    assert not reading.sure
    reader.close()


def calibrated(name: str, calibration: PageCalibration | None) -> ModelBundle:
    """The base model under another name and with another page calibration."""
    base = ModelBundle.base()
    return replace(base, name=name, card=replace(base.card, name=name, page_calibration=calibration))


def understanding(constant: float) -> PageCalibration:
    """The base model's calibration, by which every photo is understood alike: these are the log odds of it."""
    base = ModelBundle.base().card.page_calibration
    assert base
    return replace(base, page=(constant, *[0.0] * len(PAGE_FEATURES)))


def test_what_is_hardly_understood_is_read_but_never_sure(png: Png) -> None:
    paper = sheet()
    draw(paper, "34", 200, 200, 150)
    sure, unsure = (Reader(calibrated("other", understanding(odds))).read(png(paper)) for odds in (9.0, -2.0))
    assert sure.text == unsure.text == "34"
    assert sure.sure
    assert all(digit.sure for digit in sure.digits)
    assert not unsure.sure


def test_a_photo_is_no_surer_than_its_most_doubtful_digit(png: Png) -> None:
    paper = sheet()
    draw(paper, "34", 200, 200, 150)
    of_doubtful_labels = replace(understanding(9.0), label=(0.1, 0.1, 0.1))
    reading, seen = Reader(calibrated("other", of_doubtful_labels)).examine(png(paper))
    assert reading.text == "34"
    assert seen.decided.understood > 0.99
    assert seen.decided.certainty == pytest.approx(min(digit.confidence for digit in reading.digits))
    assert not reading.sure


def test_where_nothing_is_clearly_a_digit_nothing_is_read_but_told_as_possible(png: Png) -> None:
    paper = sheet()
    draw(paper, "34", 200, 200, 150)
    calibration = ModelBundle.base().card.page_calibration
    assert calibration
    alike = replace(calibration, digit=(0.5, *[0.0] * len(HYPOTHESIS_FEATURES)))  # each is a digit with 62 %
    reading = Reader(calibrated("other", alike)).read(png(paper))
    assert reading.text == ""
    assert not reading.sure
    assert [digit.label for digit in reading.possible if digit.box.height > 100] == [3, 4]
    assert not any(digit.sure for digit in reading.possible)
    assert reading.as_question().digits == reading.possible


def test_where_something_is_read_nothing_is_merely_possible(reader: Reader, png: Png) -> None:
    paper = sheet()
    draw(paper, "34", 200, 200, 150)
    reading = reader.read(png(paper))
    assert reading.possible == ()
    assert reading.as_question() is reading
    assert not reading.is_question


def test_a_mark_that_nothing_explains_is_told_and_makes_a_reading_unsure(reader: Reader, png: Png) -> None:
    paper = sheet()
    draw(paper, "347", 200, 200, 150)
    before = reader.read(png(paper))
    cv2.circle(paper, (600, 280), 60, 50, cv2.FILLED)
    after = reader.read(png(paper))
    assert before.text == after.text == "347"
    assert before.sure
    assert before.unread == ()
    assert not after.sure
    assert [round(box.overlap(Box(540, 220, 121, 121))) for box in after.unread] == [1]


def test_of_a_photo_that_is_not_sure_the_most_doubtful_digit_is_asked_about(png: Png) -> None:
    paper = sheet()
    draw(paper, "347", 200, 200, 150)
    reading = Reader(calibrated("other", understanding(-2.0))).read(png(paper))
    doubtful = min(reading.digits, key=lambda digit: digit.confidence)
    assert not doubtful.sure


def test_the_calibration_is_swapped_with_its_model(png: Png) -> None:
    paper = sheet()
    draw(paper, "34", 200, 200, 150)
    content, reader = png(paper), Reader(calibrated("certain", understanding(9.0)))
    before = reader.read(content)
    reader.swap(calibrated("doubtful", understanding(-2.0)))
    doubtful = reader.read(content)
    reader.swap(calibrated("certain", understanding(9.0)))
    assert same(reader.read(content), before)
    assert before.sure
    assert not doubtful.sure


def test_a_model_without_page_calibration_reads_and_is_never_sure(png: Png) -> None:
    paper = sheet()
    draw(paper, "34", 200, 200, 150)
    uncalibrated = calibrated("trained-today", None)
    assert uncalibrated.card.sure_threshold < 1
    reading = Reader(uncalibrated).read(png(paper))
    assert reading.text == "34"
    assert not reading.sure


def without(network: str) -> Reader:
    """A reader that lacks one of the networks."""
    missing: dict[str, Any] = {network: None}
    return Reader(ModelBundle.base(), networks=replace(Networks.packaged(), **missing))


def test_nothing_is_missing_from_a_sound_package(reader: Reader) -> None:
    assert reader.degraded == ()


def test_without_the_detector_components_are_read_and_nothing_is_sure(png: Png) -> None:
    reader, paper = without("detector"), sheet()
    draw(paper, "437", 100, 200, 150)
    reading = reader.read(png(paper))
    assert reader.degraded == ("detector",)
    assert reading.text == "437"
    assert not reading.sure
    assert not reader.read(png(sheet())).digits


def test_without_the_segmenter_all_ink_in_a_box_is_the_digits_and_nothing_is_sure(png: Png) -> None:
    reader, paper = without("segmenter"), sheet()
    draw(paper, "437", 100, 200, 150)
    reading = reader.read(png(paper))
    assert reader.degraded == ("segmenter",)
    assert reading.text == "437"
    assert not reading.sure


def test_any_network_may_be_another(png: Png) -> None:
    """Networks are injected: these know one answer each, and say who was asked."""
    asked: list[str] = []

    class EverythingIsFive:
        def classify(self, images: Pixels) -> Predictions:
            asked.append("digits")
            return Predictions(
                np.eye(10, dtype=np.float32)[np.full(len(images), 5)], np.zeros((len(images), 1), np.float32)
            )

    class OneInTheMiddle:
        def candidates(self, view: Pixels, least: float) -> Candidates:
            asked.append("detector")
            height, width = view.shape[:2]
            box = np.array([[width / 2 - 30, height / 2 - 40, 60, 80]], np.float32)
            labels = np.eye(23, dtype=np.float32)[[5]]
            return Candidates(box, np.array([0.95], np.float32), np.zeros(1, np.float32), labels, labels[:, 5:9])

    class AllInk:
        def segments(self, crops: Pixels) -> Segments:
            asked.append("segmenter")
            return Segments(crops[..., 1].copy(), np.eye(11, dtype=np.float32)[np.full(len(crops), 5)])

    networks = Networks(lambda _: EverythingIsFive(), OneInTheMiddle(), AllInk())
    reader = Reader(ModelBundle.base(), networks=networks)
    assert reader.read(png(sheet())).text == "5"
    assert set(asked) == {"digits", "detector", "segmenter"}
    assert reader.degraded == ()


def test_threads_share_networks(png: Png) -> None:
    """Each thread's own would take up to 50 MB."""
    made: list[str] = []

    def counted(model: ModelBundle) -> Classifier:
        made.append(current_thread().name)
        return Classifier(model)

    reader = Reader(ModelBundle.base(), networks=replace(Networks.packaged(), classifier=counted))
    contents = [png(sheet())] * 6
    with ThreadPoolExecutor(3, "another") as pool:
        list(pool.map(reader.read, contents))
    for content in contents:
        reader.read(content)
    assert len(made) == 1


def test_a_model_whose_bytes_litert_refuses_says_so_when_it_is_to_read(png: Png) -> None:
    base = ModelBundle.base()
    reader = Reader(replace(base, content=base.content[:100_000]))
    with pytest.raises(ModelLoadError, match="base-2"):
        reader.read(png(sheet()))


@settings(deadline=None, max_examples=40)
@given(
    pixels=st.tuples(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**31)).map(
        lambda t: np.random.default_rng(t[2]).integers(0, 256, t[:2], np.uint8)
    )
)
def test_any_small_picture_is_read_or_left(pixels: Pixels, reader: Reader, png: Png) -> None:
    reading = reader.read(png(pixels))
    assert (reading.height, reading.width) == pixels.shape
    for digit in reading.digits:
        box = digit.box
        assert isinstance(box, Box)
        assert 0 <= box.x < box.x + box.width <= reading.width
        assert 0 <= box.y < box.y + box.height <= reading.height
