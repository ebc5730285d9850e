"""What the network of handwriting is shown, and that it can be trained and served."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("tensorflow")

from model.handwriting import Handwriting
from model.model_bundle import ModelBundle
from model.model_card import ModelCard
from training.auxiliary.handwriting import Shown, _form, measured, network, of_page, of_pages, served_bytes, train
from training.synthesis import negatives, pages
from training.synthesis.writers import SampleDigits


@pytest.fixture(scope="module")
def shown() -> list[Shown]:
    images = np.random.default_rng(1).integers(0, 256, (40, 28, 28), np.uint8)
    return list(of_pages(5, 10, SampleDigits(images, np.arange(40, dtype=np.uint8) % 10)))


def test_pages_are_shown_at_half_the_size(shown: list[Shown]) -> None:
    assert len(shown) == 10
    for page in shown:
        assert page.seen.dtype == np.uint8
        assert page.seen.shape[2] == 3
        assert page.written.shape == (page.seen.shape[0] // 2, page.seen.shape[1] // 2)


def test_what_is_written_is_where_the_digits_are() -> None:
    page = pages.generate(3, ("marker",), text="4")
    written = of_page(page).written
    (box,) = page.boxes
    y, x = np.nonzero(written)
    scale = page.pixels.shape[1] / written.shape[1]
    assert abs(x.min() * scale - box.x) < 2 * scale
    assert abs((y.max() + 1) * scale - box.y - box.height) < 2 * scale


def test_letters_and_printed_words_are_not_written() -> None:
    assert not of_page(negatives.generate(1, "letters", ())).written.any()
    page = _form(np.random.default_rng(2))
    words = page.ink.astype(np.float64).sum() - sum(
        page.ink[b.y : b.y + b.height, b.x : b.x + b.width].astype(np.float64).sum() for b in page.boxes
    )
    assert words > 0.2 * page.ink.sum()
    shares = of_page(page).written.mean() / (page.ink > 96).mean()
    assert 0 < shares < 1.2


def test_only_the_digits_of_a_form_are_written() -> None:
    for seed in range(8):
        page = _form(np.random.default_rng(seed))
        written = of_page(page).written
        scale = written.shape[1] / page.pixels.shape[1]
        beside = written.copy()
        for box in page.boxes:
            rows = slice(int(box.y * scale) - 1, int((box.y + box.height) * scale) + 2)
            beside[rows, int(box.x * scale) - 1 : int((box.x + box.width) * scale) + 2] = False
        assert written.any()
        assert not beside.any()


@pytest.mark.slow
def test_the_served_file_says_what_the_network_says(shown: list[Shown]) -> None:
    same = [page for page in shown if page.seen.shape == shown[0].seen.shape]
    model = train(same * 4, 1, 1)
    assert model.count_params() == network().count_params()
    content = served_bytes(model)
    logits = model.predict_on_batch(shown[0].seen[None])[0, :, :, 0]
    assert Handwriting(ModelBundle("handwriting", content, ModelCard())).written(shown[0].seen) == pytest.approx(
        1 / (1 + np.exp(-logits)), abs=1e-3
    )
    assert measured(content, same)["pages"] == len(same)
