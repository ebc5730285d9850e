"""Model versions of the registry, ready to read with: the calibration that belongs to them, and damage."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import tried_models
from bot.active_model import ActiveModelFollower
from bot.cli.main import main
from bot.version_loading import load_version
from model import model_bundle
from model.errors import ModelLoadError
from model.hypotheses.page_calibration import PageCalibration
from model.model_bundle import ModelBundle
from model.reader import Reader
from storage import activations, early_readings, model_versions
from storage.database import Database
from storage.early_readings import TakenBack
from storage.keyring import Keyring
from storage.model_versions import NewVersion

OTHER = replace(PageCalibration.neutral(), label=(0.1, 0.2, 0.3))
BASE = ModelBundle.base()
UNCALIBRATED = replace(BASE.card, page_calibration=None, sure_threshold=0.7)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(f"sqlite+aiosqlite:///{tmp_path / 'digitbot.db'}", Keyring.generate()) as database:
        yield database


async def loaded(database: Database, *versions: NewVersion) -> ModelBundle:
    """The last of these versions, as it comes from the registry."""
    async with database.write() as session:
        for version in versions:
            await model_versions.add(session, version, max_bytes=None)
        record = await model_versions.get(session, versions[-1].name)
        content = await model_versions.content(session, versions[-1].name)
        return await load_version(session, record, content.served)


async def test_a_version_reads_with_the_calibration_of_its_own_card(database: Database) -> None:
    card = replace(BASE.card, page_calibration=OTHER, sure_threshold=0.8)
    model = await loaded(database, NewVersion("own", BASE.content, card.to_json()))
    assert (model.name, model.card.page_calibration, model.card.sure_threshold) == ("own", OTHER, 0.8)


async def test_the_base_model_stored_without_calibration_gets_that_of_the_package(database: Database) -> None:
    model = await loaded(database, NewVersion("base-1", BASE.content, UNCALIBRATED.to_json()))
    assert model.name == "base-1"
    assert model.card.page_calibration == BASE.card.page_calibration is not None
    assert model.card.sure_threshold == BASE.card.sure_threshold


async def test_a_fine_tune_stored_without_calibration_gets_that_of_its_root(database: Database) -> None:
    tuned = NewVersion("base-2", BASE.content + b" ", replace(UNCALIBRATED, sha256="").to_json(), parent="base-1")
    model = await loaded(database, NewVersion("base-1", BASE.content, UNCALIBRATED.to_json()), tuned)
    assert BASE.card.page_calibration is not None
    assert model.card.page_calibration == BASE.card.page_calibration.by_classifier
    assert model.card.sure_threshold == BASE.card.sure_threshold


async def test_a_fine_tune_of_a_calibrated_root_gets_the_roots_calibration(database: Database) -> None:
    root = replace(BASE.card, sha256="", page_calibration=OTHER, sure_threshold=0.8)
    tuned = NewVersion("own-2", BASE.content, UNCALIBRATED.to_json(), parent="own-1")
    model = await loaded(database, NewVersion("own-1", BASE.content + b" ", root.to_json()), tuned)
    assert (model.card.page_calibration, model.card.sure_threshold) == (OTHER.by_classifier, 0.8)


async def test_another_root_without_calibration_stays_without_and_is_never_sure(database: Database) -> None:
    card = replace(UNCALIBRATED, sha256="")
    model = await loaded(database, NewVersion("own-1", BASE.content + b" ", card.to_json()))
    assert model.card.page_calibration is None


async def test_bytes_that_are_not_those_of_the_card_are_refused(database: Database) -> None:
    with pytest.raises(ModelLoadError, match="checksum"):
        await loaded(database, NewVersion("own-1", BASE.content + b" ", BASE.card.to_json()))


async def test_the_reader_follows_with_the_calibration_too(database: Database) -> None:
    reader = Reader(None)
    with pytest.raises(ModelLoadError, match="No model has been loaded yet"):
        reader.read(b"")
    follower = ActiveModelFollower(database, reader)
    await follower.start()
    assert reader.model.card.page_calibration == BASE.card.page_calibration
    card = replace(BASE.card, page_calibration=OTHER)
    async with database.write() as session:
        await model_versions.add(session, NewVersion("own", BASE.content, card.to_json()), max_bytes=None)
        await activations.activate(session, "own")
    await follower.follow()
    assert (reader.model.name, reader.model.card.page_calibration) == ("own", OTHER)


def failing(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """The trial of these versions fails, that of all others is passed."""

    async def try_model(_: bytes, name: str) -> None:
        if name in names:
            raise ModelLoadError(f"The model {name} is damaged.")

    monkeypatch.setattr(tried_models, "try_model", try_model)


async def stored(database: Database, *names: str) -> None:
    """Versions of these names, each made active."""
    async with database.write() as session:
        for number, name in enumerate(names, 1):
            card = replace(BASE.card, sha256="").to_json()
            await model_versions.add(session, NewVersion(name, BASE.content + bytes(number), card), max_bytes=None)
            await activations.activate(session, name)


async def test_a_version_that_fails_its_trial_never_answers(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, "bad-1")
    told: list[tuple[tuple[str, ...], str]] = []

    async def on_model_skipped(names: tuple[str, ...], serving: str) -> None:
        told.append((names, serving))

    follower = ActiveModelFollower(database, reader := Reader(None))
    follower.on_model_skipped = on_model_skipped
    await follower.start()
    await stored(database, "bad-1")
    await follower.follow()
    assert reader.model.name == BASE.name
    assert told == [(("bad-1",), BASE.name)]
    with pytest.raises(ModelLoadError):
        await follower.require_usable("bad-1")
    await follower.require_usable(BASE.name)


async def test_a_start_goes_back_to_the_newest_version_that_passes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, "bad-1", "bad-2")
    await stored(database, "good-1", "bad-1", "bad-2")
    follower = ActiveModelFollower(database, reader := Reader(None))
    await follower.start()
    assert reader.model.name == "good-1"


async def test_where_no_version_passes_the_package_answers(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, "bad-1", "bad-2")
    await stored(database, "bad-1", "bad-2")
    follower = ActiveModelFollower(database, reader := Reader(None))
    await follower.start()
    assert reader.model.content == BASE.content


async def test_two_deaths_over_its_first_photos_take_a_version_back(database: Database) -> None:
    told: list[TakenBack] = []

    async def on_taken_back(taken: TakenBack) -> None:
        told.append(taken)

    async with database.write() as session:
        for name, content in ((BASE.name, BASE.content), ("own-1", BASE.content + b" ")):
            card = replace(BASE.card, sha256="").to_json()
            await model_versions.add(session, NewVersion(name, content, card), max_bytes=None)
            await activations.activate(session, name)
        await early_readings.begin(session, "own-1", 1, "one")
        await early_readings.begin(session, "own-1", 2, "two")
    follower = ActiveModelFollower(database, reader := Reader(None))
    follower.on_taken_back = on_taken_back
    await follower.take_back_deadly("three")
    await follower.start()
    assert reader.model.name == BASE.name
    assert told == [TakenBack("own-1", BASE.name)]


def test_a_damaged_package_is_one_sentence_and_status_1(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(Path(model_bundle.__file__).parent / "base", tmp_path / "base")
    (tmp_path / "base" / "digits.tflite").write_bytes(b"no network")
    monkeypatch.setattr(model_bundle, "files", lambda _: tmp_path)
    monkeypatch.setenv("DIGITBOT_STATE", str(tmp_path / "state"))
    assert main(["read", str(tmp_path / "photo.jpg")]) == 1
    assert capsys.readouterr().err == (
        "digitbot: The model base-2 is damaged: its bytes do not match the checksum of its card.\n"
    )
