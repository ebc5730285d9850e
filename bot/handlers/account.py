"""What a person can ask about the bot and about themselves, and what is told of things that are no photo."""

from __future__ import annotations

from telegram import Update

from bot import keyboards
from bot.context import Context
from bot.handlers.asked import Asked
from bot.house import House
from storage import people
from storage.people import Consent


class Account:
    """/start /help /privacy /forget /id, and the hints."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def start(self, update: Update, context: Context) -> None:
        asked = Asked.of(update, context)
        await asked.say(asked.texts.start)

    async def help(self, update: Update, context: Context) -> None:
        asked = Asked.of(update, context)
        await asked.say(asked.texts.help)

    async def privacy(self, update: Update, context: Context) -> None:
        asked = Asked.of(update, context)
        async with self._house.database.read() as session:
            person = await people.by_telegram_id(session, asked.user.id)
        consented = person is not None and person.consent is Consent.GIVEN
        sentence = asked.texts.privacy(self._house.settings.keep_days, consented=consented)
        await asked.say(sentence, keyboards.consent(asked.texts), quote=True)

    async def forget(self, update: Update, context: Context) -> None:
        asked = Asked.of(update, context)
        await asked.say(asked.texts.forget_question, keyboards.forget(asked.texts), quote=True)

    async def tell_id(self, update: Update, context: Context) -> None:
        asked = Asked.of(update, context)
        await asked.say(asked.texts.your_id(asked.user.id, admin=self._house.is_admin(asked.user.id)))

    async def hint(self, update: Update, context: Context) -> None:
        asked = Asked.of(update, context)
        await asked.say(asked.texts.text_hint)

    async def unknown_command(self, update: Update, context: Context) -> None:
        asked = Asked.of(update, context)
        await asked.say(asked.texts.unknown_command)

    async def not_a_still(self, update: Update, context: Context) -> None:
        asked = Asked.of(update, context)
        await asked.say(asked.texts.not_a_still)
