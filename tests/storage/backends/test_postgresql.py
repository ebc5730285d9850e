"""What PostgreSQL does otherwise than SQLite: it is out of reach, is restarted, and is shared by processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace

import asyncpg
import pytest
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError

from storage import people, schema_version
from storage.backends import postgresql
from storage.backends.postgresql_errors import translate
from storage.database import Database
from storage.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseFull,
    DatabaseMissing,
    DatabaseReadOnly,
    DatabaseUnreachable,
    StorageError,
    WrongKey,
)
from storage.keyring import Keyring
from tests.postgresql_server import PostgresqlServer


@pytest.fixture
async def own_address(own_server: PostgresqlServer) -> AsyncIterator[str]:
    own_server.start()
    async with own_server.database() as url:
        yield url


async def store(db: Database, telegram_id: int) -> None:
    async with db.write() as session:
        await people.get_or_create(session, telegram_id, "Anna", "de")


async def stored(db: Database, telegram_id: int) -> bool:
    async with db.read() as session:
        return await people.by_telegram_id(session, telegram_id) is not None


async def test_a_wrong_key_is_noticed_at_the_start_and_changes_nothing(postgresql_url: str, keyring: Keyring) -> None:
    async with Database(postgresql_url, keyring) as db:
        await store(db, 1)
    with pytest.raises(WrongKey, match="key does not belong"):
        await Database(postgresql_url, Keyring.generate()).open()
    async with Database(postgresql_url, keyring) as db:
        assert await stored(db, 1)


async def test_a_database_that_nobody_made_is_named(postgresql_server: PostgresqlServer, keyring: Keyring) -> None:
    with pytest.raises(DatabaseMissing, match='database "nowhere" does not exist'):
        await Database(postgresql_server.url("nowhere"), keyring).open()


async def test_an_unknown_role_is_named(postgresql_url: str, keyring: Keyring) -> None:
    with pytest.raises(DatabaseUnreachable, match='role "somebody" does not exist'):
        await Database(postgresql_url.replace("digitbot@", "somebody@"), keyring).open()


@pytest.mark.parametrize("address", ["digitbot@/digitbot?host=/nowhere", "digitbot@127.0.0.1:1/digitbot"])
async def test_a_server_that_does_not_run_is_said_so(address: str, keyring: Keyring) -> None:
    with pytest.raises(DatabaseUnreachable, match="cannot be reached: check that it runs"):
        await Database(f"postgresql+asyncpg://{address}", keyring).open()


async def test_whatever_else_keeps_a_connection_from_being_made_is_a_sentence(
    postgresql_server: PostgresqlServer, postgresql_url: str, keyring: Keyring
) -> None:
    name = make_url(postgresql_url).database
    connection = await asyncpg.connect(postgresql_server.url("postgres").replace("+asyncpg", ""))
    await connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    database = Database(postgresql_url, keyring)
    try:
        for opening in (database.open(), database.membership("00000001").__aenter__()):
            with pytest.raises(StorageError, match="not currently accepting connections"):
                await opening
    finally:
        await connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await connection.close()


@pytest.fixture
async def plain_role(postgresql_url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """A role ``plain`` without privileges; the connection is a superuser's."""
    connection = await asyncpg.connect(postgresql_url.replace("+asyncpg", ""))
    await connection.execute("CREATE ROLE plain LOGIN")
    yield connection
    await connection.execute("REASSIGN OWNED BY plain TO digitbot; DROP OWNED BY plain; DROP ROLE plain")
    await connection.close()


async def test_a_role_that_owns_the_database_needs_no_other_privilege(
    postgresql_url: str, keyring: Keyring, plain_role: asyncpg.Connection[asyncpg.Record]
) -> None:
    name = make_url(postgresql_url).database
    await plain_role.execute(f"ALTER DATABASE {name} OWNER TO plain; ALTER SCHEMA public OWNER TO plain")
    async with Database(postgresql_url.replace("digitbot@", "plain@"), keyring) as db:
        await store(db, 1)
        assert await db.scrub()
        async with db.membership("00000001") as own:
            assert await own.members() == {"00000001"}


@pytest.mark.usefixtures("plain_role")
async def test_a_privilege_that_the_role_lacks_is_named(postgresql_url: str, keyring: Keyring) -> None:
    async with Database(postgresql_url, keyring):
        pass
    with pytest.raises(DatabaseReadOnly, match="permission denied for table"):
        await Database(postgresql_url.replace("digitbot@", "plain@"), keyring).open()


