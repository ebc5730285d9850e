"""A new base model waits beside the lines that were fine-tuned from older ones, until a run starts from it."""

from __future__ import annotations

from hashlib import sha256

import pytest

from storage import activations, base_models, model_versions
from storage.database import Database
from storage.model_versions import NewVersion


def new(name: str, card_name: str = "", **more: str) -> NewVersion:
    return NewVersion(name, name.encode(), f'{{"name": "{card_name or name}"}}', **more)  # type: ignore[arg-type]


async def waits(db: Database, *versions: NewVersion, active: str, packaged: str) -> str | None:
    """The base model that waits, of a package with these served bytes."""
    async with db.write() as session:
        for version in versions:
            await model_versions.add(session, version, max_bytes=None)
        if active:
            await activations.activate(session, active)
        base = await base_models.waiting_base(session, sha256(packaged.encode()).hexdigest())
        return base.name if base else None


TUNED = new("base-4", parent="base-2")


@pytest.mark.parametrize(
    ("versions", "active", "packaged", "waiting"),
    [
        ((new("base-2"), TUNED, new("base-3")), "base-4", "base-3", "base-3"),
        ((new("base-2"), TUNED, new("base-4.0badcafe", "base-4")), "base-4", "base-4.0badcafe", "base-4.0badcafe"),
        ((new("base-2"), TUNED), "base-4", "base-2", None),  # no upgrade
        ((new("base-3"), new("base-4", parent="base-3"), new("base-2")), "base-4", "base-2", None),  # rolled back
        ((new("mine-1"), new("mine-2", parent="mine-1"), new("base-3")), "mine-2", "base-3", None),  # from elsewhere
        (
            (new("base-2"), TUNED, new("base-3"), new("base-5", parent="base-4", root="base-3")),
            "base-5",
            "base-3",
            None,
        ),
        ((new("base-2"), TUNED), "base-4", "", None),  # the package is damaged
        ((new("base-3"),), "", "base-3", None),
    ],
)
async def test_only_a_newer_base_than_the_active_lines_root_waits(
    db: Database, versions: tuple[NewVersion, ...], active: str, packaged: str, waiting: str | None
) -> None:
    assert await waits(db, *versions, active=active, packaged=packaged) == waiting


async def test_a_version_descends_from_the_root_that_its_training_started_from(db: Database) -> None:
    async with db.write() as session:
        for version in (new("base-2"), TUNED, new("base-3"), new("base-5", parent="base-4", root="base-3")):
            await model_versions.add(session, version, max_bytes=None)
        stored = await model_versions.get(session, "base-5")
    assert (stored.parent, stored.root) == ("base-4", "base-3")


async def test_the_old_line_stays_for_the_rollback(db: Database) -> None:
    async with db.write() as session:
        for version in (new("base-2"), TUNED, new("base-3"), new("base-5", parent="base-4", root="base-3")):
            await model_versions.add(session, version, max_bytes=None)
        for name in ("base-4", "base-5"):
            await activations.activate(session, name)
        await model_versions.prune(session, keep=0)
        assert {version.name for version in await model_versions.listing(session)} == {
            "base-2",
            "base-3",
            "base-4",
            "base-5",
        }
        back = await activations.rollback(session)
    assert back is not None
    assert (back.name, back.root) == ("base-4", "base-2")
