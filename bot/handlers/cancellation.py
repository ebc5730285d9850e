"""/cancel: the questions that wait for a person are closed; where none does, an admin's training run is ended."""

from __future__ import annotations

import contextlib

from telegram import Message, Update
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.context import Context
from bot.handlers._pressed_buttons import callback_data_of
from bot.handlers._requests import MessageRequest
from bot.identity import Right
from bot.messages.callback_data import UNDER_PRIVACY, ButtonAction, CallbackData
from bot.messages.open_questions import OpenQuestion, QuestionKind
from bot.messages.reading_message import edit_answer
from bot.services import Services
from storage import readings, training_runs

_KINDS = {
    ButtonAction.BACK: QuestionKind.LABEL,
    ButtonAction.DIGITS: QuestionKind.COUNT,
    ButtonAction.CONSENT: QuestionKind.CONSENT,
    ButtonAction.FORGET: QuestionKind.FORGET,
}


class Cancellation:
    """Questions come first: a run goes on until somebody means it."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def cancel(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        texts, questions = request.texts, self._questions(request)
        for question in questions:
            await self._close(request, question)
        run = await self._run_of_admin(request)
        if questions:
            await request.say(f"{texts.cancelled} {texts.run_goes_on(run)}" if run else texts.cancelled)
        elif run and await self._end_run(run):
            await request.say(texts.cancelling)
        else:
            await request.say(texts.nothing_to_cancel)

    def _questions(self, request: MessageRequest) -> list[OpenQuestion]:
        """What waits for them in this chat, and the question that the message replies to."""
        waiting = self._services.open_questions.take(request.sender.id, request.chat)
        replied = request.message.reply_to_message
        named = self._question_of(request, replied) if replied else None
        known = {each.message for each in waiting}
        return waiting + ([named] if named and named.message not in known else [])

    def _question_of(self, request: MessageRequest, message: Message) -> OpenQuestion | None:
        """The question that a message asks this person, by its buttons."""
        signer = self._services.callback_signer
        for signed in callback_data_of(message):
            if signer.is_for(signed, request.sender.id):
                data = signer.parse(signed)
                if _asks(data):
                    return OpenQuestion(_KINDS[data.action], request.chat, message.message_id, data.target)
        return None

    async def _close(self, request: MessageRequest, question: OpenQuestion) -> None:
        """Take the buttons away and say what holds now; of an answer only the choice of a label is closed."""
        texts = request.texts
        outcomes = {
            QuestionKind.COUNT: texts.nothing_corrected,
            QuestionKind.CONSENT: texts.consent_left_open,
            QuestionKind.FORGET: texts.nothing_deleted,
        }
        with contextlib.suppress(TelegramError):  # the message is gone
            if question.kind in outcomes:
                text = outcomes[question.kind]
                await request.bot.edit_message_text(text, question.chat, question.message, parse_mode=ParseMode.HTML)
                return
            async with self._services.database.read() as session:
                reading = await readings.by_id(session, question.reading)
            if reading is not None:
                await edit_answer(request.bot, self._services.keyboards(texts, request.sender), reading)

    async def _run_of_admin(self, request: MessageRequest) -> int:
        """The training run in progress, where an admin asks; 0 for none."""
        if not self._services.permissions.allows(request.sender, Right.ADMIN):
            return 0
        living = await self._services.training_service.living()
        async with self._services.database.write() as session:
            run = await training_runs.current(session, living=living)
        return run.id if run else 0

    async def _end_run(self, run: int) -> bool:
        living = await self._services.training_service.living()
        async with self._services.database.write() as session:
            return await training_runs.request_cancel(session, run, living=living)


def _asks(data: CallbackData) -> bool:
    """Whether a button answers a question; /privacy offers the same two as the consent question, and asks nothing."""
    return data.action in _KINDS and (data.action, data.position) != (ButtonAction.CONSENT, UNDER_PRIVACY)
