"""`digitbot demo`: nothing of it reaches the real bot's state."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import pytest

from bot.cli.serve_commands import demo_settings
from bot.playground import Playground
from storage.keyring import Keyring

PLAYGROUND = Mock(spec=Playground, token="1:" + "x" * 35, address="http://127.0.0.1:1", admin_ids=[7])


@pytest.fixture(autouse=True)
def real_bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a real bot, as its owner or systemd sets it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    for name in ("STATE_DIRECTORY", "DIGITBOT_STATE"):
        monkeypatch.setenv(name, str(tmp_path / "real"))
    monkeypatch.setenv("DIGITBOT_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'real' / 'digitbot.db'}")
    monkeypatch.setenv("DIGITBOT_KEY", Keyring.generate().to_text())
    monkeypatch.setenv("DIGITBOT_USERS", "secret-word")
    monkeypatch.setenv("DIGITBOT_ADMINS", "1234")


def test_the_demo_has_a_database_and_a_key_of_its_own(tmp_path: Path) -> None:
    settings = demo_settings(PLAYGROUND, None)
    assert settings.database_file == tmp_path / "digitbot-demo" / "digitbot.db"
    assert settings.key_file == tmp_path / "digitbot-demo" / "encryption-key"
    assert settings.key is None
    assert (settings.admins, settings.open_to_all) == (frozenset({7}), True)


def test_the_demo_takes_the_folder_that_it_is_given(tmp_path: Path) -> None:
    settings = demo_settings(PLAYGROUND, tmp_path / "mine")
    assert settings.database_file == tmp_path / "mine" / "digitbot.db"
