"""Buttons: every press is answered with a toast, and only the person whom they belong to can use them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from telegram import InputFile, Update
from telegram.constants import ParseMode

from bot import keyboards
from bot.answers import answer, face, show
from bot.context import Context
from bot.handlers.asked import Pressed
from bot.handlers.consent import Consenting
from bot.house import House
from bot.keeping import digit_image
from bot.keyboards import Act, Press
from bot.pictures import MOST_TILES, contact_sheet
from bot.texts import percent
from storage import corrections, people, readings
from storage.corrections import CorrectionError
from storage.people import PersonRecord
from storage.readings import ReadingRecord


class Presses:
    """All of them work on the stored reading, so that a restart changes nothing."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._consenting = Consenting(house)

    async def press(self, update: Update, context: Context) -> None:
        pressed = Pressed.of(update, context)
        try:
            press = Press.parse(pressed.query.data or "")
        except ValueError:
            await pressed.toast(pressed.texts.button_expired)
            return
        person, reading = await self._who_and_what(pressed, press)
        refusal = _refusal(pressed, press, person, reading)
        if refusal:
            await pressed.toast(refusal, alert=True)
        elif press.act is Act.CONSENT:
            await self._consent(pressed, agreed=press.label == 1)
        elif press.act is Act.FORGET:
            await self._forget(pressed, person, agreed=press.label == 1)
        elif reading:
            await self._on_reading(pressed, press, await self._noted(pressed, reading))

    async def _who_and_what(self, pressed: Pressed, press: Press) -> tuple[PersonRecord | None, ReadingRecord | None]:
        """The presser, if they are known, and the reading that is meant, if it is still kept."""
        async with self._house.database.read() as session:
            person = await people.by_telegram_id(session, pressed.user.id)
            return person, await readings.by_id(session, press.reading) if press.reading else None

    async def _noted(self, pressed: Pressed, reading: ReadingRecord) -> ReadingRecord:
        """Where the line broke when the answer was sent, its number is learnt from its buttons."""
        if reading.answer_message is not None or pressed.message is None:
            return reading
        async with self._house.database.write() as session:
            await readings.set_answer(session, reading.id, pressed.message.message_id)
        return replace(reading, answer_message=pressed.message.message_id)

    async def _on_reading(self, pressed: Pressed, press: Press, reading: ReadingRecord) -> None:
        if press.act is Act.LABEL:
            await self._correct(pressed, reading, {press.position: press.label})
        elif press.act is Act.RIGHT:
            await self._correct(pressed, reading, {digit.position: digit.final for digit in reading.digits})
        elif press.act is Act.SAW:
            await self._show_saw(pressed, reading)
        else:
            await pressed.toast()
            opens = press.act is Act.OPEN and press.position < len(reading.digits)
            keyboard = keyboards.labels(pressed.texts, reading.id, press.position) if opens else None
            told = answer(pressed.texts, reading, self._house.threshold)
            await pressed.query.edit_message_reply_markup(keyboard or told.keyboard)

    async def _correct(self, pressed: Pressed, reading: ReadingRecord, labels: dict[int, int]) -> None:
        try:
            async with self._house.database.write() as session:
                asks = await self._consenting.is_due(session, pressed.user.id)
                kept = await corrections.correct(
                    session, reading.id, reading.person_id, labels, update_id=pressed.update_id
                )
        except CorrectionError:
            await pressed.toast(pressed.texts.button_expired)
            return
        await pressed.toast(pressed.texts.thanks if kept.is_changed else pressed.texts.glad)
        await show(pressed.bot, pressed.texts, kept, self._house.threshold)
        if asks and kept.is_changed and pressed.message:
            await self._consenting.ask(pressed.message, pressed.texts, reading.id)

    async def _show_saw(self, pressed: Pressed, reading: ReadingRecord) -> None:
        await pressed.toast()
        images = [digit_image(digit) for digit in reading.digits]
        captions = [f"{face(digit)} · {percent(digit.confidence)}" for digit in reading.digits]
        sheet = await asyncio.to_thread(contact_sheet, images, captions)
        texts, total = pressed.texts, len(images)
        caption = texts.saw if total <= MOST_TILES else texts.saw_cut(MOST_TILES, total)
        if pressed.message:
            await pressed.message.reply_photo(InputFile(sheet, "saw.png"), caption=caption, parse_mode=ParseMode.HTML)

    async def _consent(self, pressed: Pressed, *, agreed: bool) -> None:
        await self._consenting.decide(pressed, agreed=agreed)
        texts = pressed.texts
        await pressed.toast(texts.thanks if agreed else None)
        await pressed.query.edit_message_text(texts.consent_given if agreed else texts.consent_refused, ParseMode.HTML)

    async def _forget(self, pressed: Pressed, person: PersonRecord | None, *, agreed: bool) -> None:
        said = pressed.texts.kept
        if agreed:
            said = pressed.texts.forgotten(0, 0)
        if agreed and person:
            async with self._house.database.write() as session:
                gone = await people.forget(session, person.id)
            await self._house.database.scrub()
            said = pressed.texts.forgotten(gone.readings, gone.corrections)
        await pressed.toast()
        await pressed.query.edit_message_text(said, ParseMode.HTML)


def _refusal(pressed: Pressed, press: Press, person: PersonRecord | None, reading: ReadingRecord | None) -> str | None:
    """Why this press does nothing, if so: its reading is gone, or it belongs to somebody else."""
    texts = pressed.texts
    if reading is not None:
        return None if person and reading.person_id == person.id else texts.foreign_reading
    if press.act in (Act.CONSENT, Act.FORGET):
        return None if pressed.asker in (None, pressed.user.id) else texts.not_your_button
    return texts.button_expired
