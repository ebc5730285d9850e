"""Samples: imported once, held out permanently."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from storage import activations, model_versions, samples
from storage.database import Database
from storage.model_versions import NewVersion
from storage.people import PersonRecord
from storage.samples import Review, Sample, new_uid

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


async def imported(db: Database, count: int = 6) -> tuple[Sample, ...]:
    """Samples with the labels 0, 1, 2, ... that belong to nobody."""
    new = [Sample(f"{number:032x}", bytes([number]) * 784, number, NOON) for number in range(count)]
    async with db.write() as session:
        await samples.add(session, new)
    return tuple(new)


async def uids(db: Database, *, approved_only: bool = False) -> list[str]:
    async with db.read() as session:
        return [sample.uid for sample in await samples.trainable(session, approved_only=approved_only)]


async def test_a_single_sample_is_trained_on_whatever_its_uid(db: Database) -> None:
    async with db.write() as session:
        await samples.add(session, [Sample(PINNED[0], bytes(784), 4, NOON)])
        assert await samples.count_trainable(session) == await samples.count_new(session) == 1


async def test_of_more_than_a_thousand_a_fifth_is_never_new(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "MAX_CROSS_VALIDATED", 5)
    new = await imported(db)
    async with db.read() as session:
        assert await samples.count_new(session) == sum(not sample.is_holdout for sample in new) == 4


async def test_what_is_rejected_is_not_trained_on_and_can_be_taken_back(db: Database) -> None:
    first, second, *_ = await imported(db)
    async with db.write() as session:
        assert await samples.set_review(session, [first.uid, second.uid, "nowhere"], Review.REJECTED) == 2
    assert first.uid not in await uids(db)
    assert len(await uids(db)) == 4
    async with db.write() as session:
        await samples.set_review(session, [first.uid], None)
    assert first.uid in await uids(db)


async def test_where_all_are_reviewed_only_the_approved_are_trained_on(db: Database) -> None:
    first, *_ = await imported(db)
    assert await uids(db, approved_only=True) == []
    async with db.write() as session:
        await samples.set_review(session, [first.uid], Review.APPROVED)
        assert await samples.count_trainable(session, approved_only=True) == 1
    assert await uids(db, approved_only=True) == [first.uid]


async def test_an_imported_sample_is_an_act_of_its_own(db: Database) -> None:
    await imported(db)
    async with db.read() as session:
        assert len({sample.act for sample in await samples.consented(session)}) == 6


@pytest.mark.parametrize("way", ["rejected", "deleted"])
async def test_a_version_trained_on_what_goes_is_to_be_retrained(db: Database, way: str) -> None:
    first, *_ = await imported(db)
    async with db.write() as session:
        version = NewVersion("base-1", b"model", "{}", trained_on=(first.uid,))
        await model_versions.add(session, version, max_bytes=None)
        await activations.activate(session, "base-1")
        assert await samples.active_trained_on(session) == {first.uid}
        assert await samples.count_new(session) == 5
    async with db.write() as session:
        if way == "rejected":
            await samples.set_review(session, [first.uid], Review.REJECTED)
        else:
            assert await samples.remove(session, [first.uid, "nowhere"]) == 1
        assert await activations.is_stale(session)
    assert first.uid not in await uids(db)
