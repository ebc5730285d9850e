"""Buttons of readings, of the consent question and of /forget; each works for its owner only."""

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


class ButtonCallbacks:
    """Everything is looked up in the database, so that buttons outlive a restart."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._consent = ConsentDialog(services)

    async def handle(self, update: Update, context: Context) -> None:
        request = ButtonRequest.of(update, context)
        try:
            data = CallbackData.parse(request.query.data or "")
        except ValueError:
            await request.toast(request.texts.button_expired)
            return
        person, reading = await self._load(request, data)
        refusal = _refusal(request, data, person, reading)
        if refusal:
            await request.toast(refusal, alert=True)
        elif data.action is ButtonAction.CONSENT:
            await self._answer_consent(request, agreed=data.label == 1)
        elif data.action is ButtonAction.FORGET:
            await self._forget(request, person, agreed=data.label == 1)
        elif reading:
            await self._handle_reading(request, data, await self._with_answer(request, reading))

    async def _load(
        self, request: ButtonRequest, data: CallbackData
    ) -> tuple[PersonRecord | None, ReadingRecord | None]:
        """The person, if they ever used the bot, and the reading, if it is still stored."""
        async with self._services.database.read() as session:
            person = await people.by_telegram_id(session, request.user.id)
            return person, await readings.by_id(session, data.target) if data.target else None

    async def _with_answer(self, request: ButtonRequest, reading: ReadingRecord) -> ReadingRecord:
        """The reading with its answer's message id: unknown where the connection broke while the answer was sent."""
        if reading.answer_message is not None or request.message is None:
            return reading
        async with self._services.database.write() as session:
            await readings.set_answer(session, reading.id, request.message.message_id)
        return replace(reading, answer_message=request.message.message_id)

    async def _handle_reading(self, request: ButtonRequest, data: CallbackData, reading: ReadingRecord) -> None:
        if data.action is ButtonAction.LABEL:
            await self._correct(request, reading, {data.position: data.label})
        elif data.action is ButtonAction.RIGHT:
            await self._correct(request, reading, {digit.position: digit.final for digit in reading.digits})
        elif data.action is ButtonAction.SHOW_INPUT:
            await self._send_digit_images(request, reading)
        else:
            await request.toast()
            opens = data.action is ButtonAction.OPEN and data.position < len(reading.digits)
            labels = keyboards.labels(request.texts, reading.id, data.position) if opens else None
            await request.query.edit_message_reply_markup(labels or render(request.texts, reading).keyboard)

    async def _correct(self, request: ButtonRequest, reading: ReadingRecord, labels: dict[int, int]) -> None:
        try:
            async with self._services.database.write() as session:
                asks = await self._consent.is_due(session, request.user.id)
                corrected = await corrections.correct(
                    session, reading.id, reading.person_id, labels, update_id=request.update_id
                )
        except CorrectionError:
            await request.toast(request.texts.button_expired)
            return
        await request.toast(request.texts.thanks if corrected.is_changed else request.texts.glad)
        await edit_answer(request.bot, request.texts, corrected)
        if asks and corrected.is_changed and request.message:
            await self._consent.ask(request.message, request.texts, reading.id)

    async def _send_digit_images(self, request: ButtonRequest, reading: ReadingRecord) -> None:
        """[ What you saw ]: the images that the network was given, each with its label and confidence."""
        await request.toast()
        images = [to_digit_image(digit) for digit in reading.digits]
        captions = [f"{button_label(digit)} · {percent(digit.confidence)}" for digit in reading.digits]
        sheet = await asyncio.to_thread(contact_sheet, images, captions)
        texts, total = request.texts, len(images)
        caption = texts.digit_images if total <= MAX_TILES else texts.first_digit_images(MAX_TILES, total)
        if request.message:
            picture = InputFile(sheet, "digit-images.png")
            await request.message.reply_photo(picture, caption=caption, parse_mode=ParseMode.HTML)

    async def _answer_consent(self, request: ButtonRequest, *, agreed: bool) -> None:
        await self._consent.decide(request, agreed=agreed)
        texts = request.texts
        await request.toast(texts.thanks if agreed else None)
        await request.query.edit_message_text(texts.consent_given if agreed else texts.consent_refused, ParseMode.HTML)

    async def _forget(self, request: ButtonRequest, person: PersonRecord | None, *, agreed: bool) -> None:
        text = request.texts.nothing_deleted
        if agreed:
            text = request.texts.deleted(0, 0)
        if agreed and person:
            async with self._services.database.write() as session:
                forgotten = await people.forget(session, person.id)
            await self._services.database.scrub()
            text = request.texts.deleted(forgotten.readings, forgotten.corrections)
        await request.toast()
        await request.query.edit_message_text(text, ParseMode.HTML)


def _refusal(
    request: ButtonRequest, data: CallbackData, person: PersonRecord | None, reading: ReadingRecord | None
) -> str | None:
    """Why this button does nothing, if so: its reading is gone, or it belongs to somebody else."""
    texts = request.texts
    if reading is not None:
        return None if person and reading.person_id == person.id else texts.foreign_reading
    if data.action in (ButtonAction.CONSENT, ButtonAction.FORGET):
        return None if request.asker_id in (None, request.user.id) else texts.not_your_button
    return texts.button_expired
