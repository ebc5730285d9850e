"""Buttons: every press is answered with a toast, and only the person whom they belong to can use them."""

from __future__ import annotations

import asyncio
import contextlib

from telegram import CallbackQuery, InputFile, Message, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot import keyboards
from bot.answers import answer, face
from bot.context import Bot, Context
from bot.handlers.consent import Consenting
from bot.handlers.parts import texts_of
from bot.house import House
from bot.keeping import digit_image
from bot.keyboards import Act, Press
from bot.pictures import MOST_TILES, contact_sheet
from bot.texts import Texts
from storage import corrections, people, readings
from storage.people import PersonRecord
from storage.readings import ReadingRecord


class Presses:
    """One method an act; all of them work on the stored reading, so a restart changes nothing."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._consenting = Consenting(house)

    async def press(self, update: Update, context: Context) -> None:
        query, texts = update.callback_query, texts_of(update)
        if query is None:
            return
        try:
            press = Press.parse(query.data or "")
        except ValueError:
            await query.answer(texts.button_expired)
            return
        person, reading = await self._who_and_what(query, press)
        refusal = self._refusal(query, texts, press, person, reading)
        if refusal:
            await query.answer(refusal, show_alert=True)
        elif press.act is Act.CONSENT and person:
            await self._consent(query, texts, person, press)
        elif press.act is Act.FORGET:
            await self._forget(query, texts, person, press)
        elif reading:
            await self._on_reading(update, context.bot, texts, reading, press)

    async def _who_and_what(
        self, query: CallbackQuery, press: Press
    ) -> tuple[PersonRecord | None, ReadingRecord | None]:
        async with self._house.database.write() as session:
            user = query.from_user
            person = await people.meet(session, user.id, user.full_name, user.language_code or "en")
            return person, await readings.by_id(session, press.reading) if press.reading else None

    @staticmethod
    def _refusal(
        query: CallbackQuery, texts: Texts, press: Press, person: PersonRecord | None, reading: ReadingRecord | None
    ) -> str | None:
        """Why this press does nothing, if so: not the presser's button, or its reading is gone."""
        if press.act is Act.FORGET or (press.act is Act.CONSENT and (not press.reading or not reading)):
            asked = query.message.reply_to_message if isinstance(query.message, Message) else None
            foreign = asked and asked.from_user and asked.from_user.id not in (query.from_user.id, _bot_id(query))
            return texts.not_your_button if foreign else None
        if reading is None:
            return texts.button_expired
        return None if person and reading.person_id == person.id else texts.foreign_reading

    async def _on_reading(self, update: Update, bot: Bot, texts: Texts, reading: ReadingRecord, press: Press) -> None:
        query = update.callback_query
        if query is None:
            return
        if press.act is Act.LABEL:
            await self._correct(bot, query, texts, reading, {press.position: press.label}, update.update_id)
        elif press.act is Act.RIGHT:
            labels = {digit.position: digit.final for digit in reading.digits}
            await self._correct(bot, query, texts, reading, labels, update.update_id)
        elif press.act is Act.SAW:
            await self._show_saw(query, texts, reading)
        elif press.act is Act.OPEN and press.position < len(reading.digits):
            await query.answer()
            await query.edit_message_reply_markup(keyboards.labels(texts, reading.id, press.position))
        else:
            await query.answer()
            await query.edit_message_reply_markup(answer(texts, reading, self._threshold).keyboard)

    @property
    def _threshold(self) -> float:
        return self._house.reader.model.card.sure_threshold

    async def _correct(
        self,
        bot: Bot,
        query: CallbackQuery,
        texts: Texts,
        reading: ReadingRecord,
        labels: dict[int, int],
        update_id: int,
    ) -> None:
        try:
            async with self._house.database.write() as session:
                asks = await self._consenting.is_due(session, query.from_user.id)
                kept = await corrections.correct(session, reading.id, reading.person_id, labels, update_id=update_id)
        except corrections.CorrectionError:
            await query.answer(texts.button_expired)
            return
        changed = any(digit.final != digit.label for digit in kept.digits)
        await query.answer(texts.thanks if changed else texts.glad)
        await show(bot, texts, kept, self._threshold)
        if asks and changed and isinstance(query.message, Message):
            await self._consenting.ask(query.message, texts, reading.id)

    async def _show_saw(self, query: CallbackQuery, texts: Texts, reading: ReadingRecord) -> None:
        await query.answer()
        if not isinstance(query.message, Message):
            return
        images = [digit_image(digit) for digit in reading.digits]
        captions = [f"{face(digit)} · {digit.confidence:.0%}" for digit in reading.digits]
        sheet = await asyncio.to_thread(contact_sheet, images, captions)
        total = len(images)
        caption = texts.saw if total <= MOST_TILES else texts.saw_cut(MOST_TILES, total)
        await query.message.reply_photo(InputFile(sheet, "saw.png"), caption=caption, parse_mode=ParseMode.HTML)

    async def _consent(self, query: CallbackQuery, texts: Texts, person: PersonRecord, press: Press) -> None:
        agreed = press.label == 1
        await self._consenting.decide(person.id, agreed=agreed)
        await query.answer(texts.thanks if agreed else None)
        await query.edit_message_text(texts.consent_given if agreed else texts.consent_refused, ParseMode.HTML)

    async def _forget(self, query: CallbackQuery, texts: Texts, person: PersonRecord | None, press: Press) -> None:
        if press.label != 1 or person is None:
            await query.answer()
            await query.edit_message_text(texts.kept)
            return
        async with self._house.database.write() as session:
            gone = await people.forget(session, person.id)
        await self._house.database.scrub()
        await query.answer()
        await query.edit_message_text(texts.forgotten(gone.readings, gone.corrections), ParseMode.HTML)


def _bot_id(query: CallbackQuery) -> int:
    return query.get_bot().id


async def show(bot: Bot, texts: Texts, reading: ReadingRecord, threshold: float) -> None:
    """Edit the answer so that it tells the reading as it stands; one that is gone or tells it already stays as it is."""
    if reading.answer_message is None:
        return
    told = answer(texts, reading, threshold)
    with contextlib.suppress(BadRequest):
        if reading.digits:
            await bot.edit_message_caption(
                reading.chat_id,
                reading.answer_message,
                caption=told.text,
                parse_mode=ParseMode.HTML,
                reply_markup=told.keyboard,
            )
        else:
            await bot.edit_message_text(
                told.text,
                reading.chat_id,
                reading.answer_message,
                parse_mode=ParseMode.HTML,
                reply_markup=told.keyboard,
            )
