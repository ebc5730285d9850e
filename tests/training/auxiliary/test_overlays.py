"""What the network of overlays is shown, and that it can be trained and served."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("tensorflow")

from model.model_bundle import ModelBundle
from model.model_card import ModelCard
from model.overlays import HEIGHT, WIDTH, Overlays
from training.auxiliary.overlays import Shown, measured, network, of_hands, served_bytes, train
from training.synthesis.writers import SampleDigits


@pytest.fixture(scope="module")
def shown() -> list[Shown]:
    images = np.zeros((40, 28, 28), np.uint8)
    images[:, 4:24, 8:20] = np.random.default_rng(1).integers(128, 256, (40, 20, 12))
    return of_hands(3, 60, SampleDigits(images, np.arange(40, dtype=np.uint8) % 10))


def test_clusters_are_shown_as_strips_with_two_overlays(shown: list[Shown]) -> None:
    assert max(each.digits for each in shown) >= 3
    for each in shown:
        assert each.ink.shape[0] == HEIGHT
        assert each.overlays.shape == (HEIGHT // 2, each.ink.shape[1] // 2, 2)


def test_nearly_all_ink_is_on_an_overlay(shown: list[Shown]) -> None:
    black = [each.ink[::2, ::2] > 200 for each in shown]
    found = sum(int((each.overlays.any(axis=2) & ink).sum()) for each, ink in zip(shown, black, strict=True))
    assert found > 0.85 * sum(int(ink.sum()) for ink in black)


def test_only_what_has_a_second_digit_has_a_second_overlay(shown: list[Shown]) -> None:
    for each in shown:
        assert each.overlays[..., 0].any()
        assert each.overlays[..., 1].any() == (each.digits > 1)


def test_digits_stand_on_overlays_by_turns_from_the_left(shown: list[Shown]) -> None:
    for pair in (each for each in shown if each.digits == 2):
        first, second = (np.nonzero(pair.overlays[..., number])[1] for number in (0, 1))
        assert first.min() + first.max() < second.min() + second.max()


def test_the_same_seed_shows_the_same(shown: list[Shown]) -> None:
    sample_digits = SampleDigits(np.full((10, 28, 28), 200, np.uint8), np.arange(10, dtype=np.uint8))
    one, other = (of_hands(5, 4, sample_digits) for _ in range(2))
    assert len(one) == len(other)
    assert all((a.ink == b.ink).all() and (a.overlays == b.overlays).all() for a, b in zip(one, other, strict=True))


@pytest.mark.slow
def test_the_served_file_says_what_the_network_says(shown: list[Shown]) -> None:
    model = train(shown * 3, 2, 1)
    assert model.count_params() == network().count_params()
    content = served_bytes(model)
    ink = np.zeros((HEIGHT, WIDTH), np.uint8)
    ink[:, : shown[0].ink.shape[1]] = shown[0].ink
    logits = model.predict_on_batch(ink[None])[0]
    assert Overlays(ModelBundle("overlays", content, ModelCard())).judged(ink) == pytest.approx(
        1 / (1 + np.exp(-logits)), abs=1e-3
    )
    numbers = measured(content, shown)
    assert numbers["clusters"] == len(shown)
    assert 0 <= numbers["several_right"] <= 1
