"""The consent question: asked once, with the first correction, answered by a button, changed through /privacy."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Message

from bot.handlers._requests import ButtonRequest
from bot.messages import keyboards
from bot.messages.texts import Texts
from bot.services import Services
from storage import corrections, people
from storage.people import Consent

# Of ``Texts.consent_question``: stored with each answer, raised when the meaning of the question changes.
CONSENT_VERSION = 1


class ConsentDialog:
    """Telegram's bot developer terms, 4.3: individual, explicit, active and revocable consent."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def is_due(self, session: AsyncSession, telegram_id: int) -> bool:
        """Whether a correction made now is the first without an answer; call it before the correction is stored."""
        record = await people.by_telegram_id(session, telegram_id)
        if record is None or record.consent is not Consent.UNASKED:
            return False
        return not await corrections.waiting(session, record.id)

    async def ask(self, answer: Message, texts: Texts, reading_id: int) -> None:
        """Ask in reply to the corrected answer; only the owner of its reading may press the buttons."""
        await answer.reply_html(texts.consent_question, reply_markup=keyboards.consent(texts, reading_id))

    async def decide(self, request: ButtonRequest, *, agreed: bool) -> None:
        """Store the person's answer with the time and the version of the wording."""
        user = request.user
        async with self._services.database.write() as session:
            person = await people.get_or_create(session, user.id, user.full_name, user.language_code or "en")
            store = people.give_consent if agreed else people.refuse_consent
            await store(session, person.id, CONSENT_VERSION)
        if not agreed:
            await self._services.database.scrub()
