"""Migrations make exactly the tables that the code knows, whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command, op
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage import schema_version
from storage.columns import Encrypted, IdHmac
from storage.database import Database
from storage.errors import DatabaseTooNew
from storage.integrity_check import check_integrity
from storage.keyring import Keyring
from storage.migrations import configuration
from storage.tables import Base


def differences(connection: sa.Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, Base.metadata))


def tables(connection: sa.Connection) -> list[str]:
    return sa.inspect(connection).get_table_names()


async def test_a_new_database_has_exactly_the_tables_of_the_code(db: Database) -> None:
    async with db.read() as session:
        connection = await session.connection()
        assert await connection.run_sync(differences) == []
        assert set(await connection.run_sync(tables)) == {*Base.metadata.tables, "alembic_version"}


async def test_the_comparison_would_notice_a_missing_column(db: Database) -> None:
    async with db.write() as session:
        await session.execute(sa.text("ALTER TABLE people DROP COLUMN language"))
        assert len(await (await session.connection()).run_sync(differences)) == 1


def at_revision(path: Path, number: str) -> sa.Engine:
    """An SQLite file as the migrations up to this one leave it."""
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.upgrade(configuration(connection), number)
    return engine


def test_the_migrations_make_exactly_the_tables_of_the_code(tmp_path: Path) -> None:
    engine = at_revision(tmp_path / "old.db", "head")
    with engine.connect() as connection:
        assert differences(connection) == []
        assert set(tables(connection)) == {*Base.metadata.tables, "alembic_version"}
        # Alembic's comparison is blind to AUTOINCREMENT.
        made = connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"))
        wanted = {t.name for t in Base.metadata.tables.values() if t.dialect_options["sqlite"]["autoincrement"]}
        assert set(made) == wanted
    engine.dispose()


async def test_the_newest_migration_makes_the_tables_of_the_code_on_either_system(
    address: str, keyring: Keyring
) -> None:
    """The next migration undoes here what it does itself."""
    async with Database(address, keyring) as db, db.write() as session:
        await session.execute(sa.text("DROP TABLE albums"))
        await session.execute(sa.text("UPDATE alembic_version SET version_num = '0013'"))
    async with Database(address, keyring) as db, db.read() as session:
        connection = await session.connection()
        assert await connection.run_sync(differences) == []
        assert await connection.run_sync(schema_version.revision) == schema_version.NEWEST


def test_every_encrypted_column_is_bound_to_its_own_name() -> None:
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Encrypted):
                assert column.type.context == f"{table.name}.{column.name}"
            if isinstance(column.type, IdHmac):
                assert column.type.context == f"{table.name}.{column.name.removesuffix('hmac')}id"
                assert isinstance(table.columns[column.name.removesuffix("hmac") + "id"].type, Encrypted)


def test_the_migrations_are_one_line_of_descent() -> None:
    script = ScriptDirectory.from_config(configuration())
    revisions = [revision.revision for revision in script.walk_revisions()]
    assert revisions == [f"{number:04d}" for number in range(len(revisions), 0, -1)]
    assert revisions[0] == schema_version.NEWEST


def test_a_migration_that_dies_half_way_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.db"
    engine = at_revision(path, "0001")
    made: list[str] = []
    create = op.create_table

    def die_at_the_fourth(name: str, *columns: sa.Column[object], **options: bool) -> sa.Table:
        made.append(name)
        if len(made) == 4:
            raise RuntimeError("killed")
        return create(name, *columns, **options)

    with engine.connect() as connection:
        before = columns(connection)
    monkeypatch.setattr(op, "create_table", die_at_the_fourth)
    with pytest.raises(RuntimeError, match="killed"):
        schema_version.upgrade_file(path)
    with engine.connect() as connection:
        assert columns(connection) == before
        assert schema_version.revision(connection) == "0001"
    monkeypatch.undo()
    assert schema_version.upgrade_file(path)
    with engine.connect() as connection:
        assert differences(connection) == []
    engine.dispose()


PERSON = "1, x'01', x'02', x'03', 'en', 'unasked', NULL, NULL, 0, '2026-01-01 00:00:00'"
READING = "{id}, 1, x'01', x'02', {id}, NULL, NULL, 'base-1', {sure}, 640, 480, '2026-01-01 00:00:00'"
DIGIT = (
    "INSERT INTO digits (reading_id, position, row, label, confidence, probabilities, x, y, width, height, image) "
    "VALUES ({reading}, {position}, 0, x'01', {confidence}, x'01', 0, 0, 1, 1, x'01')"
)


def test_digits_of_an_earlier_schema_are_sure_where_their_reading_was_or_from_nine_tenths_on(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0002")
        connection.exec_driver_sql(f"INSERT INTO people VALUES ({PERSON})")
        for number, sure in ((1, 1), (2, 0)):
            connection.exec_driver_sql(f"INSERT INTO readings VALUES ({READING.format(id=number, sure=sure)})")
            for position, confidence in enumerate((0.89, 0.9)):
                digit = DIGIT.format(reading=number, position=position, confidence=confidence)
                connection.exec_driver_sql(digit)
        assert schema_version.upgrade(connection)
        found = connection.exec_driver_sql("SELECT sure FROM digits ORDER BY id").scalars().all()
        assert found == [1, 1, 0, 1]
        connection.exec_driver_sql(DIGIT.format(reading=1, position=2, confidence=1.0))  # as an older program would
        assert connection.exec_driver_sql("SELECT sure FROM digits ORDER BY id DESC").scalar() == 0
    engine.dispose()


async def test_opening_again_migrates_nothing(address: str, keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Database(address, keyring):
        pass
    monkeypatch.setattr("storage.migrations.run", lambda _: pytest.fail("there is nothing to migrate"))
    async with Database(address, keyring) as db, db.read() as session:
        assert await (await session.connection()).run_sync(schema_version.revision) == schema_version.NEWEST


def test_neither_a_first_start_nor_any_without_migrations_loads_alembic(tmp_path: Path) -> None:
    """It would cost 11 MB of the bot's memory."""
    code = (
        "import sys, pathlib, storage.schema_version as schema; "
        "made = schema.upgrade_file(pathlib.Path(sys.argv[1])); print(made, 'alembic' in sys.modules)"
    )
    for made in (True, False):
        program = [sys.executable, "-c", code, str(tmp_path / "new.db")]
        done = subprocess.run(program, capture_output=True, text=True, check=True)
        assert done.stdout.split() == [str(made), "False"]


