"""What a separate trainer does, told in the chats where it was requested."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Self

from telegram import Chat, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.context import Bot
from bot.messages.keyboards import Keyboards
from bot.messages.texts import Texts, texts_for
from bot.messages.training_message import TrainingMessage
from bot.periodic_tasks import wait_for_event
from bot.retraining.run_outcome import RunOutcome, StartedRun
from bot.retraining.run_progress import RunProgress
from bot.retrying_request import did_not_leave
from bot.services import Services
from bot.training_process import TrainingEvent
from bot.updates.telegram_errors import GrowingPause
from storage import people, training_runs
from storage.errors import StorageError
from storage.processes import requested_runs
from storage.processes.membership import Topic
from storage.processes.requested_runs import RequestedRun
from storage.training_runs import RunState

log = logging.getLogger(__name__)

LOOK_INTERVAL_S: Final = 2.0  # where no notification comes: SQLite sends none
# A trainer that runs takes a run within two seconds; after so long the admin is told that none does.
WAITING_TOLD_AFTER: Final = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class _Followed:
    """A run's message as this process edits it; ``answer`` is its id."""

    answer: int
    message: TrainingMessage


class RunFollower:
    """Follows the runs that were requested from this process, and those whose processes are gone.

    An end is told once: the process that tells it is the run's follower in the database, and deletes the chat from the
    run afterwards. A kill between the two has it told once more.
    """

    def __init__(self, services: Services, bot: Bot) -> None:
        self._services = services
        self._bot = bot
        self._changed = services.membership.changed(Topic.TRAINING_RUNS)
        self._followed: dict[int, _Followed] = {}
        self._troubled_at = time.monotonic()  # an outage may have been just before the start, too

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for each in self._followed.values():
            await each.message.stop()

    async def run(self) -> None:
        """Follow for ever; where the database cannot be used, try again."""
        pause = GrowingPause(LOOK_INTERVAL_S)
        while True:
            self._changed.clear()
            try:
                await self.look()
            except StorageError as error:
                self._troubled_at, seconds = time.monotonic(), pause.after(error)
                log.warning("training runs cannot be followed (%s); trying again in %.0f s", error, seconds)
            else:
                pause.reset()
                seconds = LOOK_INTERVAL_S
            await wait_for_event(self._changed, seconds)

    async def look(self) -> None:
        """Tell what is new of each run that this process follows. Raises StorageError."""
        database, process = self._services.database, self._services.process
        async with database.read() as session:
            runs = await requested_runs.untold(session)
        if not runs:
            return
        living = await self._services.training_service.living()
        if self._is_steady and not all(_is_attended(each, living | {process}) for each in runs):
            async with database.write() as session:
                await requested_runs.adopt(session, process, living)
                runs = await requested_runs.untold(session)
        for each in runs:
            if each.follower == process:
                await self._tell(each)

    @property
    def _is_steady(self) -> bool:
        """Whether the last outage of the database is so long ago that each living process has joined again."""
        return time.monotonic() - self._troubled_at >= self._services.membership.missing.total_seconds()

    async def _tell(self, requested: RequestedRun) -> None:
        """What Telegram does not take now is told at the next look."""
        try:
            if await self._show(requested):
                await self._set_told(requested)
        except (BadRequest, Forbidden) as refused:
            log.info("training run %s is not told in its chat: %s", requested.run.id, refused)
            await self._set_told(requested)
        except TelegramError as error:
            log.warning("training run %s could not be told: %s", requested.run.id, error)

    async def _show(self, requested: RequestedRun) -> bool:
        """Show how a run stands; returns whether the end has been told."""
        message = await self._message_of(requested)
        run, progress = requested.run, RunProgress.from_json(requested.progress)
        if run.state is RunState.REQUESTED:
            if requested.age > WAITING_TOLD_AFTER:
                message.waiting(run.started_at)
        elif run.state is not RunState.RUNNING:
            return await self._show_end(requested, message)
        elif progress.share is None:
            message.started()
        else:
            await message.progress(TrainingEvent("stage", {"share": progress.share, "left": progress.left}))
        return False

    async def _show_end(self, requested: RequestedRun, message: TrainingMessage) -> bool:
        async with self._services.database.read() as session:
            if not await requested_runs.is_follower(session, requested.run.id, self._services.process):
                return False  # another process has adopted it: this one had lost its session with PostgreSQL
        outcome = RunOutcome.stored(requested)
        try:
            is_told = await message.finished(outcome)
        except TelegramError as error:
            if did_not_leave(error):
                raise
            log.warning("the picture of training run %s may not have arrived: %s", requested.run.id, error)
            is_told = True
        if is_told:
            await self._services.active_model.follow_or_log()
            if on_ended := self._services.training_service.on_ended:
                await on_ended(requested.run, outcome)
        return is_told

    async def _set_told(self, requested: RequestedRun) -> None:
        followed = self._followed.pop(requested.run.id, None)
        if followed:
            await followed.message.stop()
        async with self._services.database.write() as session:
            await requested_runs.set_told(session, requested.run.id)

    async def _message_of(self, requested: RequestedRun) -> TrainingMessage:
        """The message that follows the run; sent where there is none."""
        run = requested.run
        followed = self._followed.get(run.id)
        if followed is None or followed.answer != requested.answer_message:
            keyboards = Keyboards(await self._texts(run.person_id), self._services.callback_signer, owner=0)
            answer = requested.answer_message or await self._send_first(requested, keyboards)
            progress = RunProgress.from_json(requested.progress)
            started = StartedRun(run, progress.corrections, progress.new_base)
            message = TrainingMessage(self._sent(requested, answer), keyboards, started)
            followed = self._followed[run.id] = _Followed(answer, message)
        return followed.message

    async def _send_first(self, requested: RequestedRun, keyboards: Keyboards) -> int:
        run, chat = requested.run, requested.chat
        sent = await self._bot.send_message(
            chat.chat_id,
            keyboards.texts.run_requested(run.id),
            ParseMode.HTML,
            reply_markup=keyboards.cancel(run.id),
            reply_parameters=ReplyParameters(chat.question_message, allow_sending_without_reply=True),
        )
        async with self._services.database.write() as session:
            await requested_runs.set_answer(session, run.id, sent.message_id)
        return sent.message_id

    def _sent(self, requested: RequestedRun, answer: int) -> Message:
        """The message as PTB knows it, from what is stored of it."""
        chat = requested.chat.chat_id
        message = Message(answer, requested.run.started_at, Chat(chat, Chat.PRIVATE if chat > 0 else Chat.SUPERGROUP))
        message.set_bot(self._bot)
        return message

    async def _texts(self, person_id: int | None) -> Texts:
        async with self._services.database.read() as session:
            person = await people.by_id(session, person_id or 0)
        return texts_for(person.answer_language if person else None)


def _is_attended(requested: RequestedRun, living: frozenset[str]) -> bool:
    """Whether the processes live that a run needs: the one that follows it, and the one that carries it out."""
    run = requested.run
    is_held = run.state is not RunState.RUNNING or training_runs.process_of(run.holder) in living
    return is_held and requested.follower in living
