"""Personal adapters in the bot: always of the active model and of the corrections as they are, or not used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.adapter_service import PersonalAdapters
from model.classification.rejected_marks import RejectedMarks
from model.model_bundle import ModelBundle
from model.personal_training import CorrectedDigits
from model.personalization import Personalization
from storage import corrections, model_versions, people, readings, samples
from storage.database import Database
from storage.keyring import Keyring
from storage.model_versions import NewVersion
from storage.readings import NewDigit, NewReading, SourceMessage

ANN, GROUP = 7, -100
PROBABILITIES = tuple(0.91 if label == 7 else 0.01 for label in range(10))


@dataclass
class Trainer:
    """Stands in for the trainer; remembers what it was asked for."""

    trained: list[tuple[str, list[int]]] = field(default_factory=list)
    read: list[np.ndarray[Any, Any]] = field(default_factory=list)
    is_trained_on: list[list[bool]] = field(default_factory=list)

    def train(self, model: ModelBundle, corrected: CorrectedDigits) -> Personalization:
        self.trained.append((model.card.sha256, corrected.labels.tolist()))
        self.read.append(corrected.read)
        self.is_trained_on.append(corrected.is_trained_on.tolist())
        marks = RejectedMarks(np.ones((1, 4), np.float32), np.ones(1, np.float32))
        return Personalization(model.card.sha256, rejected=marks)


@dataclass
class Serving:
    """Stands in for the reader: only which model it has counts here."""

    model: ModelBundle


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'digitbot.db'}"
    async with Database(url, Keyring.generate()) as database:
        yield database


@pytest.fixture
async def service(database: Database) -> AsyncIterator[PersonalAdapters]:
    reader: Any = Serving(ModelBundle.base())
    async with PersonalAdapters(database, reader, frozenset({GROUP})) as service:
        service._trainer = Trainer()  # type: ignore[assignment]
        yield service


def trainer_of(service: PersonalAdapters) -> Trainer:
    trainer = service._trainer
    assert isinstance(trainer, Trainer)
    return trainer


async def corrects(database: Database, message: int, label: int, *, consent: bool = True) -> None:
    """Ann's 7 is corrected."""
    digit = NewDigit(0, 7, 0.91, True, PROBABILITIES, (1, 2, 3, 4), bytes(784))
    async with database.write() as session:
        ann = await people.get_or_create(session, ANN, "Ann", "en")
        if consent:
            await people.give_consent(session, ann.id, 1)
        new = NewReading((digit,), ModelBundle.base().name, sure=True, width=9, height=9)
        stored = await readings.add(session, ann.id, SourceMessage(ANN, message), new)
        await corrections.correct(session, stored.id, ann.id, {0: label})


async def test_a_photo_waits_for_what_was_taught_before_it(service: PersonalAdapters, database: Database) -> None:
    assert await service.of(ANN, ANN) is None
    await corrects(database, 1, 2)
    service.schedule(ANN)
    person = await service.of(ANN, ANN)
    assert person is not None
    assert trainer_of(service).trained == [(person.model, [2])]
    assert await service.of(ANN, ANN) is not None
    assert len(trainer_of(service).trained) == 1


async def test_it_is_trained_anew_for_another_active_model_and_never_used_with_it_before(
    service: PersonalAdapters, database: Database
) -> None:
    await corrects(database, 1, 2)
    first = await service.of(ANN, ANN)
    base = ModelBundle.base()
    reader: Any = service._reader
    reader.model = replace(base, name="other", card=replace(base.card, sha256="f" * 64))
    second = await service.of(ANN, ANN)
    assert first is not None
    assert second is not None
    assert (first.model, second.model) == (base.card.sha256, "f" * 64)
    assert [model for model, _ in trainer_of(service).trained] == [base.card.sha256, "f" * 64]


async def test_the_probabilities_of_another_model_do_not_count(service: PersonalAdapters, database: Database) -> None:
    await corrects(database, 1, 2)
    await service.of(ANN, ANN)
    np.testing.assert_allclose(trainer_of(service).read[0], [PROBABILITIES], rtol=1e-6)
    reader: Any = service._reader
    reader.model = replace(reader.model, name="other", card=replace(reader.model.card, sha256="f" * 64))
    await service.of(ANN, ANN)
    assert not trainer_of(service).read[1].any()


async def test_the_trainer_is_told_what_the_active_model_was_trained_on(
    service: PersonalAdapters, database: Database
) -> None:
    await corrects(database, 1, 2)
    async with database.write() as session:
        trained_on = tuple(sample.uid for sample in await samples.consented(session))
        version = await model_versions.add(
            session, NewVersion("other", b"served", "{}", trained_on=trained_on), max_bytes=None
        )
    await corrects(database, 2, 3)
    await service.of(ANN, ANN)
    reader: Any = service._reader
    reader.model = replace(reader.model, name="other", card=replace(reader.model.card, sha256=version.sha256))
    await service.of(ANN, ANN)
    assert trainer_of(service).is_trained_on == [[False, False], [True, False]]


async def test_a_correction_during_the_training_is_trained_on_too(
    service: PersonalAdapters, database: Database
) -> None:
    await corrects(database, 1, 2)
    trainer = trainer_of(service)
    train = trainer.train
    loop = asyncio.get_running_loop()

    def slow(model: ModelBundle, corrected: CorrectedDigits) -> Personalization:
        if len(corrected.labels) == 1:
            asyncio.run_coroutine_threadsafe(corrects(database, 2, 3), loop).result()
        return train(model, corrected)

    trainer.train = slow  # type: ignore[method-assign]
    assert await service.of(ANN, ANN) is not None
    assert [labels for _, labels in trainer.trained] == [[2], [2, 3]]


@pytest.mark.parametrize(("chat", "used"), [(ANN, True), (GROUP, True), (-101, False)])
async def test_in_groups_it_is_used_where_the_setting_names_them(
    service: PersonalAdapters, database: Database, chat: int, used: bool
) -> None:
    await corrects(database, 1, 2)
    assert (await service.of(ANN, chat) is not None) == used


async def test_without_consent_nothing_is_trained(service: PersonalAdapters, database: Database) -> None:
    await corrects(database, 1, 2, consent=False)
    assert await service.of(ANN, ANN) is None
    assert trainer_of(service).trained == []


async def test_without_the_database_photos_are_read_as_everybodys(
    service: PersonalAdapters, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await corrects(database, 1, 2)
    monkeypatch.setattr(service, "_find", lambda _: _fail())
    assert await service.of(ANN, ANN) is None


async def _fail() -> None:
    from storage.errors import StorageError

    raise StorageError("the disk is gone")
