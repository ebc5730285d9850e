"""The consent question: asked once, with the first correction, answered by a tap, changed through /privacy."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Message

from bot.handlers._requests import ButtonRequest
from bot.messages import keyboards
from bot.messages.texts import Texts
from bot.services import Services
from storage import corrections, people
from storage.people import Consent

WORDING = 1
"""The version of ``texts.consent_question``: stored with each answer, raised when the question changes its meaning."""


class ConsentDialog:
    """Telegram's bot developer terms, 4.3: individual, explicit, active and revocable consent."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def is_due(self, session: AsyncSession, telegram_id: int) -> bool:
        """Whether a correction made now is the first one that waits for an answer; to be asked before it is stored."""
        record = await people.by_telegram_id(session, telegram_id)
        if record is None or record.consent is not Consent.UNASKED:
            return False
        return not await corrections.waiting(session, record.id)

    async def ask(self, answered: Message, texts: Texts, reading: int) -> None:
        """Ask under the answer that was put right; the buttons carry its reading, whose owner alone may press them."""
        await answered.reply_html(texts.consent_question, reply_markup=keyboards.consent(texts, reading))

    async def decide(self, request: ButtonRequest, *, agreed: bool) -> None:
        """Store the presser's answer with the version of the wording, and the time."""
        user = request.user
        async with self._services.database.write() as session:
            person = await people.get_or_create(session, user.id, user.full_name, user.language_code or "en")
            answer = people.give_consent if agreed else people.refuse_consent
            await answer(session, person.id, WORDING)
        if not agreed:
            await self._services.database.scrub()
