from __future__ import annotations

import re

import numpy as np
import pytest

from model.classification.classifier import Classifier
from model.model_bundle import ModelBundle
from model.normalization import normalize_digit
from model.reading import Box
from training.synthesis.conditions import ALL_CONDITIONS, Group
from training.synthesis.contexts.registry import CONTEXTS, render_context_page
from training.synthesis.contexts.symbols import SIGNS
from training.synthesis.pages import Page
from training.synthesis.pens import Ink

OTHER = {"letter", "word", "line", "box", "ring", "struck-out", "barcode"}
LABELS = {sign.label for sign in SIGNS.values()} | OTHER


def covered(page: Page, boxes: list[Box]) -> float:
    """How much of the page's ink lies in those boxes."""
    inside = np.zeros(page.ink.shape, bool)
    for box in boxes:
        inside[box.y : box.y + box.height, box.x : box.x + box.width] = True
    return float(page.ink[inside].sum(dtype=np.int64) / max(1, page.ink.sum(dtype=np.int64)))


def crop(page: Page, box: Box) -> Ink:
    return page.ink[box.y : box.y + box.height, box.x : box.x + box.width]


def holds(page: Page) -> None:
    """All that must be true of any page of a context."""
    height, width = page.pixels.shape[:2]
    assert page.pixels.dtype == np.uint8
    assert page.ink.shape == (height, width)
    assert len(page.boxes) == len(page.rows) == len(page.labels) > 0
    assert len(page.text.split()) == len(set(page.rows)) == page.rows[-1] + 1
    assert list(page.rows) == sorted(page.rows)
    assert re.sub(r"\D", "", page.layout) == page.text.replace(" ", "")
    assert len(page.layout.splitlines()) == len(page.text.split())
    for box in (*page.boxes, *(mark.box for mark in page.marks)):
        assert 0 <= box.x < box.x + box.width <= width
        assert 0 <= box.y < box.y + box.height <= height
    assert all(crop(page, box).max() > 64 for box in page.boxes)
    assert {mark.label for mark in page.marks} <= LABELS


@pytest.mark.parametrize("context", list(CONTEXTS))
def test_all_ink_lies_in_the_boxes_of_digits_and_marks(context: str) -> None:
    for seed in range(2):
        page = render_context_page((3, seed), context, ())
        holds(page)
        assert page.conditions == (f"context:{context}",)
        assert covered(page, [*page.boxes, *(mark.box for mark in page.marks)]) > 0.97


@pytest.mark.parametrize("context", list(CONTEXTS))
def test_every_context_goes_with_any_mixture_of_conditions(context: str) -> None:
    for seed in range(3):
        holds(render_context_page((4, seed), context))


@pytest.mark.parametrize("condition", [c.name for c in ALL_CONDITIONS if c.group not in {Group.FORM, Group.LAYOUT}])
def test_every_condition_goes_with_a_context(condition: str) -> None:
    page = render_context_page(5, "dates", (condition,))
    assert page.conditions == ("context:dates", condition)
    holds(page)


def test_a_digits_box_ends_where_its_ink_does() -> None:
    for seed in range(6):
        page = render_context_page((9, seed), "big-digits", ("marker",))
        if len(page.boxes) > 1:
            continue
        rows, columns = np.nonzero(page.ink > 64)
        (box,) = page.boxes
        assert abs(box.x - columns.min()) <= 2
        assert abs(box.y - rows.min()) <= 2
        assert abs(box.x + box.width - 1 - columns.max()) <= 2
        assert abs(box.y + box.height - 1 - rows.max()) <= 2


def test_the_classifier_reads_the_labels_in_the_boxes() -> None:
    classifier = Classifier(ModelBundle.base())
    for context in ("form-boxes", "dense-pages", "sudoku", "big-digits", "form-lines"):
        pages = [render_context_page((6, seed), context, ("ball-pen",)) for seed in range(3)]
        images = np.stack([normalize_digit(crop(page, box)) for page in pages for box in page.boxes])
        labels = np.array([label for page in pages for label in page.labels])
        assert np.mean(classifier.classify(images).labels == labels) > 0.9, context


def test_the_same_seed_gives_the_same_page_and_another_a_different_one() -> None:
    for context in ("sums", "cheques", "sudoku"):
        one, again, other = (
            render_context_page(5, context),
            render_context_page(5, context),
            render_context_page(6, context),
        )
        assert np.array_equal(one.pixels, again.pixels)
        assert (one.text, one.boxes, one.marks, one.layout) == (again.text, again.boxes, again.marks, again.layout)
        assert not np.array_equal(one.pixels, other.pixels)


@pytest.mark.parametrize(("context", "sign"), [("sums", "+"), ("dates", "/"), ("amounts", ","), ("phones", "-")])
def test_each_sign_of_the_layout_is_a_mark_with_its_name(context: str, sign: str) -> None:
    pages = [render_context_page((7, seed), context, ()) for seed in range(6)]
    label = SIGNS[sign].label
    others = [other for other in SIGNS if SIGNS[other].label == label]
    written = [sum(page.layout.count(other) for other in others) for page in pages]
    marked = [sum(mark.label == label for mark in page.marks) for page in pages]
    # A row without a digit has no layout, yet its signs are marks.
    assert written == marked
    assert sum(written) > 0


def test_text_and_layout_tell_the_same_numbers() -> None:
    page = render_context_page(8, "dates", ())
    assert re.search(r"\d", page.layout)
    assert page.layout != page.text


def test_an_unknown_context_is_an_error() -> None:
    with pytest.raises(KeyError):
        render_context_page(1, "horoscopes")
