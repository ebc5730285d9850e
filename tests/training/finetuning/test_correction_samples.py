from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model.datasets import DataBad
from model.evaluation.label_errors import NOBODY
from storage.samples import Sample
from storage.tables import NOT_A_DIGIT
from training.finetuning.correction_samples import from_npz, from_samples


def sample(number: int, label: int | None = None) -> Sample:
    """A digit image that carries its number."""
    image = bytes([number % 256]) * 784
    return Sample(f"{number:032x}", image, number % 10 if label is None else label, datetime.now(UTC))


def test_samples_become_arrays_in_the_order_of_their_ids() -> None:
    corrections = from_samples([sample(3), sample(1), sample(2)])
    assert corrections.samples.images[:, 0, 0].tolist() == [1, 2, 3]
    assert corrections.samples.labels.tolist() == [1, 2, 3]
    assert corrections.samples.images.shape == (3, 28, 28)


def test_the_order_they_come_in_makes_no_other_data() -> None:
    there = [sample(number) for number in range(20)]
    assert from_samples(there).digest() == from_samples(reversed(there)).digest()
    assert from_samples(there).digest() != from_samples(there[1:]).digest()


def test_what_is_no_digit_is_left_out() -> None:
    corrections = from_samples([sample(1), sample(2, NOT_A_DIGIT)])
    assert corrections.uids == (sample(1).uid,)


def test_up_to_a_thousand_nothing_is_held_out() -> None:
    corrections = from_samples([sample(number) for number in range(1000)])
    assert len(corrections.train) == 1000
    assert len(corrections.holdout) == 0


def test_of_more_than_a_thousand_about_a_fifth_is_held_out_for_good() -> None:
    there = [sample(number) for number in range(2000)]
    before, after = from_samples(there[:1500]), from_samples(there)
    assert 300 < after.is_holdout.sum() < 500
    assert set(before.train.uids) <= set(after.train.uids)
    assert len(after.train) + len(after.holdout) == len(after) == 2000


def test_people_and_acts_are_told_apart() -> None:
    there = [
        replace(sample(n), person=person, act=act) for n, (person, act) in enumerate([(7, "a"), (7, "b"), (9, "b")])
    ]
    there += [replace(sample(3), act="a")]
    corrections = from_samples([*there, replace(sample(4), person=7, act="a")])
    assert corrections.people.tolist() == [7, 7, 9, NOBODY, 7]
    acts = corrections.acts.tolist()
    assert acts[0] == acts[4]
    assert len(set(acts)) == 4


def test_nothing_gives_nothing() -> None:
    corrections = from_samples([])
    assert len(corrections) == len(corrections.train) == len(corrections.holdout) == 0


def test_a_file_of_corrections_is_read(tmp_path: Path) -> None:
    there = [sample(number) for number in range(12)]
    images = np.frombuffer(b"".join(each.image for each in there), np.uint8).reshape(-1, 28, 28)
    np.savez(
        tmp_path / "c.npz", images=images, labels=[each.label for each in there], uids=[each.uid for each in there]
    )
    assert from_npz(tmp_path / "c.npz").digest() == from_samples(there).digest()
    assert len(set(from_npz(tmp_path / "c.npz").acts.tolist())) == 12


def test_a_file_may_tell_people_and_acts(tmp_path: Path) -> None:
    images = np.arange(4, dtype=np.uint8)[:, None, None] * np.ones((28, 28), np.uint8)
    given = {"images": images, "labels": np.zeros(4, int), "uids": np.array(["a", "b", "c", "d"])}
    np.savez(tmp_path / "c.npz", people=np.array(["x", "x", "y", "x"]), acts=np.array([1, 1, 1, 2]), **given)  # type: ignore[arg-type]
    corrections = from_npz(tmp_path / "c.npz")
    assert corrections.people.tolist() == [0, 0, 1, 0]
    assert corrections.acts.tolist() == [0, 0, 1, 2]


def test_without_ids_equal_digits_have_equal_ids(tmp_path: Path) -> None:
    images = np.zeros((3, 28, 28), np.uint8)
    images[2] = 9
    np.savez(tmp_path / "c.npz", images=images, labels=[1, 1, 1])
    uids = from_npz(tmp_path / "c.npz").uids
    assert len(set(uids)) == 2


@pytest.mark.parametrize(
    "arrays",
    [
        {},
        {"images": np.zeros((2, 28, 28), np.uint8)},
        {"images": np.zeros((2, 28, 28), np.uint8), "labels": np.zeros(3, int)},
        {"images": np.zeros((2, 27, 28), np.uint8), "labels": np.zeros(2, int)},
        {"images": np.zeros((2, 28, 28), np.float32), "labels": np.zeros(2, int)},
        {"images": np.zeros((2, 28, 28), np.uint8), "labels": np.array([1, 11])},
    ],
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, arrays: dict[str, NDArray[np.uint8]]) -> None:
    np.savez(tmp_path / "c.npz", **arrays)  # type: ignore[arg-type]  # NumPy types the keywords as its own options
    with pytest.raises(DataBad, match=r"no \.npz file of corrections"):
        from_npz(tmp_path / "c.npz")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataBad, match=r"nowhere\.npz"):
        from_npz(tmp_path / "nowhere.npz")
