from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.datasets import Samples
from training.loop.augmentation import Augmentation
from training.loop.data_loader import DataLoader


def numbered(count: int, size: int, seed: int = 1) -> DataLoader:
    """Batches of blank digits that carry their number as the first pixel."""
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 0, 0] = np.arange(count)
    return DataLoader(images, np.arange(count, dtype=np.uint8) % 10, size, seed)


@given(st.integers(1, 200), st.integers(1, 60), st.integers(1, 90))
@settings(deadline=None, max_examples=40)
def test_there_are_as_many_full_batches_as_asked_for(count: int, size: int, steps: int) -> None:
    size = min(size, count)
    taken = list(numbered(count, size).take(steps))
    assert len(taken) == steps
    assert {len(batch.images) for batch in taken} == {size}
    assert [batch.epoch for batch in taken] == [1 + step // (count // size) for step in range(steps)]


def test_a_pass_holds_every_digit_once_in_an_order_of_its_own() -> None:
    taken = list(numbered(100, 10).take(20))
    passes = [np.concatenate([batch.images[:, 0, 0] for batch in taken[at : at + 10]]).tolist() for at in (0, 10)]
    assert sorted(passes[0]) == sorted(passes[1]) == list(range(100))
    assert passes[0] != passes[1]
    assert passes[0] != list(range(100))


def test_labels_stay_with_their_images() -> None:
    for batch in numbered(200, 7).take(50):
        np.testing.assert_array_equal(batch.images[:, 0, 0] % 10, batch.labels)


def test_the_seed_alone_decides(few: Samples) -> None:
    def run(seed: int) -> list[bytes]:
        return [
            batch.images.tobytes() for batch in DataLoader(few.images, few.labels, 16, seed, Augmentation()).take(70)
        ]

    assert run(5) == run(5)
    assert run(5) != run(6)


def test_a_longer_run_begins_like_a_shorter_one(few: Samples) -> None:
    batches = DataLoader(few.images, few.labels, 16, 1, Augmentation())
    short, long = (list(batches.take(steps)) for steps in (4, 40))
    assert [batch.images.tobytes() for batch in short] == [batch.images.tobytes() for batch in long[:4]]


def test_whoever_stops_early_leaves_no_thread_behind(few: Samples) -> None:
    taken = DataLoader(few.images, few.labels, 16, 1, Augmentation()).take(1000)
    next(taken)
    taken.close()  # type: ignore[attr-defined]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("augment")]


def test_an_error_in_the_thread_reaches_the_listener(few: Samples) -> None:
    broken = DataLoader(few.images, few.labels[:3], 16, 1)
    with pytest.raises(IndexError):
        list(broken.take(2))
