"""Training runs with a child process that only claims to have trained."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

import pytest
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import training_service
from bot.active_model import ActiveModelFollower
from bot.retraining import run_execution
from bot.retraining.run_outcome import RunOutcome
from bot.retraining.run_progress import RunProgress
from bot.settings import Settings
from bot.training_process import TrainingEvent, TrainingProcess
from bot.training_service import NothingNew, TrainingService
from model.model_bundle import ModelBundle
from model.reader import Reader
from storage import activations, inbox, model_versions, people, samples, training_runs
from storage.database import Database
from storage.errors import DatabaseUnreachable, RunInProgress
from storage.inbox import IncomingUpdate
from storage.keyring import Keyring
from storage.model_versions import VersionRecord
from storage.processes import requested_runs
from storage.processes.requested_runs import RunChat
from storage.samples import Sample
from storage.tables import Correction, TrainedOn, utc_now
from storage.training_runs import RunState

KERAS_BYTES = 1_000


class Listener:
    """Keeps what a run tells."""

    figure_words: ClassVar[dict[str, str]] = {}

    def __init__(self) -> None:
        self.events: list[str] = []
        self.outcome: asyncio.Future[RunOutcome] = asyncio.get_running_loop().create_future()

    async def progress(self, event: TrainingEvent) -> None:
        self.events.append(event.name)

    async def finished(self, outcome: RunOutcome) -> None:
        self.outcome.set_result(outcome)


class UnansweredListener(Listener):
    """Tells a chat that Telegram does not take anything for."""

    async def finished(self, outcome: RunOutcome) -> None:
        await super().finished(outcome)
        await asyncio.Event().wait()


class FakeProcess:
    """Writes a copy of the base model as its candidate; ``verdict`` is what it says of it."""

    verdict = "promoted"
    card: Mapping[str, str] = MappingProxyType({})

    def __init__(self, settings: Settings, folder: Path, seed: int, words: Mapping[str, str]) -> None:
        self.folder = folder

    async def events(self) -> AsyncIterator[TrainingEvent]:
        base, served = ModelBundle.base(), self.folder / "digits.tflite"
        self.folder.mkdir(parents=True)
        served.write_bytes(base.content)
        served.with_suffix(".keras").write_bytes(bytes(KERAS_BYTES))
        own = self.card or {"name": "base-3", "parent": base.name, "root": base.name}
        card = {**json.loads(base.card.to_json()), **own}
        (self.folder / "model_card.json").write_text(json.dumps(card))
        (self.folder / "trained_on.txt").write_text("")
        (self.folder / "result.png").write_bytes(b"png")
        yield TrainingEvent("started", {})
        yield TrainingEvent("result", {"model": str(served), "name": own["name"], "verdict": self.verdict})

    async def end(self) -> None:
        """Nothing runs."""

    def delete_files(self) -> None:
        """The test's folder is deleted with it."""


@pytest.fixture
async def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TrainingService]:
    """A service whose size limit the fake candidate meets exactly, with one sample to train on."""
    monkeypatch.setattr(run_execution, "TrainingProcess", FakeProcess)
    base = ModelBundle.base()
    settings = Settings.load(state=tmp_path, model_bytes=len(base.content) + KERAS_BYTES)
    reader = Reader(base, threads=1)
    async with Database(settings.database, settings.keyring()) as database:
        follower = ActiveModelFollower(database, reader)
        await follower.start()
        async with database.write() as session:
            await people.get_or_create(session, 7, "Ann", "en")
            uids = (f"{number:032x}" for number in range(9))
            await samples.add(session, [Sample(uid, bytes(784), 7, utc_now()) for uid in uids])
        async with TrainingService(settings, database, follower) as service:
            yield service
    reader.close()


async def finished(service: TrainingService) -> RunOutcome:
    started = await service.start(1)
    listener = Listener()
    service.run(started.run, listener)
    return await asyncio.wait_for(listener.outcome, 30)