def columns(connection: sa.Connection) -> dict[str, tuple[str, bool]]:
    """Each "table.column" with its type, and whether a program that does not know it can insert rows."""
    inspector = sa.inspect(connection)
    return {
        f"{table}.{column['name']}": (str(column["type"]), column["nullable"] or column["default"] is not None)
        for table in inspector.get_table_names()
        for column in inspector.get_columns(table)
    }


def test_migrations_only_add_so_that_the_program_of_before_can_go_on(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    before: dict[str, tuple[str, bool]] = {}
    for number in range(1, int(schema_version.NEWEST) + 1):
        with engine.begin() as connection:
            command.upgrade(configuration(connection), f"{number:04d}")
            after = columns(connection)
        assert {name: after.get(name) for name in before} == before, f"{number:04d} changes what was there"
        tables_before = {name.split(".")[0] for name in before}
        added = {name for name in after.keys() - before.keys() if name.split(".")[0] in tables_before}
        assert all(after[name][1] for name in added), f"{number:04d}: {added} need a default"
        before = after
    engine.dispose()


def test_each_migration_names_the_oldest_program_that_may_open_the_database() -> None:
    for migration in ScriptDirectory.from_config(configuration()).walk_revisions():
        named = getattr(migration.module, "oldest_program", None)
        assert named is not None, f"{migration.revision} needs a line: oldest_program = {migration.down_revision!r}"
        assert "0001" <= named <= migration.revision


def test_the_newest_of_these_is_what_a_new_database_says() -> None:
    migrations = ScriptDirectory.from_config(configuration()).walk_revisions()
    assert max(migration.module.oldest_program for migration in migrations) == schema_version.OLDEST_PROGRAM


async def later_program(address: str, keyring: Keyring, compatible: int) -> None:
    """Leave the database as a later program would: one more column, and which programs may open it."""
    async with Database(address, keyring) as db, db.write() as session:
        await session.execute(sa.text("ALTER TABLE readings ADD COLUMN later INTEGER NOT NULL DEFAULT 0"))
        await session.execute(sa.text("UPDATE alembic_version SET version_num = '9000'"))
        await (await session.connection()).run_sync(schema_version.set_compatibility, compatible)


OPENS = schema_version.compatibility("9000", schema_version.NEWEST)
REFUSES = [
    0,
    schema_version.compatibility("9000", f"{int(schema_version.NEWEST) + 1:04d}"),
    schema_version.compatibility("8999", schema_version.NEWEST),  # said of another revision
]


async def test_a_later_programs_database_is_opened_where_its_migrations_let_this_program(
    address: str, keyring: Keyring
) -> None:
    await later_program(address, keyring, OPENS)
    async with Database(address, keyring) as db, db.read() as session:
        assert await session.scalar(sa.text("SELECT version_num FROM alembic_version")) == "9000"


@pytest.mark.parametrize("compatible", REFUSES)
async def test_and_left_alone_where_they_do_not(address: str, keyring: Keyring, compatible: int) -> None:
    await later_program(address, keyring, compatible)
    with pytest.raises(DatabaseTooNew):
        await Database(address, keyring).open()


@pytest.mark.parametrize(
    ("compatible", "problems"), [(OPENS, ()), *((each, (DatabaseTooNew.sentence,)) for each in REFUSES)]
)
async def test_the_integrity_check_says_the_same_of_the_file(
    path: Path, keyring: Keyring, compatible: int, problems: tuple[str, ...]
) -> None:
    await later_program(f"sqlite+aiosqlite:///{path}", keyring, compatible)
    assert check_integrity(path, keyring).problems == problems


async def test_a_migrated_database_says_which_programs_may_open_it(db: Database) -> None:
    async with db.read() as session:
        expected = schema_version.compatibility(schema_version.NEWEST, schema_version.OLDEST_PROGRAM)
        assert await (await session.connection()).run_sync(schema_version._compatible) == expected


KILLED = """
import os, signal, sys
from pathlib import Path
from alembic import op
from storage import schema_version
create, made = op.create_table, []
def kill_at_the_fourth(*arguments, **options):
    made.append(arguments)
    if len(made) == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return create(*arguments, **options)
op.create_table = kill_at_the_fourth
schema_version.upgrade_file(Path(sys.argv[1]))
"""


def test_a_migration_that_is_killed_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    engine = at_revision(path, "0001")
    with engine.connect() as connection:
        before = columns(connection)
    assert subprocess.run([sys.executable, "-c", KILLED, path], check=False).returncode == -9
    with engine.connect() as connection:
        assert columns(connection) == before
    engine.dispose()
    assert schema_version.upgrade_file(path)
