"""The archive of /mydata holds every column that says something of its person: a column that is added is too."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, select, update

from bot.person_archive import NOT_ARCHIVED, person_files
from storage import people
from storage.database import Database
from storage.keyring import Keyring
from storage.people import Consent
from storage.personal import personal_data
from storage.tables import (
    Activation,
    Base,
    Correction,
    InboxUpdate,
    ModelVersion,
    Person,
    StoredAdapter,
    StoredAlbum,
    StoredDigit,
    StoredReading,
    TrainedOn,
    TrainingRun,
)

ANN = 7_345_210_987
OTHERS = {
    "consent": Consent.REFUSED,
    "payload": "{}",
    "messages": "[10]",
}  # values of columns that do not take any text
NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)
COLUMNS = [
    column
    for table in Base.metadata.sorted_tables
    if table.name not in NOT_ARCHIVED
    for column in table.columns
    if str(column) not in NOT_ARCHIVED and column.name != "id"
]


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """Ann, with a row in every table that can hold something of hers; each column has a value."""
    async with Database(f"sqlite+aiosqlite:///{tmp_path}/digitbot.db", Keyring.generate()) as database:
        async with database.write() as session:
            for row in (*_person(), *_reading(), *_models(), *_corrections()):
                session.add(row)
                await session.flush()
        yield database


def _person() -> list[Base]:
    consent = {"consent": Consent.GIVEN, "consent_version": 1, "consent_at": NOON}
    payload = json.dumps({"update_id": 5, "message": {"text": "hello", "chat": {"id": ANN}}})
    waiting = {"claimed_by": "p", "leased_until": NOON, "starts": 1, "applied": False, "received_at": NOON}
    return [
        Person(id=1, telegram_hmac=ANN, telegram_id=ANN, name="Ann", language="de", chosen_language="fr", **consent),
        InboxUpdate(
            update_id=5, chat_hmac=ANN, chat_id=ANN, sender_hmac=ANN, sender_id=ANN, payload=payload, **waiting
        ),
        StoredAdapter(person_id=1, model_sha256="a", corrections="1:1", content=b"adapter", trained_at=NOON),
        StoredAlbum(person_id=1, chat_id=ANN, group_id="13", messages="[10, 20]", summary_message=21, updated_at=NOON),
    ]


def _reading() -> list[Base]:
    numbers = {"probabilities": (0.5, 0.5), "unadapted": (0.25, 0.75), "hypothesis_features": (1.5, 2.5)}
    place = {"position": 0, "row": 0, "x": 1, "y": 2, "width": 3, "height": 4}
    messages = {"question_message": 10, "answer_message": 11, "photo_file": "file"}
    return [
        StoredReading(
            id=n, person_id=1, chat_hmac=ANN, chat_id=ANN, model="base-1", sure=True, width=640, height=480, **each
        )
        for n, each in ((1, messages), (2, messages | {"question_message": 20}))
    ] + [StoredDigit(id=1, reading_id=1, label=4, confidence=0.9, image=bytes(784), **place, **numbers)]


def _models() -> list[Base]:
    sizes = {"sha256": "b", "size": 1, "card": "{}", "metrics": "{}", "served": b"x"}
    return [
        ModelVersion(id=1, name="tuned-1", created_by=1, **sizes),
        ModelVersion(id=2, name="tuned-2", created_by=1, **sizes),
        Activation(version_id=1, person_id=1),
        TrainingRun(state="done", holder="h", heartbeat_at=NOON, person_id=1, started_at=NOON),
    ]


def _corrections() -> list[Base]:
    numbers = {"probabilities": (0.5, 0.5), "hypothesis_features": (1.5, 2.5), "made_at": NOON, "review": "approved"}
    common = {"person_id": 1, "digit_id": 1, "update_id": 5, "consented": True, "model": "base-1", "act": "act"}
    made = [Correction(id=n, uid=f"uid{n}", label=4, read_as=7, image=bytes(784), **common, **numbers) for n in (1, 2)]
    return [*made, TrainedOn(version_id=1, correction_id=1)]


async def archive(db: Database) -> dict[str, bytes]:
    async with db.read() as session:
        person = await people.by_telegram_id(session, ANN)
        assert person is not None
        return dict(person_files(await personal_data.everything_of(session, person)))


def another(column: Column[Any], value: Any) -> Any:
    """A value that a column may have in place of this one."""
    match value:
        case bool():
            return not value
        case str():
            return OTHERS.get(column.name, f"{value}x")
        case datetime():
            return value + timedelta(days=1)
        case bytes():
            return value[:-1] + bytes([value[-1] ^ 255])
        case tuple():
            return tuple(number + 0.125 for number in value)
        case _:
            return value + 1


async def change(db: Database, column: Column[Any]) -> None:
    """Give a column of the first row another value; a reference leads to another row, or to none."""
    key = next(iter(column.table.primary_key))
    async with db.write() as session:
        first, value = (await session.execute(select(key, column).order_by(key).limit(1))).one()
        if column.foreign_keys:
            other: Any = None if column.nullable and value is not None else 2
        else:
            assert value is not None, f"the rows of this test give {column} no value"
            other = another(column, value)
        await session.execute(update(column.table).where(key == first).values({column: other}))


@pytest.mark.parametrize("column", COLUMNS, ids=str)
async def test_another_value_of_a_column_is_another_archive(db: Database, column: Column[Any]) -> None:
    if column.primary_key and not column.foreign_keys:
        pytest.fail(f"{column} names rows: say in NOT_ARCHIVED why it is left out")
    before = await archive(db)
    await change(db, column)
    changed = column.name == "telegram_id" or await archive(db) != before
    assert changed, f"{column} is neither in the archive nor in NOT_ARCHIVED"


async def test_what_an_admin_did_is_in_it(db: Database) -> None:
    actions = json.loads((await archive(db))["actions.json"])
    done = [(each["action"], each["name"]) for each in actions]
    assert done == [
        ("training run", "1"),
        *(("model version", f"tuned-{n}") for n in (1, 2)),
        ("activation", "tuned-1"),
    ]


async def test_the_telegram_id_is_in_it(db: Database) -> None:
    assert json.loads((await archive(db))["me.json"])["telegram_id"] == ANN


def test_what_is_left_out_is_there_to_be_left_out() -> None:
    tables = Base.metadata.tables
    known = {*tables, *(str(column) for table in tables.values() for column in table.columns)}
    assert set(NOT_ARCHIVED) <= known
    assert all(NOT_ARCHIVED.values())


def test_every_column_that_refers_to_a_person_is_in_the_archive_or_told_in_actions() -> None:
    """A table that is left out as a whole holds nothing of a person but who did it."""
    told = {"model_versions.created_by", "activations.person_id", "training_runs.person_id"}
    left_out = [table for name, table in Base.metadata.tables.items() if name in NOT_ARCHIVED]
    refer = {
        str(column)
        for table in left_out
        for column in table.columns
        if any(key.column.table.name == "people" for key in column.foreign_keys)
    }
    assert refer == told
