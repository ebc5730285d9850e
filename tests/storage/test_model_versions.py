"""The registry: versions with their descent, which one answers, and the way back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import func, select, text

from storage import activations, corrections, model_versions, people, readings, samples
from storage.activations import ActiveModel
from storage.database import Database
from storage.errors import UnknownVersion, VersionDamaged, VersionTaken, VersionTooLarge
from storage.model_versions import NewVersion, VersionRecord
from storage.people import PersonRecord
from storage.readings import NewReading, ReadingRecord
from storage.samples import Review
from storage.tables import Activation, TrainedOn

Read = Callable[..., Awaitable[ReadingRecord]]
Keep = Callable[..., Awaitable[VersionRecord]]
NewReadings = Callable[[str], NewReading]
CHAT = -1_001_234_567_890


@pytest.fixture
def keep(db: Database) -> Keep:
    """Add and, if asked to, activate a version: ``await keep("base-2", parent="base-1")``."""

    async def add(name: str, *, parent: str | None = None, active: bool = True, **more: object) -> VersionRecord:
        new = NewVersion(name, f"bytes of {name}".encode(), f'{{"name": "{name}"}}', parent=parent, **more)  # type: ignore[arg-type]
        async with db.write() as session:
            version = await model_versions.add(session, new, max_bytes=None)
            return await activations.activate(session, name) if active else version

    return add


async def damage(db: Database, name: str) -> None:
    async with db.write() as session:
        statement = text("UPDATE model_versions SET served = :served WHERE name = :name")
        await session.execute(statement, {"served": b"\0", "name": name})


async def answering(db: Database) -> tuple[str, tuple[str, ...]] | None:
    async with db.read() as session:
        active = await activations.load_active(session)
    return (active.version.name, active.skipped) if active else None


async def rollback(db: Database) -> str | None:
    async with db.write() as session:
        version = await activations.rollback(session)
    return version.name if version else None


async def test_an_empty_registry_has_nothing_to_answer_with(db: Database) -> None:
    assert await answering(db) is None
    assert await rollback(db) is None
    async with db.read() as session:
        assert await activations.active_marker(session) == 0
        assert await model_versions.listing(session) == ()


async def test_a_version_comes_back_with_its_bytes_card_and_descent(db: Database, anna: PersonRecord) -> None:
    async with db.write() as session:
        root = await model_versions.add(
            session, NewVersion("base-1", b"served 1", '{"name": "base-1"}', keras=b"keras 1"), max_bytes=None
        )
        await model_versions.add(
            session, NewVersion("base-2", b"served 2", "{}", metrics='{"n": 1}', parent="base-1"), max_bytes=None
        )
        third = await model_versions.add(
            session, NewVersion("base-3", b"3", "{}", parent="base-2"), max_bytes=None, created_by=anna.id
        )
    assert (root.parent, root.root, root.card, root.size) == (None, "base-1", '{"name": "base-1"}', 8)
    assert (third.parent, third.root, third.created_by, third.active) == ("base-2", "base-1", anna.id, False)
    async with db.read() as session:
        assert await model_versions.content(session, "base-1") == model_versions.VersionContent(b"served 1", b"keras 1")
        assert await model_versions.content(session, "base-2") == model_versions.VersionContent(b"served 2", None)
        assert [version.name for version in await model_versions.listing(session)] == ["base-3", "base-2", "base-1"]
        assert (await model_versions.get(session, "base-2")).metrics == '{"n": 1}'


async def test_a_name_belongs_to_one_model(db: Database, keep: Keep) -> None:
    first = await keep("base-1")
    assert await keep("base-1") == first
    async with db.write() as session:
        with pytest.raises(VersionTaken):
            await model_versions.add(session, NewVersion("base-1", b"another", "{}"), max_bytes=None)


async def test_what_is_not_there_is_said_so(db: Database) -> None:
    async with db.write() as session:
        for use in (model_versions.get, model_versions.content, model_versions.pin, activations.activate):
            with pytest.raises(UnknownVersion, match="base-9"):
                await use(session, "base-9")
        with pytest.raises(UnknownVersion):
            await model_versions.add(session, NewVersion("base-2", b"x", "{}", parent="base-9"), max_bytes=None)


async def test_a_model_beyond_the_limit_is_refused(db: Database) -> None:
    async with db.write() as session:
        with pytest.raises(VersionTooLarge, match="11 bytes"):
            await model_versions.add(session, NewVersion("base-1", b"12345678", "{}", keras=b"123"), max_bytes=10)
        await model_versions.add(session, NewVersion("base-1", b"12345678", "{}", keras=b"12"), max_bytes=10)


async def test_the_next_name_counts_on(db: Database, keep: Keep) -> None:
    async def following(root: str) -> str:
        async with db.read() as session:
            return await model_versions.next_name(session, root)

    assert await following("base-1") == "base-2"
    assert await following("imported") == "imported-2"
    for name in ("base-1", "base-2", "base-10", "cnn-1", "base-odd"):
        await keep(name)
    assert await following("base-1") == "base-11"
    assert await following("cnn-1") == "cnn-2"


async def test_the_active_version_changes_with_its_marker_in_one_transaction(db: Database, keep: Keep) -> None:
    await keep("base-1")
    async with db.read() as session:
        first = await activations.active_marker(session)
    with pytest.raises(ZeroDivisionError):
        async with db.write() as session:
            await model_versions.add(session, NewVersion("base-2", b"2", "{}", parent="base-1"), max_bytes=None)
            await activations.activate(session, "base-2")
            raise ZeroDivisionError
    assert await answering(db) == ("base-1", ())
    await keep("base-2", parent="base-1")
    assert await answering(db) == ("base-2", ())
    async with db.read() as session:
        assert await activations.active_marker(session) > first
        assert [version.name for version in await model_versions.listing(session) if version.active] == ["base-2"]


async def test_activating_the_active_version_changes_nothing(db: Database, keep: Keep) -> None:
    await keep("base-1")
    await keep("base-2")
    await keep("base-2")
    async with db.read() as session:
        assert await session.scalar(select(func.count()).select_from(Activation)) == 2
    assert await rollback(db) == "base-1"


async def test_rollbacks_go_back_one_version_each_and_forward_again(db: Database, keep: Keep) -> None:
    for name in ("a", "b", "c"):
        await keep(name)
    assert [await rollback(db) for _ in range(3)] == ["b", "a", None]
    assert await answering(db) == ("a", ())
    async with db.write() as session:
        await activations.activate(session, "c")
    assert [await rollback(db) for _ in range(2)] == ["a", None]


async def test_the_marker_is_another_one_after_a_rollback(db: Database, keep: Keep) -> None:
    await keep("a")
    async with db.read() as session:
        marker = await activations.active_marker(session)
    await keep("b")
    await rollback(db)
    async with db.read() as session:
        assert await activations.active_marker(session) > marker


async def test_a_damaged_version_is_skipped_and_named(db: Database, keep: Keep) -> None:
    for name in ("a", "b", "c"):
        await keep(name)
    await damage(db, "c")
    assert await answering(db) == ("b", ("c",))
    await damage(db, "b")
    assert await answering(db) == ("a", ("c", "b"))
    assert await rollback(db) == "a"
    assert await answering(db) == ("a", ())
    await damage(db, "a")
    assert await answering(db) is None
    async with db.write() as session:
        with pytest.raises(VersionDamaged, match="c"):
            await activations.activate(session, "c")
        with pytest.raises(VersionDamaged):
            await model_versions.content(session, "c")


async def test_the_loaded_model_is_the_stored_one(db: Database, keep: Keep) -> None:
    version = await keep("a")
    async with db.read() as session:
        assert await activations.load_active(session) == ActiveModel(version, b"bytes of a", ())


async def test_the_newest_ten_their_root_the_pinned_and_what_serves_are_kept(db: Database, keep: Keep) -> None:
    await keep("base-1", active=False)
    for number in range(2, 8):
        await keep(f"base-{number}", parent="base-1", active=number in {3, 4})
    async with db.write() as session:
        await model_versions.pin(session, "base-2")
    for number in range(8, 21):
        await keep(f"base-{number}", parent="base-1", active=False)
    async with db.read() as session:
        kept = {version.name for version in await model_versions.listing(session)}
    assert kept == {"base-1", "base-2", "base-3", "base-4", *(f"base-{number}" for number in range(11, 21))}
    assert await rollback(db) == "base-3"
    async with db.write() as session:
        await model_versions.pin(session, "base-2", pinned=False)
        assert await model_versions.prune(session) == 2
        kept = {version.name for version in await model_versions.listing(session)}
    assert "base-2" not in kept
    assert "base-4" not in kept


async def test_a_root_goes_with_its_last_descendant(db: Database, keep: Keep) -> None:
    await keep("cnn-1", active=False)
    await keep("cnn-2", parent="cnn-1", active=False)
    for number in range(1, 11):
        await keep(f"base-{number}", active=False)
    async with db.read() as session:
        kept = {version.name for version in await model_versions.listing(session)}
    assert kept == {f"base-{number}" for number in range(1, 11)}


async def test_rollback_passes_over_a_version_that_is_no_longer_kept(db: Database, keep: Keep) -> None:
    for name in ("a", "b", "c"):
        await keep(name)
    async with db.write() as session:
        await session.execute(text("DELETE FROM model_versions WHERE name = 'b'"))
    assert await rollback(db) == "a"


@pytest.fixture
async def sampled(db: Database, anna: PersonRecord, ben: PersonRecord, read: Read) -> dict[str, str]:
    """One consented sample each, by whose it is."""
    uids = {}
    for number, person in enumerate((anna, ben)):
        reading = await read(person, "4", message=number)
        async with db.write() as session:
            await people.give_consent(session, person.id, 1)
            await corrections.correct(session, reading.id, person.id, {0: 9})
            uids[person.name[:4].strip()] = (await samples.consented(session, person.id))[0].uid
    return uids


async def marked(db: Database) -> list[str]:
    async with db.read() as session:
        return sorted(version.name for version in await model_versions.listing(session) if version.needs_retraining)


async def test_forgetting_marks_the_versions_that_were_trained_on_a_person(
    db: Database, anna: PersonRecord, keep: Keep, sampled: dict[str, str]
) -> None:
    await keep("base-1")
    await keep("base-2", trained_on=(sampled["Anna"],))
    await keep("base-3", trained_on=(sampled["Ben"],))
    await keep("base-4", trained_on=tuple(sampled.values()))
    assert await marked(db) == []
    async with db.write() as session:
        assert (await people.forget(session, anna.id)).trained == ("base-2", "base-4")
    assert await marked(db) == ["base-2", "base-4"]
    assert await answering(db) == ("base-4", ()), "it serves until there is a better one"
    async with db.read() as session:
        assert await session.scalar(select(func.count()).select_from(TrainedOn)) == 2


async def test_a_withdrawn_consent_marks_them_too(
    db: Database, anna: PersonRecord, keep: Keep, sampled: dict[str, str]
) -> None:
    await keep("base-2", trained_on=(sampled["Anna"],))
    async with db.write() as session:
        await people.refuse_consent(session, anna.id, 1)
    assert await marked(db) == ["base-2"]


async def test_samples_taken_back_during_the_training_mark_its_model_at_once(
    db: Database, anna: PersonRecord, keep: Keep, sampled: dict[str, str]
) -> None:
    async with db.write() as session:
        await people.forget(session, anna.id)
    await keep("base-2", trained_on=tuple(sampled.values()))
    await keep("base-3", trained_on=(sampled["Ben"],))
    assert await marked(db) == ["base-2"]


@pytest.mark.parametrize("how", ["undone", "relabelled", "cut anew"])
async def test_a_label_that_no_longer_counts_marks_them(
    db: Database, anna: PersonRecord, keep: Keep, sampled: dict[str, str], new_reading: NewReadings, how: str
) -> None:
    await keep("base-2", trained_on=(sampled["Anna"],))
    await keep("base-3", trained_on=(sampled["Ben"],))
    async with db.write() as session:
        reading = await readings.latest(session, CHAT, anna.id)
        assert reading
        if how == "undone":
            await corrections.undo_last(session, CHAT, anna.id)
        elif how == "relabelled":
            await corrections.correct(session, reading.id, anna.id, {0: 1})
        else:
            await readings.replace_digits(session, reading.id, new_reading("44"))
    assert await marked(db) == ["base-2"]


@pytest.mark.parametrize("how", ["relabelled", "rejected"])
async def test_a_label_that_stopped_counting_during_the_training_marks_its_model_at_once(
    db: Database, anna: PersonRecord, keep: Keep, sampled: dict[str, str], how: str
) -> None:
    async with db.write() as session:
        if how == "relabelled":
            reading = await readings.latest(session, CHAT, anna.id)
            assert reading
            await corrections.correct(session, reading.id, anna.id, {0: 1})
        else:
            await samples.set_review(session, [sampled["Anna"]], Review.REJECTED)
    await keep("base-2", trained_on=tuple(sampled.values()))
    await keep("base-3", trained_on=(sampled["Ben"],))
    assert await marked(db) == ["base-2"]
    async with db.write() as session:
        assert (await people.forget(session, anna.id)).trained == ("base-2",)


async def test_a_forgotten_admin_leaves_the_versions_they_made(db: Database, anna: PersonRecord, keep: Keep) -> None:
    async with db.write() as session:
        await model_versions.add(session, NewVersion("base-1", b"1", "{}"), max_bytes=None, created_by=anna.id)
        await activations.activate(session, "base-1", person_id=anna.id)
        await people.forget(session, anna.id)
        assert (await model_versions.get(session, "base-1")).created_by is None
    assert await answering(db) == ("base-1", ())


@pytest.mark.parametrize("name", ["base-\x00", "\udcff", "x" * 500, "näh"])
async def test_a_name_that_no_version_can_have_is_unknown(db: Database, name: str) -> None:
    async with db.read() as session:
        with pytest.raises(UnknownVersion):
            await model_versions.get(session, name)
