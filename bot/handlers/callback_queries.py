"""Buttons: every press is answered with a toast, and only the person whom they belong to can use them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from telegram import InputFile, Update
from telegram.constants import ParseMode

from bot.context import Context
from bot.handlers._requests import ButtonRequest
from bot.handlers.consent_dialog import ConsentDialog
from bot.messages import keyboards
from bot.messages.keyboards import ButtonAction, CallbackData
from bot.messages.pictures import MAX_TILES, contact_sheet
from bot.messages.reading_message import button_label, edit_answer, render
from bot.messages.texts import percent
from bot.photos.reading_mapping import to_digit_image
from bot.services import Services
from storage import corrections, people, readings
from storage.errors import CorrectionError
from storage.people import PersonRecord
from storage.readings import ReadingRecord


class CallbackQueries:
    """All of them work on the stored reading, so that a restart changes nothing."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._consent = ConsentDialog(services)

    async def press(self, update: Update, context: Context) -> None:
        request = ButtonRequest.of(update, context)
        try:
            press = CallbackData.parse(request.query.data or "")
        except ValueError:
            await request.toast(request.texts.button_expired)
            return
        person, reading = await self._who_and_what(request, press)
        refusal = _refusal(request, press, person, reading)
        if refusal:
            await request.toast(refusal, alert=True)
        elif press.act is ButtonAction.CONSENT:
            await self._answer_consent(request, agreed=press.label == 1)
        elif press.act is ButtonAction.FORGET:
            await self._forget(request, person, agreed=press.label == 1)
        elif reading:
            await self._on_reading(request, press, await self._noted(request, reading))

    async def _who_and_what(
        self, request: ButtonRequest, press: CallbackData
    ) -> tuple[PersonRecord | None, ReadingRecord | None]:
        """The presser, if they are known, and the reading that is meant, if it is still kept."""
        async with self._services.database.read() as session:
            person = await people.by_telegram_id(session, request.user.id)
            return person, await readings.by_id(session, press.reading) if press.reading else None

    async def _noted(self, request: ButtonRequest, reading: ReadingRecord) -> ReadingRecord:
        """Where the line broke when the answer was sent, its number is learnt from its buttons."""
        if reading.answer_message is not None or request.message is None:
            return reading
        async with self._services.database.write() as session:
            await readings.set_answer(session, reading.id, request.message.message_id)
        return replace(reading, answer_message=request.message.message_id)

    async def _on_reading(self, request: ButtonRequest, press: CallbackData, reading: ReadingRecord) -> None:
        if press.act is ButtonAction.LABEL:
            await self._correct(request, reading, {press.position: press.label})
        elif press.act is ButtonAction.RIGHT:
            await self._correct(request, reading, {digit.position: digit.final for digit in reading.digits})
        elif press.act is ButtonAction.SAW:
            await self._show_saw(request, reading)
        else:
            await request.toast()
            opens = press.act is ButtonAction.OPEN and press.position < len(reading.digits)
            keyboard = keyboards.labels(request.texts, reading.id, press.position) if opens else None
            told = render(request.texts, reading)
            await request.query.edit_message_reply_markup(keyboard or told.keyboard)

    async def _correct(self, request: ButtonRequest, reading: ReadingRecord, labels: dict[int, int]) -> None:
        try:
            async with self._services.database.write() as session:
                asks = await self._consent.is_due(session, request.user.id)
                kept = await corrections.correct(
                    session, reading.id, reading.person_id, labels, update_id=request.update_id
                )
        except CorrectionError:
            await request.toast(request.texts.button_expired)
            return
        await request.toast(request.texts.thanks if kept.is_changed else request.texts.glad)
        await edit_answer(request.bot, request.texts, kept)
        if asks and kept.is_changed and request.message:
            await self._consent.ask(request.message, request.texts, reading.id)

    async def _show_saw(self, request: ButtonRequest, reading: ReadingRecord) -> None:
        await request.toast()
        images = [to_digit_image(digit) for digit in reading.digits]
        captions = [f"{button_label(digit)} · {percent(digit.confidence)}" for digit in reading.digits]
        sheet = await asyncio.to_thread(contact_sheet, images, captions)
        texts, total = request.texts, len(images)
        caption = texts.saw if total <= MAX_TILES else texts.saw_cut(MAX_TILES, total)
        if request.message:
            await request.message.reply_photo(InputFile(sheet, "saw.png"), caption=caption, parse_mode=ParseMode.HTML)

    async def _answer_consent(self, request: ButtonRequest, *, agreed: bool) -> None:
        await self._consent.decide(request, agreed=agreed)
        texts = request.texts
        await request.toast(texts.thanks if agreed else None)
        await request.query.edit_message_text(texts.consent_given if agreed else texts.consent_refused, ParseMode.HTML)

    async def _forget(self, request: ButtonRequest, person: PersonRecord | None, *, agreed: bool) -> None:
        said = request.texts.kept
        if agreed:
            said = request.texts.forgotten(0, 0)
        if agreed and person:
            async with self._services.database.write() as session:
                gone = await people.forget(session, person.id)
            await self._services.database.scrub()
            said = request.texts.forgotten(gone.readings, gone.corrections)
        await request.toast()
        await request.query.edit_message_text(said, ParseMode.HTML)


def _refusal(
    request: ButtonRequest, press: CallbackData, person: PersonRecord | None, reading: ReadingRecord | None
) -> str | None:
    """Why this press does nothing, if so: its reading is gone, or it belongs to somebody else."""
    texts = request.texts
    if reading is not None:
        return None if person and reading.person_id == person.id else texts.foreign_reading
    if press.act in (ButtonAction.CONSENT, ButtonAction.FORGET):
        return None if request.asker_id in (None, request.user.id) else texts.not_your_button
    return texts.button_expired
