"""Messages that are read by nobody: contents that are no picture, and captions that were edited."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from telegram import Update

from bot.context import Context
from bot.handlers._helpers import digits_of_caption
from bot.handlers._requests import MessageRequest
from bot.handlers.labelling import digits_of
from bot.messages.texts import Texts
from bot.services import Services
from bot.updates.message_kinds import Treatment, treatment_of
from storage import readings

ANSWERS: Final[Mapping[Treatment, Callable[[Texts], str]]] = MappingProxyType(
    {
        Treatment.MOVING: lambda texts: texts.not_a_still,
        Treatment.SOUND: lambda texts: texts.no_sound,
        Treatment.PLACE: lambda texts: texts.no_place,
        Treatment.CONTACT: lambda texts: texts.no_contact,
        Treatment.POLL: lambda texts: texts.no_poll,
        Treatment.GAME: lambda texts: texts.no_game,
        Treatment.WITHHELD: lambda texts: texts.withheld,
        Treatment.GIFT: lambda texts: texts.thanks,
    }
)


class OtherMessages:
    """One sentence for each, and nothing is stored."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def refuse(self, update: Update, context: Context) -> None:
        """A message of a kind in ``ANSWERS``."""
        request = MessageRequest.of(update, context)
        await request.say(ANSWERS[treatment_of(request.message)](request.texts))

    async def explain_edit(self, update: Update, context: Context) -> None:
        """A picture whose caption was edited to other digits: it corrects nothing, and that is said.

        Telegram sends edits that nobody made too (Bot API, Update: ``edited_message``): where the digits are those that
        stand, there is nothing to say.
        """
        request = MessageRequest.of(update, context)
        match = context.matches[0] if context.matches else None
        digits = digits_of_caption(match, request.texts) if match else None
        async with self._services.database.read() as session:
            reading = await readings.by_source(session, request.chat, request.message.message_id)
        if digits and (reading is None or digits_of(reading) != digits):
            await request.say(request.texts.caption_edited(digits), quote=True)
