"""Backups: whole, verified copies in one file, made from a running bot, and restored when it is stopped."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from storage import schema_version
from storage.durable_files import flush, flush_names
from storage.errors import DatabaseBusy, DatabaseDamaged, DatabaseMissing, StorageError, TargetExists, from_os
from storage.integrity_check import check_integrity
from storage.keyring import Keyring
from storage.processes import file_membership
from storage.sqlite_file import open_sqlite, revision
from storage.write_ahead_log import log_problem


@contextmanager
def new_backup(target: Path) -> Iterator[Path]:
    """An empty private file (0600), to be filled with a backup, which gets the name ``target`` at the end.

    Raises ``TargetExists``, ``DatabaseReadOnly`` and ``DatabaseFull``.
    """
    if target.exists():
        raise TargetExists(str(target))
    with _draft(target) as draft:
        yield draft
        flush(draft)
        draft.rename(target)
        flush_names(target.parent)


def backup(path: Path, target: Path) -> None:
    """Copy the database at ``path`` into the new file ``target`` (mode 0600), while it is in use.

    The copy is one moment of the database, with no journal and no free pages, and is tried before it gets its name. It
    is encrypted with the same key, which it does not hold. Raises ``TargetExists`` and the rest of ``StorageError``.
    """
    with new_backup(target) as draft:
        _copy(path, draft)


def replaced_path(path: Path) -> Path:
    """Where the database at ``path`` is kept when another replaces it; ``backup_rotation`` lets such files expire."""
    return path.with_name(f"{path.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")


def restore(source: Path, path: Path, keyring: Keyring) -> Path | None:
    """Replace the database at ``path`` by the backup ``source``; the bot has to be stopped.

    The backup is checked as a whole first, with the key, and migrated where an earlier program made it. Returns where
    the database that was there is kept. Raises ``DatabaseBusy`` and the rest of ``StorageError``.
    """
    if not source.is_file():
        raise DatabaseMissing(str(source))
    if problem := log_problem(source):
        raise StorageError(f"the backup is not complete ({problem.removesuffix('.')})")
    with _draft(path) as draft:
        _copy(source, draft)
        schema_version.upgrade_file(draft)
        problems = check_integrity(draft, keyring).problems
        if problems:
            raise StorageError(f"the backup is not sound ({problems[0]})")
        if not file_membership.is_free(path):  # seen of a damaged database too, which SQLite cannot lock
            raise DatabaseBusy
        kept = _set_aside(path) if path.exists() else None
        _remove_journals(path)
        draft.replace(path)
        flush_names(path.parent)
    return kept


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """An empty private file beside ``target``, gone at the end unless it got its name."""
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            yield draft
        finally:
            draft.unlink(missing_ok=True)
            _remove_journals(draft)
    except OSError as error:
        raise from_os(error, str(target)) from error


def _copy(source: Path, draft: Path) -> None:
    with open_sqlite(source) as connection:
        # Unlike a copy of the file, this sees what still stands in the journal; an empty target is allowed.
        connection.execute("VACUUM INTO ?", (str(draft),))
    with open_sqlite(draft) as connection:
        if connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok" or not revision(connection):
            raise DatabaseDamaged(str(source))
    flush(draft)


def _set_aside(path: Path) -> Path:
    """Keep the database that is to be replaced, with what stands in its journals."""
    kept = replaced_path(path)
    # A damaged one is what a backup is for: its journals are of no more use.
    with suppress(DatabaseDamaged), open_sqlite(path, alone=True) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    kept.hardlink_to(path)
    return kept


def _remove_journals(path: Path) -> None:
    """SQLite would apply another database's to the new one."""
    for journal in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + journal).unlink(missing_ok=True)