async def stored(service: TrainingService) -> tuple[list[str], list[str]]:
    """The names of all versions, newest first, and of those that are active."""
    async with service._database.read() as session:
        versions = await model_versions.listing(session)
    return [version.name for version in versions], [version.name for version in versions if version.active]


async def test_a_promoted_candidate_that_meets_the_limit_exactly_is_stored_and_active(service: Any) -> None:
    outcome = await finished(service)
    assert (outcome.state, outcome.version, outcome.picture) == (RunState.PROMOTED, "base-3", b"png")
    assert await stored(service) == (["base-3", "base-2"], ["base-3"])


async def test_a_candidate_refused_for_its_size_is_reported_and_not_stored(
    service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeProcess, "verdict", "refused")
    service._settings = service._settings.model_copy(update={"model_bytes": 1_000_000})
    outcome = await finished(service)
    assert (outcome.state, outcome.version) == (RunState.REFUSED, "base-3")
    assert await stored(service) == (["base-2"], ["base-2"])
    async with service._database.read() as session:
        assert [run.state for run in await training_runs.listing(session)] == [RunState.REFUSED]


@pytest.mark.parametrize("is_committed", [False, True])
async def test_a_candidate_is_stored_once_though_the_server_is_lost_meanwhile(
    service: Any, monkeypatch: pytest.MonkeyPatch, *, is_committed: bool
) -> None:
    monkeypatch.setattr(run_execution, "HEARTBEAT_INTERVAL_S", 0.01)
    write, add, losses = service._database.write, model_versions.add, [DatabaseUnreachable] * 3
    is_storing = False

    async def add_and_note(*arguments: Any, **named: Any) -> VersionRecord:
        nonlocal is_storing
        is_storing = True
        return await add(*arguments, **named)

    @asynccontextmanager
    async def write_and_lose_the_server(**options: Any) -> AsyncIterator[AsyncSession]:
        async with write(**options) as session:
            yield session
            if is_storing and losses and not is_committed:
                raise losses.pop()
        if is_storing and losses:
            raise losses.pop()

    monkeypatch.setattr(model_versions, "add", add_and_note)
    monkeypatch.setattr(service._database, "write", write_and_lose_the_server)
    outcome = await finished(service)
    assert losses == []
    assert (outcome.state, outcome.version) == (RunState.PROMOTED, "base-3")
    assert await stored(service) == (["base-3", "base-2"], ["base-3"])


async def test_a_stop_does_not_wait_for_a_lost_server(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_execution, "HEARTBEAT_INTERVAL_S", 0.01)
    write, attempts = service._database.write, asyncio.Queue[int]()

    @asynccontextmanager
    async def lost_server(**options: Any) -> AsyncIterator[AsyncSession]:
        attempts.put_nowait(1)
        raise DatabaseUnreachable
        yield

    started, listener = await service.start(1), Listener()
    monkeypatch.setattr(service._database, "write", lost_server)
    service.run(started.run, listener)
    async with asyncio.timeout(30):
        for _ in range(5):
            await attempts.get()
        await service.stop()
        assert (await listener.outcome).state is RunState.FAILED
    monkeypatch.setattr(service._database, "write", write)
    assert await stored(service) == (["base-2"], ["base-2"])


async def test_a_stop_leaves_no_run_behind_that_still_tells_its_end(
    service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training_service, "LAST_MESSAGES_TIMEOUT_S", 0.1)
    listener = UnansweredListener()
    service.run((await service.start(1)).run, listener)
    await asyncio.wait_for(listener.outcome, 30)
    (task,) = service.active.values()
    await service.stop()
    assert task.done()


async def test_nothing_new_takes_no_lease(service: Any) -> None:
    async with service._database.write() as session:
        await session.execute(delete(Correction))
    with pytest.raises(NothingNew):
        await service.start(1)
    async with service._database.read() as session:
        assert await training_runs.listing(session) == ()


