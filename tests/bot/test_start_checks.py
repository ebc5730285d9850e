"""The checks at the start: each fault of the environment one sentence, what can be lived with a warning."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import certifi
import pytest

from bot.settings import Settings, SettingsError
from bot.start_checks import check_start, exempt_from_proxies, warnings
from storage.errors import DatabaseFull

NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(token="1:" + "t" * 35, state=tmp_path / "state", database_url="", key=None)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1080", "pip install socksio"),
        ("all_proxy", "socks5h://127.0.0.1", "all_proxy: a SOCKS proxy"),
        ("HTTPS_PROXY", "ftp://proxy:3128", "must look like http://HOST:PORT"),
        ("https_proxy", "http://proxy:port", "https_proxy: must look like"),
        ("HTTP_PROXY", "http://", "HTTP_PROXY: must look like"),
        ("HTTPS_PROXY", "http://user:secret@[::1", "HTTPS_PROXY: must look like"),
        ("SSL_CERT_FILE", "/nowhere.pem", "there is no such file"),
        ("SSL_CERT_FILE", "/", "cannot be read"),
        ("SSL_CERT_DIR", "/nowhere", "SSL_CERT_DIR: is no folder"),
        ("SSL_CERT_DIR", "{empty}", "openssl rehash"),
        ("SSL_CERT_FILE", "{text}", "holds no certificate"),
    ],
)
def test_a_wrong_variable_is_named_in_one_sentence(
    settings: Settings, tmp_path: Path, variable: str, value: str, said: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text").write_text("no certificate")
    value = value.format(empty=tmp_path / "empty", text=tmp_path / "text")
    with pytest.raises(SettingsError, match=said) as caught:
        check_start(settings, {variable: value})
    assert variable in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_httpx_can_use_passes(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "certificates").mkdir()
    (tmp_path / "certificates" / "0a1b2c3d.0").touch()
    check_start(settings, {"HTTPS_PROXY": "http://proxy:3128", "https_proxy": "proxy:3128"})
    check_start(settings, {"SSL_CERT_FILE": certifi.where(), "SSL_CERT_DIR": "/nowhere"})
    check_start(settings, {"SSL_CERT_DIR": f"/nowhere:{tmp_path / 'certificates'}"})


def test_what_only_httpx_notices_is_a_sentence_too(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    monkeypatch.setenv("NO_PROXY", "http://[::1")
    with pytest.raises(SettingsError, match="NO_PROXY"):
        check_start(settings, {})


def test_the_state_folder_is_made_private_and_left_empty(settings: Settings) -> None:
    check_start(settings, {})
    assert stat.S_IMODE(settings.state.stat().st_mode) == 0o700
    assert list(settings.state.iterdir()) == []


def test_a_state_that_is_a_file_or_lies_below_one_is_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for state in (tmp_path / "file", tmp_path / "file" / "state"):
        with pytest.raises(SettingsError, match="is not a folder"):
            check_start(Settings.load(token="1:" + "t" * 35, state=state), {})


@pytest.mark.parametrize(
    ("number", "expected"),
    [(errno.ENOSPC, DatabaseFull), (errno.EROFS, SettingsError), (errno.EACCES, SettingsError)],
)
def test_a_full_disk_is_no_wrong_setting_but_a_read_only_one_is(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, number: int, expected: type[Exception]
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(expected):
        check_start(settings, {})


def test_a_key_that_others_could_read_is_closed_and_told_once(settings: Settings) -> None:
    settings.keyring()
    settings.key_file.chmod(0o644)
    (sentence,) = warnings(settings, NOW)
    assert "digitbot db rekey" in sentence
    assert stat.S_IMODE(settings.key_file.stat().st_mode) == 0o600
    assert list(warnings(settings, NOW)) == []


def test_a_state_that_others_may_write_is_told_and_left(settings: Settings) -> None:
    settings.state.mkdir()
    settings.state.chmod(0o777)
    (sentence,) = warnings(settings, NOW)
    assert "chmod go-w" in sentence
    assert stat.S_IMODE(settings.state.stat().st_mode) == 0o777


def test_a_clock_from_before_the_program_is_told(settings: Settings) -> None:
    (sentence,) = warnings(settings, datetime(1970, 1, 1, tzinfo=UTC))
    assert "1970-01-01" in sentence


def test_the_playground_is_reached_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", "example.org")
    exempt_from_proxies("127.0.0.1")
    assert os.environ["no_proxy"] == os.environ["NO_PROXY"] == "example.org,127.0.0.1"
    monkeypatch.delenv("no_proxy")


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="starts a process as another user")
def test_an_unknown_user_without_a_home_is_told_what_to_set() -> None:
    code = (
        "import os, sys; from bot.cli.main import main; os.environ.pop('HOME', None); os.setuid(54321); "
        "sys.exit(main(['run']))"
    )
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    environment = {**kept, "DIGITBOT_TOKEN": "1:" + "t" * 35}
    done = subprocess.run([sys.executable, "-P", "-c", code], env=environment, capture_output=True, text=True)
    assert (done.returncode, "Traceback" in done.stderr) == (78, False), done.stderr
    assert "DIGITBOT_STATE is not set" in done.stderr
