"""`digitbot models`: what the list of versions tells."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.cli.models_command import LIST_HEAD, _cells, _table
from model.model_card import ModelCard
from storage.model_versions import VersionRecord

CARD = ModelCard(name="base-1", metrics={"test": {"n": 10_000, "accuracy": 0.9971}})
BASE = VersionRecord(
    id=1,
    name="base-1",
    sha256="",
    size=0,
    card=CARD.to_json(),
    metrics="{}",
    parent=None,
    root="base-1",
    created_by=None,
    created_at=datetime(2026, 11, 22, 10, 30, tzinfo=UTC),
    pinned=False,
    needs_retraining=False,
    active=True,
)
TUNED = replace(BASE, name="base-2", card="{}", active=False, pinned=True, needs_retraining=True)


def test_a_row_tells_the_accuracy_and_where_the_version_comes_from() -> None:
    assert _cells(BASE) == ("base-1", "2026-11-22 10:30", "99.71% of 10,000", "scratch", "active")
    assert _cells(TUNED)[2:] == ("not measured", "base-1, with corrections", "pinned, to be retrained")


def test_all_cells_of_a_column_begin_below_its_head() -> None:
    head, *rows = _table([LIST_HEAD, _cells(TUNED), _cells(BASE)]).splitlines()
    column = head.index("trained from")
    assert [row[column - 2 : column + 7] for row in rows] == ["  base-1,", "  scratch"]


def test_the_list_has_a_head_and_its_json_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DIGITBOT_STATE", str(tmp_path))
    assert main(["db", "upgrade"]) == 0
    capsys.readouterr()
    assert main(["models", "list"]) == 0
    head, row = capsys.readouterr().out.splitlines()
    assert head.split("  ")[0] == "version"
    assert row.startswith("base-1 ")
    assert "99.71% of 10,000  scratch" in row
    assert main(["models", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "base-1"


def test_without_a_database_that_is_a_sentence_and_none_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DIGITBOT_STATE", str(tmp_path / "state"))
    assert main(["models", "list"]) == 1
    assert "there is no database" in capsys.readouterr().err
    assert not (tmp_path / "state").exists()
