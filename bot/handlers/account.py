"""What a person can ask about the bot and about themselves, and what is told of things that are no photo."""

from __future__ import annotations

from telegram import Update

from bot import keyboards
from bot.context import Context
from bot.handlers.parts import message_of, texts_of, user_of
from bot.house import House
from storage import people
from storage.people import Consent


class Account:
    """/start /help /privacy /forget /id, and the hints."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def start(self, update: Update, context: Context) -> None:
        await message_of(update).reply_html(texts_of(update).start)

    async def help(self, update: Update, context: Context) -> None:
        await message_of(update).reply_html(texts_of(update).help)

    async def privacy(self, update: Update, context: Context) -> None:
        texts = texts_of(update)
        async with self._house.database.read() as session:
            person = await people.by_telegram_id(session, user_of(update).id)
        consented = person is not None and person.consent is Consent.GIVEN
        sentence = texts.privacy(self._house.settings.keep_days, consented=consented)
        await message_of(update).reply_html(sentence, reply_markup=keyboards.consent(texts))

    async def forget(self, update: Update, context: Context) -> None:
        texts = texts_of(update)
        await message_of(update).reply_html(texts.forget_question, reply_markup=keyboards.forget(texts))

    async def tell_id(self, update: Update, context: Context) -> None:
        person = user_of(update).id
        await message_of(update).reply_html(texts_of(update).your_id(person, admin=self._house.is_admin(person)))

    async def hint(self, update: Update, context: Context) -> None:
        await message_of(update).reply_html(texts_of(update).text_hint)

    async def unknown_command(self, update: Update, context: Context) -> None:
        await message_of(update).reply_html(texts_of(update).unknown_command)

    async def not_a_still(self, update: Update, context: Context) -> None:
        await message_of(update).reply_html(texts_of(update).not_a_still)
