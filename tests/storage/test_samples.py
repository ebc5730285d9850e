"""Samples: imported once, held out permanently."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from storage import samples
from storage.database import Database
from storage.people import PersonRecord
from storage.samples import Sample, new_uid

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)
# The first of 0, 1, 2, ... that are held out: if these move, models have been tested on what they were trained on.
PINNED = [f"{number:032x}" for number in (1, 5, 11)]


async def test_an_import_of_an_export_adds_nothing(db: Database) -> None:
    one, two = Sample(new_uid(), bytes(784), 4, NOON), Sample(new_uid(), b"\xff" * 784, 10, NOON, read_as=7, model="m")
    async with db.write() as session:
        assert await samples.add(session, [one, two, one]) == 2
    async with db.read() as session:
        exported = await samples.consented(session)
    assert exported == (one, two)
    async with db.write() as session:
        assert await samples.add(session, exported) == 0


async def test_imported_samples_are_nobodys(db: Database, anna: PersonRecord) -> None:
    async with db.write() as session:
        await samples.add(session, [Sample(new_uid(), bytes(784), 4, NOON)])
    async with db.read() as session:
        assert await samples.consented(session, anna.id) == ()


def test_about_a_fifth_is_held_out_and_always_the_same() -> None:
    made = [Sample(f"{number:032x}", bytes(784), 4, NOON) for number in range(5000)]
    held = [sample.uid for sample in made if sample.is_holdout]
    assert 900 < len(held) < 1100
    assert all(replace(sample, label=5).is_holdout == sample.is_holdout for sample in made)
    assert held[:3] == PINNED


@pytest.mark.parametrize(("size", "label"), [(783, 4), (784, 11), (784, -1), (0, 0)])
def test_a_sample_of_odd_size_or_label_is_refused(size: int, label: int) -> None:
    with pytest.raises(ValueError, match=r"784|0 to 10"):
        Sample(new_uid(), bytes(size), label, NOON)
