"""The checks that need no network; they change nothing."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from bot.doctor.finding import Finding, Installation
from bot.doctor.server_checks import check_database_server
from bot.doctor.trainer_check import check_trainer
from bot.settings import Settings, SettingsError, TrainerPlace
from bot.start_checks import check_environment, exposed_paths
from model import datasets
from model.errors import ModelError
from model.model_bundle import ModelBundle, PackagedNetwork
from storage import backup_rotation
from storage.errors import StorageError
from storage.integrity_check import IntegrityReport, check_integrity
from storage.retention import EARLIEST_TIME
from storage.server.server_check import check_server
from storage.server.server_state import server_state

FREE_DISK_BYTES: Final = 500 * 2**20  # beside the database: a training run's files and the log of a busy day
DATABASE_COPIES: Final = 3  # a backup, its trial restore, and the copy that they are made from
TRAINING_BYTES: Final = 1250 * 2**20  # as training.finetuning.memory_check has it
BACKUP_AGE: Final = timedelta(days=2)  # one missed day is no trouble yet
AHEAD: Final = timedelta(days=1)  # what was made later than that after now was made by another clock
MEMORY_FILE: Final = Path("/proc/meminfo")


def examine(installation: Installation) -> Iterator[Finding]:
    """Every check in turn, not from within an event loop. One that fails for a reason nobody foresaw is a finding
    too."""
    for check in _checks(installation.settings):
        try:
            yield check(installation)
        except Exception as error:  # noqa: BLE001 - the other checks matter all the same
            name = check.__name__.removeprefix("check_").replace("_", " ")
            yield Finding(
                name, f"cannot be checked ({error})", "see whether this user may read what belongs to the bot"
            )


def check_clock(installation: Installation) -> Finding:
    """Against this program's age and the newest backup."""
    now = installation.now
    newest = max((each.made_at for each in _backups(installation)), default=now)
    if now < EARLIEST_TIME or newest > now + AHEAD:
        mend = "set the clock (timedatectl set-ntp true): by a wrong one nothing expires, or too much"
        return Finding("clock", f"it says {now:%Y-%m-%d %H:%M} UTC, which cannot be", mend)
    return Finding("clock", f"it says {now:%Y-%m-%d %H:%M} UTC")


def check_database(installation: Installation) -> Finding:
    """The database and its key."""
    settings = installation.settings
    if not settings.has_database:
        return Finding("database", f"{settings.database_file} is not there yet: the first start makes it")
    try:
        report = _integrity(settings)
    except StorageError as error:
        return Finding("database", str(error), "put the right key back, or see digitbot db check")
    if report.problems:
        mend = "stop the bot and restore a backup (digitbot db restore), with the key that belongs to it"
        return Finding("database", " ".join(report.problems), mend)
    return Finding("database", f"sound: {report.values} encrypted values and {report.versions} model versions checked")


def check_disk_space(installation: Installation) -> Finding:
    """Where the state lies."""
    settings = installation.settings
    needed = FREE_DISK_BYTES
    if settings.has_database:
        needed += DATABASE_COPIES * _database_bytes(installation)
    free = shutil.disk_usage(_existing(settings.state)).free
    result = f"{free // 2**20:,} MB are free where the state lies, {needed // 2**20:,} MB should be"
    return Finding("disk space", result, "" if free >= needed else "delete what is not needed, or use a larger disk")


def check_memory(_: Installation) -> Finding:
    """Of this machine; a limit of the service comes on top."""
    free = _available_memory()
    if free is None:
        return Finding("memory", "this system does not say how much is free")
    result = f"{free // 2**20:,} MB are free, training needs {TRAINING_BYTES // 2**20:,} MB"
    mend = "end something else before /retrain, or train on another machine; reading goes on with less"
    return Finding("memory", result, "" if free >= TRAINING_BYTES else mend)


def check_models(_: Installation) -> Finding:
    """The checksums of the package's networks; those of the registry belong to the database's check."""
    problems = []
    for network in PackagedNetwork:
        try:
            ModelBundle.packaged(network)
        except ModelError as error:
            problems.append(str(error))
    if problems:
        return Finding("models", " ".join(problems), "install digitbot again")
    return Finding("models", f"the {len(PackagedNetwork)} networks of the package are as their cards say")


