"""Requested runs as bots tell them: each by one bot, its end once, whatever Telegram and the processes do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, TimedOut

from bot.messages import progress_message
from bot.messages.callback_signer import CallbackSigner
from bot.retraining.run_follower import RunFollower
from bot.retraining.run_outcome import RunOutcome
from bot.settings import Settings
from bot.training_service import TrainingService
from storage import people, training_runs
from storage.database import Database
from storage.errors import DatabaseUnreachable
from storage.keyring import Keyring
from storage.people import PersonRecord
from storage.processes import requested_runs
from storage.processes.requested_runs import RunChat
from storage.tables import TrainingRun, utc_now
from storage.training_runs import RunRecord, RunState
from tests.bot.training_result import RESULT

CHAT, QUESTION, ANSWER = 700_000_001, 10, 11
TRAINER = "77777777"
VALUES = {"name": "base-3", **RESULT}


class FakeBot:
    """Keeps what is said in the chat; the errors of ``refusals`` come first, by the method that they answer."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.refusals: dict[str, list[Exception]] = {}

    async def send_message(self, chat: int, text: str, *_: Any, **__: Any) -> Any:
        return self._say("send_message", f"{chat} {text}")

    async def edit_message_text(self, text: str, *_: Any, **named: Any) -> Any:
        assert (named["chat_id"], named["message_id"]) == (CHAT, ANSWER)
        return self._say("edit_message_text", text)

    async def send_photo(self, *_: Any, caption: str, **__: Any) -> Any:
        return self._say("send_photo", "picture")

    def _say(self, method: str, text: str) -> Any:
        if waiting := self.refusals.get(method):
            raise waiting.pop(0)
        self.said.append(text)
        return SimpleNamespace(message_id=ANSWER)


class Side:
    """One process of the bot, as far as it follows runs."""

    def __init__(self, settings: Settings, database: Database, process: str) -> None:
        self.membership = database.membership(process)
        self.ended: list[RunOutcome] = []
        self.bot = FakeBot()
        self.database = database
        active_model: Any = SimpleNamespace(follow_or_log=self._follow)
        self.service = TrainingService(settings, database, active_model, self.membership)
        self.service.on_ended = self._note
        services: Any = SimpleNamespace(
            database=database,
            process=process,
            membership=self.membership,
            training_service=self.service,
            active_model=active_model,
            callback_signer=CallbackSigner(Keyring.generate()),
        )
        bot: Any = self.bot
        self.follower = RunFollower(services, bot)

    async def _follow(self) -> None:
        """There is no model here."""

    async def _note(self, run: RunRecord, outcome: RunOutcome) -> None:
        assert run.id == outcome.run
        self.ended.append(outcome)

    async def request(self, person: PersonRecord) -> None:
        async with self.database.write() as session:
            chat, progress = RunChat(CHAT, QUESTION), json.dumps({"corrections": 5, "new_base": ""})
            await requested_runs.request(session, chat, self.membership.process, person_id=person.id, progress=progress)

    @property
    def said(self) -> list[str]:
        return self.bot.said


@pytest.fixture
async def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    monkeypatch.setattr(progress_message, "EDIT_INTERVAL_S", 0.0)
    settings = Settings.load(state=tmp_path)
    async with Database(settings.database, settings.keyring()) as database:
        yield database


@pytest.fixture
async def ann(database: Database) -> PersonRecord:
    async with database.write() as session:
        return await people.get_or_create(session, CHAT, "Ann", "de")


