"""A value that every database holds encrypted, by which a wrong key is known before anything is read with it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from storage.errors import DecryptionFailed, WrongKey
from storage.sqlite_file import KEY_CHECK
from storage.tables import Setting


async def store_key_check(session: AsyncSession) -> None:
    """A new database takes the first key. Raises ``WrongKey`` where it has another."""
    try:
        known = await session.get(Setting, KEY_CHECK)
    except DecryptionFailed:
        raise WrongKey from None
    if known is None:
        session.add(Setting(name=KEY_CHECK, value=KEY_CHECK))