def check_base_data(_: Installation) -> Finding:
    """MNIST, for replay; nothing is downloaded."""
    mend = "name an mnist.npz by DIGITBOT_MNIST; until then training changes the last layer only"
    if not datasets.has_mnist():
        return Finding("base data", "MNIST is not on this machine; the next training tries to download it", mend)
    try:
        digits = datasets.load("mnist")
    except ModelError as error:
        return Finding("base data", str(error), mend)
    return Finding("base data", f"MNIST is here, with {len(digits.train):,} digits to train on")


def check_rights(installation: Installation) -> Finding:
    """Of state folder, database and key file."""
    settings = installation.settings
    exposed = [f"{path} (chmod {mode})" for path, mode in exposed_paths(settings)]
    if settings.state.exists() and not os.access(settings.state, os.R_OK | os.W_OK | os.X_OK):
        return Finding("rights", f"{settings.state} cannot be written", "let the bot's user own its state folder")
    if exposed:
        return Finding("rights", f"others may use {', '.join(exposed)}", "take that from them as it says in brackets")
    return Finding("rights", "state, database and key are the bot's alone")


def check_network_settings(installation: Installation) -> Finding:
    """Proxy and certificates of the environment."""
    try:
        check_environment(installation.environment)
    except SettingsError as error:
        return Finding("network settings", str(error), "correct that variable in the bot's environment")
    return Finding("network settings", "proxy and certificates can be used")


def check_backups(installation: Installation) -> Finding:
    """How old the newest is, and whether a key here opens it."""
    settings, known = installation.settings, _backups(installation)
    if not settings.has_database:
        return Finding("backups", "there is nothing to back up yet")
    if not known:
        mend = "enable digitbot-backup.timer, or run digitbot db backup --keep 14 every day"
        return Finding("backups", f"there is none in {settings.backup_folder}", mend)
    age = installation.now - known[0].made_at
    if age > BACKUP_AGE:
        mend = "see why there is no newer one: systemctl status digitbot-backup"
        return Finding("backups", f"the newest is {age.days} days old", mend)
    needed = backup_rotation.needed_keys(settings.backup_folder, settings.key_file, settings.present_keyring())
    locked = [path.name for path, key in needed if key is None]
    if needed[0][1] is None:
        mend = "put the key that it was made with back into its place, or make a backup under the present one"
        return Finding("backups", f"no key here opens the newest, {locked[0]}", mend)
    # After a change of a credential the old key lies where only root reads it, and the backups that need it expire.
    others = f"; {len(locked)} older ones need a key that is not here" if locked else ""
    hours = age / timedelta(hours=1)
    return Finding("backups", f"{len(known)} in {settings.backup_folder}, the newest {hours:.0f} hours old{others}")


CHECKS: Final[tuple[Callable[[Installation], Finding], ...]] = (
    check_clock,
    check_database,
    check_disk_space,
    check_memory,
    check_models,
    check_base_data,
    check_rights,
    check_network_settings,
    check_backups,
)


def _checks(settings: Settings) -> Iterator[Callable[[Installation], Finding]]:
    yield from CHECKS
    if settings.on_server:
        yield check_database_server
    if settings.trainer is TrainerPlace.SEPARATE:
        yield check_trainer


def _integrity(settings: Settings) -> IntegrityReport:
    if settings.on_server:
        return asyncio.run(check_server(settings.database, settings.present_keyring()))
    return check_integrity(settings.database_file, settings.present_keyring())


def _database_bytes(installation: Installation) -> int:
    """0 for a server that cannot be asked, which is another check's finding."""
    settings = installation.settings
    if not settings.on_server:
        return settings.database_file.stat().st_size
    with suppress(StorageError):
        return asyncio.run(server_state(settings.database, settings.present_keyring())).size
    return 0


def _backups(installation: Installation) -> tuple[backup_rotation.BackupFile, ...]:
    return backup_rotation.backups(installation.settings.backup_folder)


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _available_memory() -> int | None:
    """Bytes, see proc(5), MemAvailable; None where there is no such file."""
    try:
        lines = MEMORY_FILE.read_text("ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), None)