async def test_a_run_is_requested_once_for_an_update_and_not_where_there_is_nothing_new(service: Any) -> None:
    update, chat = IncomingUpdate(5, 7, 7, "{}"), RunChat(7, 10)
    async with service._database.write() as session:
        await inbox.receive(session, [update], "00000001")
    await service.request(1, chat, update.update_id)
    await service.request(1, chat, update.update_id)  # the bot was killed before the update left its inbox
    with pytest.raises(RunInProgress):
        await service.request(1, chat, 6)
    async with service._database.write() as session:
        (run,) = await requested_runs.untold(session)
        assert (run.run.state, run.chat, RunProgress.from_json(run.progress)) == (
            RunState.REQUESTED,
            chat,
            RunProgress(9),
        )
        await training_runs.request_cancel(session, run.run.id)
        await session.execute(delete(Correction))
    with pytest.raises(NothingNew):
        await service.request(1, chat, 7)
    async with service._database.read() as session:
        assert len(await training_runs.listing(session)) == 1


def test_the_child_is_told_the_size_limit(tmp_path: Path) -> None:
    settings = Settings.load(state=tmp_path, model_bytes=12_345_678)
    command = TrainingProcess(settings, tmp_path / "run", seed=1)._command
    assert command[command.index("--max-model-bytes") + 1] == "12345678"


def test_the_child_is_told_the_words_of_its_picture(tmp_path: Path) -> None:
    settings, words = Settings.load(state=tmp_path), {"epoch": "Эпоха"}
    command = TrainingProcess(settings, tmp_path / "run", seed=1, words=words)._command
    assert json.loads(command[command.index("--words") + 1]) == words


def test_the_child_gets_proxies_and_certificates_however_they_are_spelt_and_no_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    passed = {
        "https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PGPASSWORD", "PGSSLROOTCERT",
        "PGHOST", "PGPORT", "PGUSER", "PGSSLMODE", "PGSSLCERT", "PGSSLKEY", "PGSERVICE", "PGTARGETSESSIONATTRS",
    }  # fmt: skip
    for name in (*passed, "DIGITBOT_TOKEN", "CREDENTIALS_DIRECTORY"):
        monkeypatch.setenv(name, "1:" + "x" * 35 if name == "DIGITBOT_TOKEN" else f"{tmp_path}")
    settings = Settings.load(state=tmp_path / "a?b %20")
    environment = TrainingProcess(settings, tmp_path / "run", seed=1)._environment()
    assert passed <= environment.keys()
    assert not {"DIGITBOT_TOKEN", "CREDENTIALS_DIRECTORY"} & environment.keys()
    assert Database(environment["DIGITBOT_DATABASE_URL"], Keyring.generate()).path == settings.database_file


async def test_after_an_upgrade_a_run_is_due_starts_from_the_new_base_and_can_be_rolled_back(
    service: Any, upgrade: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    service._settings = service._settings.model_copy(update={"model_bytes": 10_000_000})
    await finished(service)  # base-3, from base-2, is active
    async with service._database.write() as session:
        version = (await model_versions.get(session, "base-3")).id
        ids = await session.scalars(select(Correction.id))
        session.add_all(TrainedOn(version_id=version, correction_id=each) for each in ids)
    with pytest.raises(NothingNew):
        await service.start(1)
    name = upgrade()
    await service._active_model.start()  # as after an upgrade
    started = await service.start(1)
    assert started.new_base == name
    monkeypatch.setattr(FakeProcess, "card", {"name": "base-10", "parent": "base-3", "root": name})
    listener = Listener()
    service.run(started.run, listener)
    assert (await asyncio.wait_for(listener.outcome, 30)).version == "base-10"
    async with service._database.write() as session:
        promoted = await model_versions.get(session, "base-10")
        assert (promoted.active, promoted.parent, promoted.root) == (True, "base-3", name)
        back = await activations.rollback(session)
        assert back is not None
        assert (back.name, back.root) == ("base-3", "base-2")
