"""How a database server is: its version, its clock, the size of the database, who uses it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import text

from storage.database import Database
from storage.keyring import Keyring

_STATE: Final = text(
    "SELECT current_setting('server_version'), current_setting('server_encoding'), "
    "pg_database_size(current_database()), clock_timestamp()"
)


@dataclass(frozen=True, slots=True)
class ServerState:
    """``size`` in bytes, with indexes and with what deleted rows left; ``ahead``: this machine's clock minus the
    server's, in seconds; ``processes``: how many use the database."""

    version: str
    encoding: str
    size: int
    ahead: float
    processes: int


async def server_state(address: str, keyring: Keyring) -> ServerState:
    """Raises ``StorageError``, also where the database has no tables yet or another key."""
    async with Database(address, keyring, migrate=False) as database:
        processes = len(await database.members())
        async with database.read() as session:
            await session.connection()
            before = datetime.now(UTC)
            version, encoding, size, at = (await session.execute(_STATE)).one()
            now = before + (datetime.now(UTC) - before) / 2
    return ServerState(version.split()[0], encoding, size, (now - at).total_seconds(), processes)
