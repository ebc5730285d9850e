"""`digitbot db`, doctor and the metrics where a server keeps the database; its password is never said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.doctor import Installation, examine, local_checks, server_checks
from bot.monitoring.state_collector import StateCollector
from bot.settings import Settings
from model.reader import Reader
from storage import people
from storage.database import Database
from storage.keyring import Keyring
from storage.server import server_state

PASSWORD = "s3cret-of-the-server"


@pytest.fixture
def url(postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database on a server, which the environment names with a password."""
    for name in ("DIGITBOT_KEY", "DIGITBOT_BACKUPS", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    address = postgresql_url.replace("digitbot@", f"digitbot:{PASSWORD}@")
    monkeypatch.setenv("DIGITBOT_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("DIGITBOT_DATABASE_URL", address)
    return address


@pytest.fixture
def state(url: str, tmp_path: Path) -> Path:
    """The state folder of a bot whose database is there, with one person in it."""
    assert main(["db", "upgrade"]) == 0
    asyncio.run(_add_person(url, 1))
    return tmp_path / "state"


async def _add_person(url: str, telegram_id: int) -> None:
    async with Database(url, Settings.load().keyring()) as database, database.write() as session:
        await people.get_or_create(session, telegram_id, f"person {telegram_id}", "en")


async def _count_people(url: str) -> int:
    async with Database(url, Settings.load().keyring()) as database, database.read() as session:
        return sum([await people.by_telegram_id(session, each) is not None for each in range(1, 10)])


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """What was written and logged since the last call, without the password."""

    def read() -> str:
        output = capsys.readouterr()
        text = output.out + output.err
        assert PASSWORD not in text + caplog.text
        return text

    return read


def test_upgrade_and_check(state: Path, url: str, said: Callable[[], str]) -> None:
    assert main(["db", "upgrade"]) == 0
    assert main(["db", "check"]) == 0
    text = said()
    assert url.replace(PASSWORD, "***") + " is up to date" in text
    assert "sound: 2 encrypted values" in text
    assert not (state / "digitbot.db").exists()


def test_a_check_of_an_empty_database_makes_no_tables(url: str, tmp_path: Path, said: Callable[[], str]) -> None:
    Keyring.load_or_create(tmp_path / "state/encryption-key")
    for _ in range(2):
        assert main(["db", "check"]) == 1
        assert "no tables yet, which the first start of the bot makes, or digitbot db upgrade" in said()


def test_no_key_is_made_for_a_database_that_has_one(state: Path, said: Callable[[], str]) -> None:
    (state / "encryption-key").unlink()
    for command in (["db", "check"], ["db", "backup"], ["db", "backup", "--keep", "2"]):
        assert main(command) == 1
        assert "key cannot be used" in said()
    assert not (state / "encryption-key").exists()


def test_a_backup_is_verified_and_restored_with_what_came_after_kept(
    state: Path, url: str, said: Callable[[], str]
) -> None:
    assert main(["db", "backup", "--keep", "3"]) == 0
    (backup,) = (state / "backups").iterdir()
    assert f"{backup}: verified by a trial restore" in said()
    asyncio.run(_add_person(url, 2))
    assert main(["db", "restore", str(backup)]) == 0
    (kept,) = state.glob("digitbot.db.before-*")
    text = said()
    assert f"{url.replace(PASSWORD, '***')} is now {backup}; the database of before is kept as {kept}" in text
    assert asyncio.run(_count_people(url)) == 1
    assert main(["db", "restore", str(kept)]) == 0
    assert asyncio.run(_count_people(url)) == 2


def test_a_change_of_key_is_followed_by_the_server(state: Path, said: Callable[[], str]) -> None:
    assert main(["db", "backup", "--keep", "3"]) == 0
    old = Keyring.load(state / "encryption-key")
    assert main(["db", "rekey"]) == 0
    (backup,), (kept,) = (state / "backups").iterdir(), state.glob("encryption-key.before-*")
    assert f"{backup} needs {kept}" in said()
    assert Keyring.load(state / "encryption-key").to_text() != old.to_text()
    assert main(["db", "check"]) == 0
    # As after a crash between the commit and the new file: the work is finished.
    (state / "encryption-key").rename(state / "encryption-key.new")
    old.write_new(state / "encryption-key")
    assert main(["db", "check"]) == 1
    assert main(["db", "rekey"]) == 0
    assert main(["db", "check"]) == 0


def test_a_copy_moves_the_database_and_says_what_to_set(
    state: Path, url: str, tmp_path: Path, said: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["db", "copy", url, str(tmp_path / "moved.db")]) == 0
    text = said()
    assert f"DIGITBOT_DATABASE_URL=sqlite+aiosqlite:///{tmp_path}/moved.db\n" in text
    assert "copying and verifying: 100%" in text
    assert main(["db", "copy", str(tmp_path / "moved.db"), url]) == 1
    assert said().endswith("name an empty database: there are rows in people.\n")
    monkeypatch.setenv("DIGITBOT_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/moved.db")
    assert main(["db", "check"]) == 0


@pytest.mark.parametrize("command", [["db", "check"], ["db", "backup"], ["db", "upgrade"], ["db", "rekey"]])
def test_a_server_that_does_not_answer_is_said_in_one_sentence(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: Callable[[], str], command: list[str]
) -> None:
    address = f"postgresql+asyncpg://digitbot:{PASSWORD}@/digitbot?host={tmp_path}"
    monkeypatch.setenv("DIGITBOT_DATABASE_URL", address)
    assert main(command) == 1
    text = said()
    assert text.startswith("digitbot: The database server cannot be reached")
    assert text.count("\n") == 1


def test_doctor_asks_the_server(state: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert main(["db", "backup", "--keep", "3"]) == 0
    installation = Installation(Settings.load())
    findings = {each.check: each for each in examine(installation)}
    assert "PostgreSQL" in findings["database server"].result
    assert "(UTF8) answers, 0 processes of digitbot use" in findings["database server"].result
    for check in ("database server", "database", "disk space", "rights", "backups"):
        assert findings[check].is_well or check == "disk space"
    assert "sound: 2 encrypted values" in findings["database"].result
    monkeypatch.setenv("DIGITBOT_DATABASE_URL", f"postgresql+asyncpg://digitbot:{PASSWORD}@/digitbot?host={tmp_path}")
    findings = {each.check: each for each in examine(Installation(Settings.load()))}
    assert "cannot be reached" in findings["database server"].result
    assert PASSWORD not in "".join(map(str, findings.values()))
    assert "MB are free" in findings["disk space"].result


def test_doctor_finds_a_clock_that_differs(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Late(server_state.datetime):
        @classmethod
        def now(cls, tz: object = None) -> Late:
            return super().now(server_state.UTC) - timedelta(seconds=42)  # type: ignore[return-value]

    monkeypatch.setattr(server_state, "datetime", Late)
    finding = server_checks.check_database_server(Installation(Settings.load()))
    assert "this machine's clock is 42 s behind the server's" in finding.result
    assert "set-ntp" in finding.mend


def test_the_metrics_tell_the_size_on_the_server(state: Path) -> None:
    gauges = {each.name: each for each in StateCollector(Settings.load(), Reader(None, threads=1)).collect()}
    assert gauges["digitbot_database_bytes"].samples[0].value > 5_000_000


def test_the_disk_is_checked_for_copies_of_the_database(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_checks, "DATABASE_COPIES", 10**9)
    assert not local_checks.check_disk_space(Installation(Settings.load())).is_well
