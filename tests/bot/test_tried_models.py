"""Trials are remembered by checksum beside the database, and never needed for the package's own model."""

from __future__ import annotations

import asyncio
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from bot import tried_models
from bot.tried_models import MAX_TRIED, TriedModels
from model.errors import ModelLoadError
from model.model_bundle import ModelBundle

BASE = ModelBundle.base()
OTHER = replace(BASE, name="own", content=BASE.content + b" ")


@pytest.fixture
def trials(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the models that were tried; "bad" fails."""
    names: list[str] = []

    async def try_model(_: bytes, name: str) -> None:
        names.append(name)
        if name == "bad":
            raise ModelLoadError("bad")

    monkeypatch.setattr(tried_models, "try_model", try_model)
    return names


async def test_each_model_is_tried_once_on_this_machine(tmp_path: Path, trials: list[str]) -> None:
    for _ in range(2):
        tried = TriedModels(tmp_path / "tried-models")
        await tried.require(OTHER)
        await tried.require(OTHER)
        await tried.require(BASE)
    assert trials == ["own"]
    assert stat.S_IMODE((tmp_path / "tried-models").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["tried-models"]


async def test_one_that_fails_is_tried_again(tmp_path: Path, trials: list[str]) -> None:
    tried = TriedModels(tmp_path / "tried-models")
    for _ in range(2):
        with pytest.raises(ModelLoadError):
            await tried.require(replace(OTHER, name="bad"))
    assert trials == ["bad", "bad"]
    assert list(tmp_path.iterdir()) == []


async def test_another_litert_asks_for_another_trial(
    tmp_path: Path, trials: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await TriedModels(tmp_path / "tried-models").require(OTHER)
    monkeypatch.setattr(tried_models, "version", lambda _: "99")
    await TriedModels(tmp_path / "tried-models").require(OTHER)
    assert trials == ["own", "own"]


def test_what_is_remembered_is_bounded_and_may_be_lost(tmp_path: Path, trials: list[str]) -> None:
    file = tmp_path / "tried-models"
    file.write_bytes(b"\xff\xfe" * 10)
    asyncio.run(TriedModels(file).require(OTHER))
    file.write_text("x\n" * 1000)
    asyncio.run(TriedModels(file).require(OTHER))
    assert len(file.read_text().splitlines()) == MAX_TRIED
    asyncio.run(TriedModels(tmp_path / "no" / "folder").require(OTHER))
    assert trials == ["own"] * 3
