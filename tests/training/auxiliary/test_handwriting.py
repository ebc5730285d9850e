"""The training set of the handwriting mask network, and that it can be trained and served."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("tensorflow")

from model.handwriting import Handwriting
from model.model_bundle import ModelBundle
from model.model_card import ModelCard
from training.auxiliary.handwriting import (
    MaskExample,
    _form_page,
    build_network,
    from_page,
    from_pages,
    measured,
    served_bytes,
    train,
)
from training.synthesis import negatives, pages
from training.synthesis.writers import SampleDigits


@pytest.fixture(scope="module")
def examples() -> list[MaskExample]:
    images = np.random.default_rng(1).integers(0, 256, (40, 28, 28), np.uint8)
    return list(from_pages(5, 10, SampleDigits(images, np.arange(40, dtype=np.uint8) % 10)))


def test_masks_have_half_the_size_of_their_images(examples: list[MaskExample]) -> None:
    assert len(examples) == 10
    for page in examples:
        assert page.image.dtype == np.uint8
        assert page.image.shape[2] == 3
        assert page.mask.shape == (page.image.shape[0] // 2, page.image.shape[1] // 2)


def test_the_mask_is_where_the_digits_are() -> None:
    page = pages.render_page(3, ("marker",), text="4")
    written = from_page(page).mask
    (box,) = page.boxes
    y, x = np.nonzero(written)
    scale = page.pixels.shape[1] / written.shape[1]
    assert abs(x.min() * scale - box.x) < 2 * scale
    assert abs((y.max() + 1) * scale - box.y - box.height) < 2 * scale


def test_letters_and_printed_words_are_not_in_the_mask() -> None:
    assert not from_page(negatives.render_negative_page(1, "letters", ())).mask.any()
    page = _form_page(np.random.default_rng(2))
    words = page.ink.astype(np.float64).sum() - sum(
        page.ink[b.y : b.y + b.height, b.x : b.x + b.width].astype(np.float64).sum() for b in page.boxes
    )
    assert words > 0.2 * page.ink.sum()
    shares = from_page(page).mask.mean() / (page.ink > 96).mean()
    assert 0 < shares < 1.2


def test_only_the_digits_of_a_form_are_in_the_mask() -> None:
    for seed in range(8):
        page = _form_page(np.random.default_rng(seed))
        written = from_page(page).mask
        scale = written.shape[1] / page.pixels.shape[1]
        beside = written.copy()
        for box in page.boxes:
            rows = slice(int(box.y * scale) - 1, int((box.y + box.height) * scale) + 2)
            beside[rows, int(box.x * scale) - 1 : int((box.x + box.width) * scale) + 2] = False
        assert written.any()
        assert not beside.any()


@pytest.mark.slow
def test_the_served_file_says_what_the_network_says(examples: list[MaskExample]) -> None:
    same = [page for page in examples if page.image.shape == examples[0].image.shape]
    model = train(same * 4, 1, 1)
    assert model.count_params() == build_network().count_params()
    content = served_bytes(model)
    logits = model.predict_on_batch(examples[0].image[None])[0, :, :, 0]
    assert Handwriting(ModelBundle("handwriting", content, ModelCard())).written(examples[0].image) == pytest.approx(
        1 / (1 + np.exp(-logits)), abs=1e-3
    )
    assert measured(content, same)["pages"] == len(same)
