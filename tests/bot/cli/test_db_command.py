"""`digitbot db`: backups in a folder, and a change of key that loses none of them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.cli.main import main
from storage.keyring import Keyring


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state folder of a bot that has run."""
    for name in ("DIGITBOT_KEY", "DIGITBOT_BACKUPS", "DIGITBOT_DATABASE_URL", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DIGITBOT_STATE", str(tmp_path / "state"))
    assert main(["db", "upgrade"]) == 0
    return tmp_path / "state"


def test_kept_backups_lie_private_in_the_state_folder(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["db", "backup", "--keep", "3"]) == 0
    (backup,) = (state / "backups").iterdir()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert stat.S_IMODE(backup.parent.stat().st_mode) == 0o700
    assert f"{backup}: verified by a trial restore" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["db", "backup", "--keep", "0"])


def test_old_backups_expire_even_where_no_new_one_can_be_made(state: Path) -> None:
    (state / "backups").mkdir()
    for day in ("20260101", "20260102"):
        (state / "backups" / f"digitbot-{day}-000000.db").touch()
    (state / "digitbot.db").write_bytes(b"damaged" * 999)
    assert main(["db", "backup", "--keep", "3"]) == 1
    assert [path.name for path in (state / "backups").iterdir()] == ["digitbot-20260102-000000.db"]


def test_after_a_rekey_it_says_which_backup_needs_which_key(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["db", "backup", "--keep", "3"]) == 0
    capsys.readouterr()
    assert main(["db", "rekey"]) == 0
    (backup,) = (state / "backups").iterdir()
    (kept,) = state.glob("encryption-key.before-*")
    assert f"{backup} needs {kept}" in capsys.readouterr().out
    assert main(["db", "check"]) == 0


def test_a_key_that_is_a_credential_is_changed_in_its_file(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (state / "encryption-key").rename(credentials / "encryption-key")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    assert main(["db", "rekey"]) == 1
    assert "--key-file" in capsys.readouterr().err
    Keyring.generate().write_new(tmp_path / "another")
    assert main(["db", "rekey", "--key-file", str(tmp_path / "another")]) == 1
    assert main(["db", "rekey", "--key-file", str(credentials / "encryption-key")]) == 0
    assert len(list(credentials.glob("encryption-key.before-*"))) == 1
    assert main(["db", "check"]) == 0


def test_a_copy_shows_its_progress_in_lines_where_there_is_no_terminal(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["db", "backup", str(tmp_path / "source.db")]) == 0
    assert main(["db", "copy", str(tmp_path / "source.db"), str(tmp_path / "target.db")]) == 0
    lines = capsys.readouterr().err.splitlines(keepends=True)
    assert lines[-1] == "copying and verifying: 100%\n"
    assert all(line.endswith("%\n") for line in lines)


def test_a_pipe_or_a_folder_in_the_place_of_a_file_is_one_sentence(
    state: Path,
    named_pipe: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    key = (state / "encryption-key").read_text()
    for path in (named_pipe, Path()):
        for arguments in (["restore", str(path)], ["copy", str(path), "other.db"], ["rekey", "--key-file", str(path)]):
            assert main(["db", *arguments]) == 1
            assert "unforeseen" not in capsys.readouterr().err
    assert (state / "encryption-key").read_text() == key
    assert main(["db", "check"]) == 0
