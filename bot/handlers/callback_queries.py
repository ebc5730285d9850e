"""Buttons of readings, of the consent question and of /forget; each works for its owner only."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace

from telegram import InputFile, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.context import Context
from bot.handlers._pressed_buttons import PressedButton, PressedButtons, callback_data_of
from bot.handlers._requests import ButtonRequest, MessageRequest
from bot.handlers.consent_dialog import ConsentDialog
from bot.handlers.labelling import Labelling
from bot.handlers.redrawing import redraw
from bot.identity import Sender
from bot.messages.callback_data import ButtonAction
from bot.messages.reading_message import edit_answer, render, render_choice
from bot.monitoring.metrics import CorrectionSource
from bot.photos.reading_mapping import to_digit_card
from bot.pictures.digit_sheet import MAX_CARDS, digit_sheet
from bot.services import Services
from storage import corrections, inbox, people, readings
from storage.errors import CorrectionError
from storage.people import Forgotten
from storage.readings import ReadingRecord


class ButtonCallbacks:
    """Everything is looked up in the database, so that buttons outlive a restart."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._pressed = PressedButtons(services)
        self._consent = ConsentDialog(services)
        self._labelling = Labelling(services)

    async def handle(self, update: Update, context: Context) -> None:
        request = ButtonRequest.of(update, context)
        button = await self._pressed.accept(request)
        if button is None:
            return
        if button.data.action is ButtonAction.CONSENT:
            await self._answer_consent(request, button.owner, agreed=button.data.label == 1)
        elif button.data.action is ButtonAction.FORGET:
            await self._forget(request, button.owner, agreed=button.data.label == 1)
        else:
            await self._handle_reading(request, button)

    async def _handle_reading(self, request: ButtonRequest, button: PressedButton) -> None:
        data = button.data
        reading = await self._load(request, button)
        if reading is None:
            return
        if data.action is ButtonAction.LABEL:
            await self._correct(request, button, reading, {data.position: data.label})
        elif data.action is ButtonAction.RIGHT:
            await self._correct(request, button, reading, {digit.position: digit.final for digit in reading.digits})
        elif data.action is ButtonAction.DIGITS:
            await self._take_digits(request, button, reading)
        elif data.action is ButtonAction.SHOW_INPUT:
            await self._send_digit_images(request, reading)
        else:
            await self._show_keyboard(request, button, reading)

    async def _load(self, request: ButtonRequest, button: PressedButton) -> ReadingRecord | None:
        """The button's reading; None where it is gone or somebody else's, or where this message is not its answer."""
        async with self._services.database.read() as session:
            person = await people.by_telegram_id(session, button.owner.id)
            reading = await readings.by_id(session, button.data.target)
        if reading is None or not _is_answer(request, button, reading):
            await request.toast(request.texts.button_expired, alert=True)
            return None
        if person is None or reading.person_id != person.id:
            await request.toast(request.texts.foreign_reading, alert=True)
            return None
        # The question about a count is no answer.
        is_answer = button.data.action is not ButtonAction.DIGITS
        return await self._with_answer(request, reading) if is_answer else reading

    async def _with_answer(self, request: ButtonRequest, reading: ReadingRecord) -> ReadingRecord:
        """The reading with the pressed message as its answer: a kill may have doubled it, and the connection may have
        broken while it was sent."""
        if request.message is None or reading.answer_message == request.message.message_id:
            return reading
        async with self._services.database.write() as session:
            await readings.set_answer(session, reading.id, request.message.message_id)
        return replace(reading, answer_message=request.message.message_id)

    async def _show_keyboard(self, request: ButtonRequest, button: PressedButton, reading: ReadingRecord) -> None:
        """The labels of one digit with the question which it is, or the digits and the reading again."""
        await request.toast()
        keyboards, position = self._services.keyboards(request.texts, button.owner), button.data.position
        opens = button.data.action is ButtonAction.OPEN and position < len(reading.digits)
        shown = render_choice(keyboards, reading, position) if opens else render(keyboards, reading)
        if request.message:
            with contextlib.suppress(BadRequest):  # the message is gone, or shows this already
                await request.message.edit_caption(shown.text, shown.keyboard, ParseMode.HTML)

    async def _take_digits(self, request: ButtonRequest, button: PressedButton, reading: ReadingRecord) -> None:
        """[ 4271 ] or [ it is 427 ]: label the reading so, by force if need be, and take the buttons away."""
        if request.message is None:
            await request.toast(request.texts.button_expired)
            return
        await request.toast(request.texts.thanks)
        if button.data.digits:
            given = MessageRequest(request.message, button.owner, request.bot, request.texts, request.update_id)
            await self._labelling.label(given, reading, button.data.digits, forces=True)
        with contextlib.suppress(BadRequest):  # the message is gone, or its buttons are
            await request.message.edit_reply_markup()

    async def _correct(
        self, request: ButtonRequest, button: PressedButton, reading: ReadingRecord, labels: dict[int, int]
    ) -> None:
        owner = button.owner
        try:
            async with self._services.database.write() as session:
                asks = await self._consent.is_due(session, owner)
                corrected = await corrections.correct(
                    session, reading.id, reading.person_id, labels, update_id=request.update_id
                )
        except CorrectionError:
            await request.toast(request.texts.button_expired)
            return
        source = CorrectionSource.BUTTON if corrected.is_changed else CorrectionSource.CONFIRMATION
        self._services.note_correction(owner.id, source)
        await request.toast(request.texts.thanks if corrected.is_changed else request.texts.glad)
        keyboards = self._services.keyboards(request.texts, owner)
        answer = await edit_answer(request.bot, keyboards, corrected)
        if asks and corrected.is_changed and request.message:
            await self._consent.ask(request.message, request.texts, owner)
        if corrected.finals != reading.finals:
            await redraw(self._services, request, keyboards, corrected, answer)

    async def _send_digit_images(self, request: ButtonRequest, reading: ReadingRecord) -> None:
        """[ What you saw ]: the images that the network was given, each with its label and its ten probabilities."""
        await request.toast()
        sheet = await asyncio.to_thread(digit_sheet, [to_digit_card(digit) for digit in reading.digits])
        texts, total = request.texts, len(reading.digits)
        images = texts.digit_images if total <= MAX_CARDS else texts.first_digit_images(MAX_CARDS, total)
        if request.message:
            picture = InputFile(sheet, "digit-images.png")
            await request.message.reply_photo(
                picture, caption=f"{images} {texts.probability_bars}", parse_mode=ParseMode.HTML
            )

    async def _answer_consent(self, request: ButtonRequest, owner: Sender, *, agreed: bool) -> None:
        await self._consent.decide(owner, agreed=agreed)
        texts = request.texts
        await request.conclude(
            texts.consent_given if agreed else texts.consent_refused, texts.thanks if agreed else None
        )

    async def _forget(self, request: ButtonRequest, owner: Sender, *, agreed: bool) -> None:
        if not agreed:
            await request.conclude(request.texts.nothing_deleted)
            return
        forgotten = await self._delete_everything(owner, request.update_id)
        # Committed: what fails from here on leaves it deleted, and is told as that.
        traces = not await self._services.database.scrub()
        count = (forgotten.readings, forgotten.corrections) if forgotten else (0, 0)
        models = len(forgotten.trained) if forgotten else 0
        await request.conclude(request.texts.deleted(*count, traces=traces, models=models))

    async def _delete_everything(self, owner: Sender, update_id: int) -> Forgotten | None:
        """Delete all that is stored of this person, in one transaction; None where there was nothing. Raises
        StorageError, and then nothing is deleted."""
        async with self._services.database.write() as session:
            await inbox.forget_sender(session, owner.id, but=update_id)
            person = await people.by_telegram_id(session, owner.id)
            return await people.forget(session, person.id) if person else None


def _is_answer(request: ButtonRequest, button: PressedButton, reading: ReadingRecord) -> bool:
    """Whether the message with the button is an answer of this reading: callback data can be sent under any message.

    A kill may have doubled the answer; the copy is known by its buttons.
    """
    if request.message is None:
        return True
    if request.message.chat_id != reading.chat_id:
        return False
    if reading.answer_message is None:  # the connection broke while it was sent
        return button.in_place
    is_stored = request.message.message_id == reading.answer_message
    return is_stored or (request.query.data or "") in callback_data_of(request.message)
