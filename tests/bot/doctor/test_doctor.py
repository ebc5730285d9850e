"""A fault put in for each check is found by that check, with what mends it; an installation in order has none."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from telegram import Bot, User

from bot.cli.main import main
from bot.doctor import Finding, Installation, examine, examine_telegram, local_checks, telegram_checks
from bot.messages import command_menu
from bot.playground import Playground
from bot.settings import Settings
from model.errors import ModelLoadError
from model.model_bundle import ModelBundle
from storage import backup_rotation
from storage.database import Database
from storage.keyring import Keyring
from storage.processes.membership import Role
from training.finetuning.memory_check import NEEDED_BYTES


@pytest.fixture
def sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """An installation in order: a database, its key, a backup of today, MNIST."""
    for name in ("DIGITBOT_KEY", "DIGITBOT_BACKUPS", "DIGITBOT_DATABASE_URL", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    state = tmp_path / "state"
    monkeypatch.setenv("DIGITBOT_STATE", str(state))
    images, labels = np.zeros((20, 28, 28), np.uint8), np.arange(20, dtype=np.uint8) % 10
    np.savez(tmp_path / "mnist.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    monkeypatch.setenv("DIGITBOT_MNIST", str(tmp_path / "mnist.npz"))
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 9000000 kB\nMemAvailable: 8000000 kB\n")
    monkeypatch.setattr(local_checks, "MEMORY_FILE", meminfo)
    assert main(["db", "upgrade"]) == 0
    assert main(["db", "backup", "--keep", "3"]) == 0
    return Installation(Settings.load(), {}, datetime.now(UTC))


def faults(installation: Installation) -> dict[str, Finding]:
    return {finding.check: finding for finding in examine(installation) if not finding.is_well}


def test_an_installation_in_order_has_no_fault_and_is_left_as_it_is(sound: Installation) -> None:
    state = sound.settings.state
    before = {path: path.stat().st_mtime_ns for path in state.rglob("*") if path.is_file()}
    assert faults(sound) == {}
    assert {path: path.stat().st_mtime_ns for path in state.rglob("*") if path.is_file()} == before


def _only_backup(installation: Installation) -> Path:
    return backup_rotation.backups(installation.settings.backup_folder)[0].path


def _wrong_key(installation: Installation) -> None:
    installation.settings.key_file.unlink()
    Keyring.generate().write_new(installation.settings.key_file)


def _damage_registry(installation: Installation) -> None:
    """A byte of a stored model changes, as on a worn memory card."""
    with sqlite3.connect(installation.settings.database_file) as connection:
        connection.execute(
            "INSERT INTO model_versions "
            "(name, sha256, size, card, metrics, created_at, pinned, needs_retraining, served) "
            "VALUES ('digits-1', 'another', 1, '{}', '{}', '2026-01-01', 0, 0, x'00')"
        )
    connection.close()


def _rename_backup(installation: Installation, days: int) -> None:
    path = _only_backup(installation)
    path.rename(path.with_name(f"digitbot-{installation.now - timedelta(days=days):%Y%m%d-%H%M%S}.db"))


@pytest.mark.parametrize(
    ("inject", "check", "said"),
    [
        (lambda it: _rename_backup(it, -40), "clock", "cannot be"),
        (lambda it: it.settings.database_file.write_bytes(b"damaged" * 999), "database", "damaged"),
        (_wrong_key, "database", "key does not belong"),
        (lambda it: it.settings.key_file.unlink(), "database", "key cannot be used"),
        (_damage_registry, "database", "digits-1"),
        (lambda it: local_checks.MEMORY_FILE.write_text("MemAvailable: 500000 kB\n"), "memory", "488 MB are free"),
        (lambda it: it.settings.state.chmod(0o777), "rights", "chmod go-w"),
        (lambda it: it.settings.key_file.chmod(0o644), "rights", "chmod 0600"),
        (lambda it: _only_backup(it).unlink(), "backups", "there is none"),
        (lambda it: _rename_backup(it, 5), "backups", "5 days old"),
        (_wrong_key, "backups", "no key here opens"),
    ],
)
def test_a_fault_is_found(sound: Installation, inject: Callable[[Installation], object], check: str, said: str) -> None:
    inject(sound)
    finding = faults(sound)[check]
    assert said in finding.result
    assert finding.mend


def test_a_clock_of_1970_is_found(sound: Installation) -> None:
    assert "1970" in faults(replace(sound, now=datetime(1970, 1, 1, tzinfo=UTC)))["clock"].result


def test_a_full_disk_is_found(sound: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(sound.settings.state)._replace(free=10 * 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert "10 MB are free" in faults(sound)["disk space"].result


def test_the_disk_is_checked_also_where_a_server_keeps_the_database(sound: Installation) -> None:
    settings = Settings.load(state=sound.settings.state, database_url="postgresql+asyncpg://digitbot@/digitbot")
    assert local_checks.check_disk_space(Installation(settings)).is_well


@pytest.fixture(params=["sqlite", "postgresql"])
def trained_elsewhere(request: pytest.FixtureRequest, sound: Installation) -> Installation:
    """An installation whose runs a separate trainer carries out, on either system."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    settings = Settings.load(database_url=url, trainer="separate")

    async def migrate() -> None:
        async with Database(settings.database, settings.keyring()):
            pass

    asyncio.run(migrate())
    return replace(sound, settings=settings)