async def test_a_table_of_another_schema_does_not_stand_in_for_a_missing_column(
    postgresql_url: str, keyring: Keyring
) -> None:
    async with Database(postgresql_url, keyring) as db, db.write() as session:
        await session.execute(text("CREATE SCHEMA other"))
        await session.execute(text("CREATE TABLE other.people AS TABLE people"))
        await session.execute(text("ALTER TABLE people DROP COLUMN language"))
    with pytest.raises(DatabaseDamaged, match=r"people\.language is missing"):
        await Database(postgresql_url, keyring).open()


async def test_another_encoding_than_utf8_is_refused(
    postgresql_server: PostgresqlServer, postgresql_url: str, keyring: Keyring
) -> None:
    connection = await asyncpg.connect(postgresql_url.replace("+asyncpg", ""))
    await connection.execute("CREATE DATABASE of_bytes TEMPLATE template0 ENCODING 'SQL_ASCII'")
    name = postgresql_url.split("@/")[1].split("?", maxsplit=1)[0]
    with pytest.raises(StorageError, match="its encoding is SQL_ASCII: make it anew"):
        await Database(postgresql_url.replace(name, "of_bytes"), keyring).open()
    await connection.execute("DROP DATABASE of_bytes WITH (FORCE)")
    await connection.close()


@pytest.mark.parametrize("crashed", [False, True])
async def test_after_a_restart_of_the_server_all_goes_on(
    own_server: PostgresqlServer, own_address: str, keyring: Keyring, *, crashed: bool
) -> None:
    async with Database(own_address, keyring) as db:
        await store(db, 1)
        if crashed:
            own_server.kill()
            own_server.start()
        else:
            own_server.restart()
        assert await stored(db, 1)
        await store(db, 2)
        assert await stored(db, 2)


async def test_a_transaction_waits_for_a_server_that_is_starting(
    own_server: PostgresqlServer, own_address: str, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "RESTART_S", 60.0)
    async with Database(own_address, keyring) as db:
        own_server.kill()
        storing = asyncio.create_task(store(db, 1))
        await asyncio.sleep(0.3)
        assert not storing.done()
        await asyncio.to_thread(own_server.start)
        await storing
        assert await stored(db, 1)


async def test_a_server_that_dies_within_a_transaction_loses_it_alone(
    own_server: PostgresqlServer, own_address: str, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "RESTART_S", 0.1)
    async with Database(own_address, keyring) as db:
        await store(db, 1)
        with pytest.raises(DatabaseUnreachable):
            async with db.write() as session:
                await people.get_or_create(session, 2, "Ben", "en")
                own_server.kill()
        for use in (store(db, 3), stored(db, 3)):
            with pytest.raises(DatabaseUnreachable):
                await use
        assert not await db.scrub()
        own_server.start()
        assert [await stored(db, number) for number in (1, 2, 3)] == [True, False, False]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("25006", DatabaseReadOnly),
        ("3F000", DatabaseReadOnly),
        ("40P01", DatabaseBusy),
        ("42501", DatabaseReadOnly),
        ("53100", DatabaseFull),
        ("53300", DatabaseBusy),
        ("55P03", DatabaseBusy),
        ("57014", DatabaseBusy),
        ("58030", StorageError),
        ("XX001", DatabaseDamaged),
    ],
)
async def test_what_the_server_reports_is_a_sentence(
    postgresql_db: Database, code: str, kind: type[StorageError]
) -> None:
    with pytest.raises(StorageError) as error:
        async with postgresql_db.write() as session:
            await session.execute(text(f"DO $$ BEGIN RAISE 'reported' USING ERRCODE = '{code}'; END $$"))
    assert type(error.value) is kind
    assert str(error.value).endswith(": reported.")  # its own words say what it is of the kind
    assert "database file" not in str(error.value)
    await store(postgresql_db, 1)


async def test_what_is_the_callers_fault_is_no_fault_of_the_database(postgresql_db: Database) -> None:
    with pytest.raises(DBAPIError, match="syntax error"):
        async with postgresql_db.write() as session:
            await session.execute(text("NO SQL"))


async def test_removing_traces_holds_up_no_writer_and_may_take_longer_than_a_statement(
    postgresql_url: str, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "STATEMENT_S", 0.2)
    monkeypatch.setitem(postgresql.SERVER_SETTINGS, "vacuum_cost_delay", "20ms")  # a second or two in all
    monkeypatch.setitem(postgresql.SERVER_SETTINGS, "vacuum_cost_limit", "40")
    async with Database(postgresql_url, keyring) as db, asyncio.timeout(60), db.write():
        assert await db.scrub()


