"""The training set of the instance separation network, and that it can be trained and served."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("tensorflow")

from model.model_bundle import ModelBundle
from model.model_card import ModelCard
from model.overlays import HEIGHT, WIDTH, Overlays
from training.auxiliary.overlays import OverlayExample, build_network, from_rows, measured, served_bytes, train
from training.synthesis.writers import SampleDigits


@pytest.fixture(scope="module")
def examples() -> list[OverlayExample]:
    images = np.zeros((40, 28, 28), np.uint8)
    images[:, 4:24, 8:20] = np.random.default_rng(1).integers(128, 256, (40, 20, 12))
    return from_rows(3, 60, SampleDigits(images, np.arange(40, dtype=np.uint8) % 10))


def test_clusters_are_strips_with_two_overlays(examples: list[OverlayExample]) -> None:
    assert max(each.digits for each in examples) >= 3
    for each in examples:
        assert each.ink.shape[0] == HEIGHT
        assert each.overlays.shape == (HEIGHT // 2, each.ink.shape[1] // 2, 2)


def test_nearly_all_ink_is_on_an_overlay(examples: list[OverlayExample]) -> None:
    black = [each.ink[::2, ::2] > 200 for each in examples]
    found = sum(int((each.overlays.any(axis=2) & ink).sum()) for each, ink in zip(examples, black, strict=True))
    assert found > 0.85 * sum(int(ink.sum()) for ink in black)


def test_only_what_has_a_second_digit_has_a_second_overlay(examples: list[OverlayExample]) -> None:
    for each in examples:
        assert each.overlays[..., 0].any()
        assert each.overlays[..., 1].any() == (each.digits > 1)


def test_digits_are_on_the_overlays_alternately_from_the_left(examples: list[OverlayExample]) -> None:
    for pair in (each for each in examples if each.digits == 2):
        first, second = (np.nonzero(pair.overlays[..., number])[1] for number in (0, 1))
        assert first.min() + first.max() < second.min() + second.max()


def test_the_same_seed_gives_the_same_examples(examples: list[OverlayExample]) -> None:
    sample_digits = SampleDigits(np.full((10, 28, 28), 200, np.uint8), np.arange(10, dtype=np.uint8))
    one, other = (from_rows(5, 4, sample_digits) for _ in range(2))
    assert len(one) == len(other)
    assert all((a.ink == b.ink).all() and (a.overlays == b.overlays).all() for a, b in zip(one, other, strict=True))


@pytest.mark.slow
def test_the_served_file_says_what_the_network_says(examples: list[OverlayExample]) -> None:
    model = train(examples * 3, 2, 1)
    assert model.count_params() == build_network().count_params()
    content = served_bytes(model)
    ink = np.zeros((HEIGHT, WIDTH), np.uint8)
    ink[:, : examples[0].ink.shape[1]] = examples[0].ink
    logits = model.predict_on_batch(ink[None])[0]
    assert Overlays(ModelBundle("overlays", content, ModelCard())).judged(ink) == pytest.approx(
        1 / (1 + np.exp(-logits)), abs=1e-3
    )
    numbers = measured(content, examples)
    assert numbers["clusters"] == len(examples)
    assert 0 <= numbers["several_right"] <= 1