class Sides:
    """Starts processes of the bot, and ends them."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings
        self._open: dict[str, AsyncExitStack] = {}

    async def start(self, process: str) -> Side:
        side, stack = Side(self._settings, self._database, process), AsyncExitStack()
        await stack.enter_async_context(side.membership)
        await stack.enter_async_context(side.follower)
        self._open[process] = stack
        return side

    async def end(self, side: Side) -> None:
        await self._open.pop(side.membership.process).aclose()

    async def end_all(self) -> None:
        for each in self._open.values():
            await each.aclose()


@pytest.fixture
async def sides(database: Database, tmp_path: Path) -> AsyncIterator[Sides]:
    sides = Sides(database, Settings.load(state=tmp_path))
    yield sides
    await sides.end_all()


async def taken(database: Database) -> RunRecord:
    async with database.write() as session:
        found = await requested_runs.take(session, training_runs.new_holder(TRAINER))
    assert found is not None
    return found[0]


async def ended(database: Database, run: RunRecord) -> None:
    async with database.write() as session:
        await requested_runs.store_picture(session, run, b"png")
        await training_runs.finish(session, run, RunState.REFUSED, result=json.dumps(VALUES))


async def state_of(database: Database, run: RunRecord) -> RunState | None:
    async with database.read() as session:
        found = await training_runs.by_id(session, run.id)
    return found.state if found else None


async def is_told(database: Database) -> bool:
    async with database.read() as session:
        row = await session.get(TrainingRun, 1)
        return row is not None and row.chat_id is None


async def test_the_end_is_told_by_one_of_two_bots_with_its_picture(
    database: Database, ann: PersonRecord, sides: Sides
) -> None:
    first, second = await sides.start("00000001"), await sides.start("00000002")
    await first.request(ann)
    run = await taken(database)
    await first.follower.look()
    await ended(database, run)
    for each in (second, first, second, first):
        await each.follower.look()
    assert second.said == []
    assert [text for text in first.said if text == "picture"] == ["picture"]
    assert "Trainingslauf 1" in first.said[0]  # in the language of the admin
    assert [outcome.state for outcome in first.ended] == [RunState.REFUSED]
    assert second.ended == []
    assert await is_told(database)


async def test_a_bot_that_is_gone_is_followed_by_one_other(database: Database, ann: PersonRecord, sides: Sides) -> None:
    gone = await sides.start("00000001")
    await gone.request(ann)
    await gone.follower.look()
    await sides.end(gone)
    second, third = await sides.start("00000002"), await sides.start("00000003")
    await ended(database, await taken(database))
    for each in (second, third, second):
        await each.follower.look()
    assert "picture" in second.said
    assert not any("wartet auf" in text for text in second.said)  # the message of before is edited
    assert third.said == []


async def test_what_telegram_does_not_take_is_told_at_the_next_look(
    database: Database, ann: PersonRecord, sides: Sides
) -> None:
    side = await sides.start("00000001")
    await side.request(ann)
    side.bot.refusals["send_message"] = [NetworkError("away")]
    await side.follower.look()
    assert side.said == []
    await side.follower.look()
    await ended(database, await taken(database))
    side.bot.refusals["edit_message_text"] = [NetworkError("away")] * 2
    await side.follower.look()
    await side.follower.look()
    assert not await is_told(database)
    assert side.ended == []
    await side.follower.look()
    assert await is_told(database)
    assert len(side.ended) == 1


async def test_a_picture_that_may_have_arrived_is_not_sent_again(
    database: Database, ann: PersonRecord, sides: Sides
) -> None:
    side = await sides.start("00000001")
    await side.request(ann)
    await side.follower.look()
    await ended(database, await taken(database))
    side.bot.refusals["send_photo"] = [TimedOut()]
    await side.follower.look()
    await side.follower.look()
    assert "picture" not in side.said
    assert await is_told(database)


@pytest.mark.parametrize("refusal", [BadRequest("Chat not found"), Forbidden("bot was blocked by the user")])
async def test_a_chat_that_cannot_be_written_to_is_given_up_and_the_run_goes_on(
    database: Database, ann: PersonRecord, sides: Sides, refusal: Exception
) -> None:
    side = await sides.start("00000001")
    await side.request(ann)
    side.bot.refusals["send_message"] = [refusal]
    await side.follower.look()
    assert await is_told(database)
    assert (await taken(database)).state is RunState.RUNNING


async def test_after_an_outage_of_the_database_the_others_get_the_time_to_join_again(
    database: Database, ann: PersonRecord, sides: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trainer lives, and could send no heartbeat for longer than its lease."""

    async def members() -> frozenset[str]:
        raise DatabaseUnreachable

    bot = await sides.start("00000001")
    bot.membership.missing = timedelta(minutes=1)
    await bot.request(ann)
    run = await taken(database)
    async with database.write() as session:
        await training_runs.heartbeat(session, run, now=utc_now() - 2 * training_runs.LEASE)
    await bot.follower.look()  # just after the start
    assert await state_of(database, run) is RunState.RUNNING
    bot.follower._troubled_at = float("-inf")
    with monkeypatch.context() as outage:
        outage.setattr(bot.membership, "members", members)
        with suppress(TimeoutError):
            await asyncio.wait_for(bot.follower.run(), 0.2)
    await bot.follower.look()
    assert await state_of(database, run) is RunState.RUNNING
    bot.membership.missing = timedelta(0)
    await bot.follower.look()
    assert await state_of(database, run) is RunState.LOST


async def test_a_bot_whose_runs_another_has_adopted_tells_them_no_more(
    database: Database, ann: PersonRecord, sides: Sides
) -> None:
    """A process that lost its session with PostgreSQL for a moment counts as gone for that long."""
    side = await sides.start("00000001")
    await side.request(ann)
    await side.follower.look()
    await ended(database, await taken(database))
    async with database.read() as session:
        (requested,) = await requested_runs.untold(session)
    async with database.write() as session:
        await requested_runs.adopt(session, "00000002", {"00000002"})
    await side.follower._tell(requested)  # as it was read before
    assert "picture" not in side.said
    assert not await is_told(database)
