"""A value that every database holds encrypted, by which a wrong key is known before anything is read with it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from storage.errors import DecryptionFailed, WrongKey
from storage.sqlite_file import KEY_CHECK
from storage.tables import Setting


async def require_key_check(session: AsyncSession) -> None:
    """Raises ``WrongKey`` where the database has another key, or none."""
    if await _stored(session) is None:
        raise WrongKey


async def store_key_check(session: AsyncSession) -> None:
    """A new database takes the first key. Raises ``WrongKey`` where it has another."""
    if await _stored(session) is None:
        session.add(Setting(name=KEY_CHECK, value=KEY_CHECK))


async def _stored(session: AsyncSession) -> Setting | None:
    try:
        return await session.get(Setting, KEY_CHECK)
    except DecryptionFailed:
        raise WrongKey from None
