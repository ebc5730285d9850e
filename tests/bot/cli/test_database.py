"""Commands that work on what is stored, where nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.main import main


@pytest.mark.parametrize(
    "command",
    [
        ["models", "show", "base-2"],
        ["samples", "list"],
        ["samples", "show", "cd738fae"],
        ["samples", "review"],
        ["samples", "delete", "cd738fae"],
        ["samples", "export", "out"],
        ["samples", "export", "out.npz"],
        ["db", "check"],
        ["db", "backup", "out.db"],
        ["db", "rekey"],
    ],
    ids=" ".join,
)
def test_without_a_database_that_is_said_and_neither_one_nor_a_key_is_made(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIGITBOT_STATE", str(tmp_path / "state"))
    assert main(command) == 1
    assert "there is no database at" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
