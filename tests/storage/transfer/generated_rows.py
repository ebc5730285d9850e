"""Rows for every table, made from the tables' own columns, so that a column that is added later is filled too."""

from __future__ import annotations

import random
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Boolean, Column, Float, LargeBinary, String, Table, bindparam, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.columns import EncryptedBytes, EncryptedFloats, EncryptedText, UtcTime
from storage.people import Consent
from storage.tables import Base, Setting, utc_now
from storage.transfer.id_counters import raise_last_ids

MODEL_BYTES = 1_500_000
MODELS = 3


async def fill(session: AsyncSession, readings: int, seed: int = 0) -> None:
    """Eight rows a reading, and three models. Every third value that may be NULL is; rows refer to earlier and to later
    ones of their own table."""
    chance = random.Random(seed)
    for table in Base.metadata.sorted_tables:
        if table.name != Setting.__tablename__:
            await _fill_table(session, table, readings, chance)
    await raise_last_ids(await session.connection(), {})


def count_of(table: str, readings: int) -> int:
    many = {"readings": readings, "digits": 4 * readings, "corrections": 2 * readings, "model_versions": MODELS}
    return many.get(table, max(readings // 5, 3))


async def _fill_table(session: AsyncSession, table: Table, readings: int, chance: random.Random) -> None:
    count = count_of(table.name, readings)
    rows = [_row(table, number, readings, chance) for number in range(1, count + 1)]
    own = {key.parent.name for key in table.foreign_keys if key.column.table is table}
    for first in range(0, count, 1000):
        await session.execute(insert(table), [row | dict.fromkeys(own) for row in rows[first : first + 1000]])
    if own:
        pairs = [{"row": row["id"], "other": row["id"] + (1 if row["id"] % 4 else -1)} for row in rows[1:-1:2]]
        key, others = table.c.id, {name: bindparam("other") for name in own}
        await (await session.connection()).execute(update(table).where(key == bindparam("row")).values(others), pairs)


def _row(table: Table, number: int, readings: int, chance: random.Random) -> dict[str, Any]:
    row = {column.name: _value(column, number, readings, chance) for column in table.columns}
    if table.name == "model_versions":
        row["sha256"] = sha256(row["served"]).hexdigest()
        row["keras_sha256"] = sha256(row["keras"]).hexdigest() if row["keras"] else None
    return row


def _value(column: Column[Any], number: int, readings: int, chance: random.Random) -> Any:
    referred = next((key.column.table.name for key in column.foreign_keys), None)
    if column.name == "consent":
        return Consent.GIVEN
    if column.nullable and number % 3 == 0:
        return None
    return number if referred is None and column.primary_key else _of_kind(column, referred, number, readings, chance)


def _of_kind(column: Column[Any], referred: str | None, number: int, readings: int, chance: random.Random) -> Any:
    if referred is not None:
        return (number - 1) % count_of(referred, readings) + 1
    kinds: dict[type, Any] = {
        EncryptedFloats: lambda: tuple(chance.random() for _ in range(10)),
        EncryptedText: lambda: f"é\x00 {number}",
        EncryptedBytes: lambda: chance.randbytes(784),
        LargeBinary: lambda: chance.randbytes(MODEL_BYTES),
        UtcTime: lambda: utc_now() - timedelta(microseconds=chance.randrange(10**13)),
        Boolean: lambda: chance.random() < 0.5,
        Float: chance.random,
        String: lambda: f"{number:x}Ω",
    }
    return next((make() for kind, make in kinds.items() if isinstance(column.type, kind)), number)