async def test_a_migration_may_take_longer_than_a_statement(
    postgresql_url: str, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow_upgrade(connection: Connection) -> bool:
        connection.execute(text("SELECT pg_sleep(0.5)"))
        return schema_version.upgrade(connection)

    monkeypatch.setattr(postgresql, "STATEMENT_S", 0.2)
    patched = SimpleNamespace(**vars(schema_version) | {"upgrade": slow_upgrade})
    monkeypatch.setattr(postgresql, "schema_version", patched)
    async with Database(postgresql_url, keyring):
        pass


async def test_a_session_that_the_server_ends_is_replaced(postgresql_db: Database) -> None:
    await store(postgresql_db, 1)
    with pytest.raises(DatabaseUnreachable):
        async with postgresql_db.write() as session:
            await people.get_or_create(session, 3, "Ben", "en")
            await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    await store(postgresql_db, 2)
    assert [await stored(postgresql_db, number) for number in (1, 2, 3)] == [True, True, False]


async def test_a_write_lock_that_another_process_holds_for_too_long_is_said_so(
    postgresql_url: str, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgresql.SERVER_SETTINGS, "lock_timeout", "100ms")
    async with Database(postgresql_url, keyring) as one, Database(postgresql_url, keyring) as two:
        async with one.write():
            with pytest.raises(DatabaseBusy, match="another process"):
                await store(two, 1)
            assert not await stored(two, 1)  # reading waits for nobody
        await store(two, 1)


def test_a_connection_that_hears_of_its_end_too_late_is_replaced() -> None:
    """The driver raises something else while the server's last words and the end of the connection are under way."""
    context = SimpleNamespace(
        original_exception=asyncpg.InternalClientError("cannot switch to state 15"),
        connection=None,
        is_pre_ping=False,
        is_disconnect=False,
    )
    assert isinstance(translate(context), DatabaseUnreachable)  # type: ignore[arg-type]
    assert context.is_disconnect


async def test_more_readers_than_connections_take_turns(postgresql_db: Database) -> None:
    readers = postgresql.POOL_SIZE + postgresql.POOL_OVERFLOW

    async def read() -> None:
        async with postgresql_db.read() as session:
            await session.execute(text("SELECT pg_sleep(0.02)"))

    async with asyncio.timeout(20):
        await asyncio.gather(*(read() for _ in range(readers * 4)))
    async with postgresql_db.read() as session:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        assert await session.scalar(text(query)) <= readers


async def test_deleted_rows_make_room_for_others(postgresql_db: Database) -> None:
    await store(postgresql_db, 1)
    async with postgresql_db.write() as session:
        await session.execute(text("DELETE FROM people"))
    assert await postgresql_db.scrub()
    async with postgresql_db.read() as session:
        assert await session.scalar(text("SELECT pg_relation_size('people')")) == 0


async def test_writers_about_different_ids_do_not_wait_for_each_other(postgresql_url: str, keyring: Keyring) -> None:
    opened = Database(postgresql_url, keyring), Database(postgresql_url, keyring)
    async with asyncio.timeout(10), opened[0] as db, opened[1] as other:
        writers = db.write(about={1, 2}), db.write(about={3}), other.write(about={4})
        async with writers[0], writers[1], writers[2] as session:
            assert await people.by_telegram_id(session, 1) is None


@pytest.mark.parametrize("about", [{2, 3}, set()], ids=["a shared id", "everything"])
async def test_a_writer_waits_for_those_about_its_ids_and_one_about_everything_for_all(
    postgresql_url: str, keyring: Keyring, about: set[int]
) -> None:
    async with Database(postgresql_url, keyring) as db, Database(postgresql_url, keyring) as other:
        order = []

        async def second() -> None:
            async with other.write(about=about):
                order.append("second")

        async with db.write(about={1, 2}):
            waiting = asyncio.create_task(second())
            await asyncio.sleep(0.2)
            order.append("first")
        await waiting
        assert order == ["first", "second"]


async def test_two_who_write_about_the_same_new_person_at_once_find_one_row(
    postgresql_url: str, keyring: Keyring
) -> None:
    async with Database(postgresql_url, keyring) as db, Database(postgresql_url, keyring) as other:

        async def person(database: Database, chat: int) -> int:
            async with database.write(about={chat, 5}) as session:
                return (await people.get_or_create(session, 5, "Anna", "de")).id

        ids = await asyncio.gather(*(person(each, chat) for chat, each in enumerate((db, other) * 4, start=100)))
        assert len(set(ids)) == 1
