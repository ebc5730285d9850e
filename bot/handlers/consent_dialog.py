"""The consent question: asked once with the first correction, and anew when its wording has changed; answered by a
button, changed through /privacy."""

from __future__ import annotations

import logging

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Message
from telegram.constants import ParseMode

from bot.handlers._helpers import person_of
from bot.handlers._pressed_buttons import PressedButton
from bot.handlers._requests import ButtonRequest
from bot.identity import Right, Sender
from bot.messages.open_questions import OpenQuestion, QuestionKind
from bot.messages.texts import Texts
from bot.services import Services
from storage import corrections, model_versions, people
from storage.errors import StorageError
from storage.people import CONSENT_VERSION, Consent, PersonRecord

log = logging.getLogger(__name__)

FIRST_VERSION = 1  # of the question, whose buttons did not say which they answer


class ConsentDialog:
    """Telegram's bot developer terms, 4.3: individual, explicit, active and revocable consent."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def is_due(self, session: AsyncSession, sender: Sender) -> bool:
        """Whether a correction made now is the first without an answer to the present wording; call it before the
        correction is stored."""
        if not self._services.permissions.allows(sender, Right.CONSENT):
            return False
        record = await people.by_telegram_id(session, sender.id)
        return record is not None and _is_unanswered(record) and not await corrections.waiting(session, record.id)

    async def ask(self, answer: Message, texts: Texts, sender: Sender) -> None:
        """Ask in reply to the corrected answer, and remember that the question was asked."""
        keyboard = self._services.keyboards(texts, sender).consent()
        wording = await self._question(texts, sender)
        asked = await answer.reply_html(wording, reply_markup=keyboard, allow_sending_without_reply=True)
        question = OpenQuestion(QuestionKind.CONSENT, asked.chat_id, asked.message_id)
        self._services.open_questions.ask(sender.id, question)
        try:
            async with self._services.database.write() as session:
                await people.set_asked(session, sender.id, CONSENT_VERSION)
        except StorageError as error:  # the correction is stored: at worst the question comes once more
            log.warning("a consent question could not be noted: %s", error)

    async def agree(self, request: ButtonRequest, button: PressedButton) -> bool:
        """Store a yes with its time and the version of the wording; a yes to an earlier wording is asked anew.

        Returns whether the question is answered. Raises StorageError.
        """
        texts, owner = request.texts, button.owner
        if (button.data.target or FIRST_VERSION) < CONSENT_VERSION:
            await self._ask_in_place(request, owner)
            return False
        async with self._services.database.write() as session:
            person = await person_of(session, owner)
            await people.give_consent(session, person.id, CONSENT_VERSION)
        self._services.personal_adapters.schedule(owner.id)
        await request.conclude(texts.consent_given, texts.thanks)
        return True

    async def refuse(self, request: ButtonRequest, owner: Sender) -> bool:
        """Store a no, which withdraws a consent given before, with its time; that always answers the question.

        Raises StorageError.
        """
        async with self._services.database.write() as session:
            person = await person_of(session, owner)
            trained = await model_versions.mark_for_retraining(session, person.id)
            count = await people.refuse_consent(session, person.id, CONSENT_VERSION)
        await self._services.database.scrub()
        ended = request.texts.consent_withdrawn(count, models=len(trained))
        await request.conclude(ended if count else request.texts.consent_refused)
        return True

    async def _question(self, texts: Texts, sender: Sender) -> str:
        try:
            async with self._services.database.read() as session:
                record = await people.by_telegram_id(session, sender.id)
        except StorageError:
            record = None
        if record is None or not record.consent_is_outdated or record.consent_at is None:
            return texts.consent_question
        return f"{texts.consent_changed(record.consent_at.date())}\n\n{texts.consent_question}"

    async def _ask_in_place(self, request: ButtonRequest, owner: Sender) -> None:
        """The present question in the place of the earlier one."""
        await request.toast()
        if request.message:
            html = f"{request.texts.consent_question_changed}\n\n{request.texts.consent_question}"
            keyboard = self._services.keyboards(request.texts, owner).consent()
            await request.message.edit_text(html, ParseMode.HTML, reply_markup=keyboard)


def _is_unanswered(record: PersonRecord) -> bool:
    """A no stays one, whatever is asked now; and who did not answer the present wording is not asked again."""
    if record.consent is Consent.UNASKED:
        return record.consent_version != CONSENT_VERSION
    return record.consent_is_outdated
