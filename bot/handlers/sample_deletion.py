"""A person's own samples on a contact sheet, and how they delete one of them, or one reading with its samples."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

import numpy as np
from telegram import InlineKeyboardMarkup, InputFile, InputMediaPhoto, Message, Update
from telegram.error import BadRequest, TelegramError

from bot.context import Context
from bot.handlers._pressed_buttons import PressedButton, PressedButtons
from bot.handlers._requests import ButtonRequest, MessageRequest
from bot.identity import is_private
from bot.messages.callback_data import ButtonAction
from bot.messages.texts import Texts
from bot.pictures.sample_sheet import sample_sheet
from bot.services import Services
from storage import people, readings
from storage.people import PersonRecord
from storage.personal import single_deletion
from storage.personal.single_deletion import Deleted
from storage.readings import ReadingRecord
from storage.samples import Sample
from storage.tables import NOT_A_DIGIT

SAMPLES_ON_SHEET = 24  # each with a button


class SampleDeletion:
    """The buttons of /privacy, /mydata and of the sheets; they look everything up, so that they outlive a restart."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._pressed = PressedButtons(services)

    async def handle_button(self, update: Update, context: Context) -> None:
        """[ Delete single samples ] and [ Older ] send a sheet; a number on it and [ Delete ] delete that sample."""
        request = ButtonRequest.of(update, context)
        button = await self._pressed.accept(request)
        if button is None or request.message is None:
            return
        if not is_private(request.message.chat_id):
            await request.toast(request.texts.only_in_private, alert=True)
        elif button.data.action is ButtonAction.OWN_SAMPLES:
            await request.toast()
            await self._send_sheet(request, button, before=button.data.target)
        elif button.data.label == 0:
            await request.toast()
            await self._open(request, button)
        else:
            await self._delete(request, button)

    async def reading_to_delete(self, request: MessageRequest) -> ReadingRecord | None:
        """The sender's own reading whose photo or answer /forget replies to; None where it replies to none."""
        replied = request.message.reply_to_message
        if replied is None:
            return None
        async with self._services.database.read() as session:
            person = await people.by_telegram_id(session, request.sender.id)
            reading = await readings.by_message(session, request.chat, replied.message_id)
        return reading if person and reading and reading.person_id == person.id else None

    async def delete_reading(self, request: ButtonRequest, button: PressedButton) -> None:
        """The answer to the question about one reading was yes. Raises StorageError, and then nothing is deleted."""
        async with self._services.database.write() as session:
            person = await people.by_telegram_id(session, button.owner.id)
            reading = await readings.by_id(session, button.data.target)
            deleted = await single_deletion.delete_reading(session, person.id, button.data.target) if person else None
        traces = not await self._services.database.scrub()
        self._services.personal_adapters.schedule(button.owner.id)
        await request.conclude(_outcome(request.texts, deleted, traces=traces))
        if deleted and reading and reading.answer_message:  # its buttons mean nothing any more
            with contextlib.suppress(TelegramError):
                await request.bot.edit_message_reply_markup(reading.chat_id, reading.answer_message)

    async def _send_sheet(self, request: ButtonRequest, button: PressedButton, *, before: int) -> None:
        """Send the newest samples, of those with a smaller number than ``before`` unless that is 0."""
        stored = await self._stored(button)
        rest = [sample for sample in stored if not before or sample.number < before]
        shown, message = rest[:SAMPLES_ON_SHEET], request.message
        if message is None or not shown:
            await request.bot.send_message(button.owner.id, request.texts.no_own_samples)
            return
        older = shown[-1].number if len(rest) > len(shown) else 0
        keyboard = self._services.keyboards(request.texts, button.owner).own_samples(_places(shown), older=older)
        picture = await asyncio.to_thread(_sheet, shown)
        caption = request.texts.own_samples(len(shown), len(stored))
        await message.reply_photo(InputFile(picture, "samples.png"), caption=caption, reply_markup=keyboard)

    async def _open(self, request: ButtonRequest, button: PressedButton) -> None:
        """Offer to delete the sample whose number was pressed."""
        if request.message is None or request.message.reply_markup is None:
            return
        shown, older = self._numbers(request.message.reply_markup)
        places = list(enumerate(shown, start=1))
        keyboards = self._services.keyboards(request.texts, button.owner)
        with contextlib.suppress(BadRequest):  # the message is gone, or shows this already
            await request.message.edit_reply_markup(keyboards.own_samples(places, button.data.target, older=older))

    async def _delete(self, request: ButtonRequest, button: PressedButton) -> None:
        """Delete the sample, and take its picture off the sheet. Raises StorageError, and then nothing is deleted."""
        async with self._services.database.write() as session:
            person = await people.by_telegram_id(session, button.owner.id)
            number = button.data.target
            deleted = await single_deletion.delete_sample(session, person.id, number) if person else None
        traces = not await self._services.database.scrub()
        self._services.personal_adapters.schedule(button.owner.id)
        await request.toast(_outcome(request.texts, deleted, traces=traces), alert=True)
        if request.message:
            await self._redraw(request, request.message, button, person)

    async def _redraw(
        self, request: ButtonRequest, message: Message, button: PressedButton, person: PersonRecord | None
    ) -> None:
        """The sheet with what is left of it; a sheet without samples is deleted."""
        numbers, older = self._numbers(message.reply_markup) if message.reply_markup else ([], 0)
        stored = await self._stored(button) if person else ()
        left = [sample for sample in stored if sample.number in numbers]
        with contextlib.suppress(BadRequest):  # the message is gone, or too old to be changed
            if not left:
                await message.delete()
                return
            picture = await asyncio.to_thread(_sheet, left)
            media = InputMediaPhoto(picture, request.texts.own_samples(len(left), len(stored)), filename="samples.png")
            keyboards = self._services.keyboards(request.texts, button.owner)
            await message.edit_media(media, reply_markup=keyboards.own_samples(_places(left), older=older))

    async def _stored(self, button: PressedButton) -> tuple[Sample, ...]:
        async with self._services.database.read() as session:
            person = await people.by_telegram_id(session, button.owner.id)
            return await single_deletion.own_samples(session, person.id) if person else ()

    def _numbers(self, markup: InlineKeyboardMarkup) -> tuple[list[int], int]:
        """The numbers of the samples on a sheet, in their order, and that after which [ Older ] goes on (0: none)."""
        shown, older = [], 0
        for button in (button for row in markup.inline_keyboard for button in row):
            data = self._services.callback_signer.parse(str(button.callback_data))
            if data.action is ButtonAction.OWN_SAMPLES:
                older = data.target
            elif data.label == 0:
                shown.append(data.target)
        return shown, older


def _places(shown: Sequence[Sample]) -> list[tuple[int, int]]:
    return [(place, sample.number) for place, sample in enumerate(shown, start=1)]


def _sheet(shown: Sequence[Sample]) -> bytes:
    images = [np.frombuffer(sample.image, np.uint8).reshape(28, 28) for sample in shown]
    labels = [None if sample.label == NOT_A_DIGIT else sample.label for sample in shown]
    return sample_sheet(list(zip(images, labels, strict=True)))


def _outcome(texts: Texts, deleted: Deleted | None, *, traces: bool) -> str:
    if deleted is None:
        return texts.already_deleted
    return texts.deleted_one(deleted.samples, traces=traces, models=len(deleted.trained))