def _trainer(installation: Installation) -> Finding:
    return next(each for each in examine(installation) if each.check == "trainer")


def test_a_separate_trainer_that_does_not_run_is_found(trained_elsewhere: Installation) -> None:
    settings = trained_elsewhere.settings

    async def found_beside(role: Role) -> Finding:
        async with (
            Database(settings.database, settings.keyring()) as database,
            database.membership("00000001") as membership,
        ):
            await membership.take(role)
            return await asyncio.to_thread(_trainer, trained_elsewhere)

    for missing in (_trainer(trained_elsewhere), asyncio.run(found_beside(Role.BOT))):
        assert missing.result == "none is running, so that a requested training run waits"
        assert "digitbot trainer" in missing.mend
    assert asyncio.run(found_beside(Role.TRAINER)).is_well


def test_where_the_bot_trains_itself_no_trainer_is_missed(sound: Installation) -> None:
    assert "trainer" not in {each.check for each in examine(sound)}


def test_a_damaged_network_is_found(sound: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    def packaged(network: str) -> ModelBundle:
        raise ModelLoadError(f"The model {network} is damaged.")

    monkeypatch.setattr(ModelBundle, "packaged", packaged)
    assert "detector is damaged" in faults(sound)["models"].result


def test_a_network_of_the_package_whose_bytes_changed_is_found(
    sound: Installation, package: Path, damage: Callable[[Path], None]
) -> None:
    damage(package / "segmenter.tflite")
    finding = faults(sound)["models"]
    assert "segmenter" in finding.result
    assert "install digitbot again" in finding.mend


@pytest.mark.parametrize("content", [None, b"no archive"])
def test_missing_or_damaged_base_data_are_found(
    sound: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    monkeypatch.setenv("DIGITBOT_MNIST", str(tmp_path / "other.npz"))
    if content is not None:
        (tmp_path / "other.npz").write_bytes(content)
    assert "DIGITBOT_MNIST" in faults(sound)["base data"].mend


@pytest.mark.parametrize(("name", "value"), [("HTTPS_PROXY", "ftp://proxy"), ("SSL_CERT_FILE", "/nowhere.pem")])
def test_a_wrong_proxy_or_certificate_is_found(sound: Installation, name: str, value: str) -> None:
    assert name in faults(replace(sound, environment={name: value}))["network settings"].result


def test_what_nobody_foresaw_is_a_finding_and_the_others_go_on(
    sound: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a mishap")

    monkeypatch.setattr(local_checks, "check_integrity", fail)
    assert "a mishap" in faults(sound)["database"].result
    assert len(list(examine(sound))) == len(local_checks.CHECKS)


def test_the_memory_that_training_needs_is_what_training_asks_for() -> None:
    assert local_checks.TRAINING_BYTES == NEEDED_BYTES


async def _telegram(sound: Installation, token: str | None, address: str) -> dict[str, Finding]:
    values = sound.settings.model_dump() | {"token": token, "api_url": address}
    findings = await examine_telegram(replace(sound, settings=Settings.load(**values)))
    return {finding.check: finding for finding in findings}


async def test_token_and_profile_are_asked_of_telegram(sound: Installation, playground: Playground) -> None:
    found = await _telegram(sound, playground.token, playground.address)
    assert found["token"].is_well
    assert "/correct" in found["profile"].result  # no bot has set its menu yet
    assert found["profile"].mend
    async with Bot(playground.token, f"{playground.address}/bot") as bot:
        await command_menu.publish(bot, {})  # type: ignore[arg-type]
    assert (await _telegram(sound, playground.token, playground.address))["profile"].is_well


async def test_a_bot_that_is_sent_all_that_is_said_in_groups_is_told_how_to_end_that(
    sound: Installation, playground: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await _telegram(sound, playground.token, playground.address))["groups"].is_well
    open_bot = User(1, "digitbot", is_bot=True, can_read_all_group_messages=True, can_join_groups=True)
    monkeypatch.setattr(Bot, "bot", open_bot)
    assert "/setprivacy" in (await _telegram(sound, playground.token, playground.address))["groups"].mend


@pytest.mark.parametrize(("minutes", "said"), [(-7, "420 s ahead of"), (7, "420 s behind")])
async def test_a_clock_that_is_not_telegrams_is_found(
    sound: Installation, playground: Playground, monkeypatch: pytest.MonkeyPatch, minutes: int, said: str
) -> None:
    assert (await _telegram(sound, playground.token, playground.address))["clock by Telegram"].is_well
    telegrams = datetime.now(UTC) + timedelta(minutes=minutes)
    monkeypatch.setattr(telegram_checks, "parsedate_to_datetime", lambda _: telegrams)
    finding = (await _telegram(sound, playground.token, playground.address))["clock by Telegram"]
    assert re.sub(r"4(19|2[01])", "420", finding.result).endswith(f"{said} Telegram")
    assert "set-ntp" in finding.mend


async def test_a_wrong_a_missing_and_an_unreachable_token_are_found(
    sound: Installation, playground: Playground
) -> None:
    assert "does not know" in (await _telegram(sound, "1:" + "x" * 35, playground.address))["token"].result
    assert "@BotFather" in (await _telegram(sound, None, playground.address))["token"].mend
    assert "cannot be asked" in (await _telegram(sound, playground.token, "http://127.0.0.1:9"))["token"].result


def test_the_command_prints_each_check_and_its_status(
    sound: Installation, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DIGITBOT_TOKEN", raising=False)
    capsys.readouterr()
    assert main(["doctor", "--json"]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["check"] for line in lines if not line["well"]] == ["token"]
    assert main(["doctor"]) == 1
    assert "To mend it: ask @BotFather" in capsys.readouterr().out
    monkeypatch.setenv("DIGITBOT_ADMIN", "5")
    assert main(["doctor"]) == 1
    assert "is DIGITBOT_ADMINS meant?" in capsys.readouterr().out
    monkeypatch.setenv("DIGITBOT_KEEP_DAYS", "never")
    assert main(["doctor"]) == 1
    assert "DIGITBOT_KEEP_DAYS" in capsys.readouterr().out


def test_an_installation_in_order_ends_with_0(sound: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    async def well(_: Installation) -> tuple[Finding, ...]:
        return (Finding("token", "it is that of @digits_bot"),)

    monkeypatch.setattr("bot.cli.doctor_command.examine_telegram", well)
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert main(["doctor"]) == 0
