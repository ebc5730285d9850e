"""The consent question: asked once, with the first correction, answered by a button, changed through /privacy."""

from __future__ import annotations

import logging

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Message

from bot.handlers._helpers import person_of
from bot.identity import Right, Sender
from bot.messages.open_questions import OpenQuestion, QuestionKind
from bot.messages.texts import Texts
from bot.services import Services
from storage import corrections, people
from storage.errors import StorageError
from storage.people import Consent

log = logging.getLogger(__name__)

# Of ``Texts.consent_question``: stored with each answer, raised when the meaning of the question changes.
CONSENT_VERSION = 1


class ConsentDialog:
    """Telegram's bot developer terms, 4.3: individual, explicit, active and revocable consent."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def is_due(self, session: AsyncSession, sender: Sender) -> bool:
        """Whether a correction made now is the first without an answer; call it before the correction is stored."""
        if not self._services.permissions.allows(sender, Right.CONSENT):
            return False
        record = await people.by_telegram_id(session, sender.id)
        if record is None or record.consent is not Consent.UNASKED or record.consent_version == CONSENT_VERSION:
            return False
        return not await corrections.waiting(session, record.id)

    async def ask(self, answer: Message, texts: Texts, sender: Sender) -> None:
        """Ask in reply to the corrected answer, and remember that the question was asked."""
        keyboard = self._services.keyboards(texts, sender).consent()
        asked = await answer.reply_html(texts.consent_question, reply_markup=keyboard, allow_sending_without_reply=True)
        question = OpenQuestion(QuestionKind.CONSENT, asked.chat_id, asked.message_id)
        self._services.open_questions.ask(sender.id, question)
        try:
            async with self._services.database.write() as session:
                await people.set_asked(session, sender.id, CONSENT_VERSION)
        except StorageError as error:  # the correction is stored: at worst the question comes once more
            log.warning("a consent question could not be noted: %s", error)

    async def decide(self, sender: Sender, *, agreed: bool) -> None:
        """Store the person's answer with the time and the version of the wording. Raises StorageError."""
        async with self._services.database.write() as session:
            person = await person_of(session, sender)
            store = people.give_consent if agreed else people.refuse_consent
            await store(session, person.id, CONSENT_VERSION)
        if agreed:
            self._services.personal_adapters.schedule(sender.id)
        else:
            await self._services.database.scrub()
