"""`digitbot run` with a wrong setting: one sentence that names the variable, status 78, and Telegram is never asked."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.main import BAD_SETTINGS, main
from bot.settings import Settings
from storage.keyring import Keyring

TOKEN = "1:" + "t" * 35
HOOK = {"DIGITBOT_WEBHOOK_URL": "https://bot.example.org/hook"}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing but a token and a state folder; a bot that is started after all fails the test."""

    def started(*_: object) -> None:
        raise AssertionError("the bot was started")

    for name in [name for name in os.environ if name.startswith("DIGITBOT_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DIGITBOT_TOKEN", TOKEN)
    monkeypatch.setenv("DIGITBOT_STATE", str(tmp_path / "state"))
    monkeypatch.setattr("bot.cli.serve_commands.build_application", started)
    (tmp_path / "file").touch()


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


WRONG = {
    "DIGITBOT_TOKEN": ("no token",),
    "DIGITBOT_ADMINS": ("ann", "-5", "0", "1087968824", "99999999999999999999"),
    "DIGITBOT_USERS": ("136817688", "99999999999999999999", ",", "5;6", "@ann, @ben"),
    "DIGITBOT_STATE": ("~/state", "{file}", "{file}/state"),
    "DIGITBOT_DATABASE_URL": (
        "postgresql://host/name",
        "sqlite+aiosqlite:///{file}/x.db",
        "sqlite+aiosqlite:///{folder}",
    ),
    "DIGITBOT_BACKUPS": ("~/backups", "{file}"),
    "DIGITBOT_API_URL": ("localhost:8081", "http://host:port", "http://[::1", "http://", "http://a b"),
    "DIGITBOT_WEBHOOK_URL": ("example.org", "http://bot.example.org/hook", "https://bot.example.org:9999/hook"),
    "DIGITBOT_WEBHOOK_LISTEN": ("192.0.2.1", "unix:relative", "unix:{file}"),
    "DIGITBOT_WEBHOOK_PORT": ("0", "65536", "http", "{taken}"),
    "DIGITBOT_METRICS_PORT": ("0", "x", "{taken}"),
    "DIGITBOT_PERSONAL_GROUPS": ("ours", "5", "-99999999999999999999"),
    "DIGITBOT_REVIEW": ("sometimes",),
    "DIGITBOT_PERSON_SHARE": ("0", "2", "half"),
    "DIGITBOT_PHOTOS_PER_MINUTE": ("0", "-1", "many"),
    "DIGITBOT_KEEP_DAYS": ("0", "never", "99999999999"),
    "DIGITBOT_RETRAIN_AFTER": ("-1", "often"),
    "DIGITBOT_READING_THREADS": ("0", "1000"),
    "DIGITBOT_MODEL_BYTES": ("10", "much"),
    "DIGITBOT_TRAINER": ("elsewhere",),
    "DIGITBOT_LOG_LEVEL": ("loud",),
}
CASES = [(variable, value) for variable, values in WRONG.items() for value in values]


@pytest.mark.parametrize(("variable", "value"), CASES)
def test_a_wrong_setting_is_one_sentence_and_status_78(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    taken: int,
    variable: str,
    value: str,
) -> None:
    for name, other in HOOK.items():
        monkeypatch.setenv(name, other)
    monkeypatch.setenv(variable, value.format(file=tmp_path / "file", folder=tmp_path, taken=taken))
    assert main(["run"]) == BAD_SETTINGS
    (line,) = capsys.readouterr().err.splitlines()
    named = {variable} | ({"DIGITBOT_WEBHOOK_PORT"} if value == "192.0.2.1" else set())
    assert any(name in line for name in named)
    assert TOKEN not in line


def test_every_setting_has_a_wrong_value_above() -> None:
    shared = {"DIGITBOT_INVITE", "DIGITBOT_KEY"}  # given by DIGITBOT_USERS; below
    assert {f"DIGITBOT_{name.upper()}" for name in Settings.model_fields} == set(WRONG) | shared


def test_the_key_of_another_database_is_found_before_the_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["db", "upgrade"]) == 0
    monkeypatch.setenv("DIGITBOT_KEY", Keyring.generate().to_text())
    assert main(["run"]) == BAD_SETTINGS
    assert "key does not belong to this database" in capsys.readouterr().err
    monkeypatch.setenv("DIGITBOT_KEY", "short")
    assert main(["run"]) == BAD_SETTINGS


def test_a_missing_token_says_where_to_get_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DIGITBOT_TOKEN")
    assert main(["run"]) == BAD_SETTINGS
    assert "@BotFather" in capsys.readouterr().err


def test_a_variable_that_is_misspelt_and_mnist_that_is_not_there_are_warned_of(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.monitoring.logs.configure", lambda *_: None)
    monkeypatch.setenv("DIGITBOT_ADMIN", "5")
    monkeypatch.setenv("DIGITBOT_MNIST", "/nowhere.npz")
    main(["run"])
    assert "DIGITBOT_ADMIN is no setting" in caplog.text
    assert "is DIGITBOT_ADMINS meant?" in caplog.text
    assert "there is no file /nowhere.npz" in caplog.text
