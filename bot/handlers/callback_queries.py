"""Buttons of readings, of the consent question and of /forget; each works for its owner only."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace

from telegram import InputFile, Message, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.context import Context
from bot.handlers._helpers import showing_chat_action
from bot.handlers._pressed_buttons import PressedButton, PressedButtons, callback_data_of, remove_buttons
from bot.handlers._requests import ButtonRequest, MessageRequest
from bot.handlers.consent_dialog import ConsentDialog
from bot.handlers.labelling import Labelling
from bot.handlers.redrawing import redraw
from bot.handlers.sample_deletion import SampleDeletion
from bot.identity import Sender
from bot.messages.callback_data import ButtonAction
from bot.messages.open_questions import OpenQuestion, QuestionKind
from bot.messages.reading_message import edit_answer, render, render_choice
from bot.messages.stale_buttons import MessageKey
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
        self._own_samples = SampleDeletion(services)

    async def handle(self, update: Update, context: Context) -> None:
        request = ButtonRequest.of(update, context)
        button = await self._pressed.accept(request)
        if button is None:
            return
        if button.data.action is ButtonAction.CONSENT:
            await self._answer_consent(request, button)
        elif button.data.action is ButtonAction.FORGET:
            await self._forget(request, button)
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
            moved = reading is not None and reading.is_moved
            await request.toast(request.texts.group_upgraded if moved else request.texts.button_expired, alert=True)
            await remove_buttons(request)
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
        position, on_behalf = button.data.position, button.on_behalf
        keyboards = await self._services.owners_keyboards(request.texts, button.owner, on_behalf=on_behalf)
        opens = button.data.action is ButtonAction.OPEN and position < len(reading.digits)
        shown = render_choice(keyboards, reading, position) if opens else render(keyboards, reading)
        if request.message:
            self._note_choice(request.message, button.owner, reading, opens=opens)
            with contextlib.suppress(BadRequest):  # the message is gone, or shows this already
                if request.message.photo:
                    await request.message.edit_caption(shown.text, shown.keyboard, ParseMode.HTML)
                else:  # an answer in words, where the bot may send no pictures
                    await request.message.edit_text(shown.text, ParseMode.HTML, reply_markup=shown.keyboard)

    def _note_choice(self, message: Message, owner: Sender, reading: ReadingRecord, *, opens: bool) -> None:
        """That a label is being chosen in this answer, or no longer."""
        questions, chat, number = self._services.open_questions, message.chat_id, message.message_id
        if opens:
            questions.ask(owner.id, OpenQuestion(QuestionKind.LABEL, chat, number, reading.id))
        else:
            questions.answered(owner.id, chat, number)

    async def _take_digits(self, request: ButtonRequest, button: PressedButton, reading: ReadingRecord) -> None:
        """[ 4271 ] or [ it is 427 ]: label the reading so, by force if need be, and take the buttons away."""
        if request.message is None:
            await request.toast(request.texts.button_expired)
            return
        await request.toast(request.texts.thanks)
        self._services.open_questions.answered(button.owner.id, request.message.chat_id, request.message.message_id)
        if button.data.digits:
            message, texts = request.message, request.texts
            given = MessageRequest(
                message, button.owner, request.bot, texts, request.update_id, on_behalf=button.on_behalf
            )
            await self._labelling.label(given, reading, button.data.digits, forces=True)
        with contextlib.suppress(BadRequest):  # the message is gone, or its buttons are
            await request.message.edit_reply_markup()

    async def _correct(
        self, request: ButtonRequest, button: PressedButton, reading: ReadingRecord, labels: dict[int, int]
    ) -> None:
        owner = button.owner
        try:
            async with self._services.database.write() as session:
                asks = not button.on_behalf and await self._consent.is_due(session, owner)
                corrected = await corrections.correct(
                    session,
                    reading.id,
                    reading.person_id,
                    labels,
                    update_id=request.update_id,
                    on_behalf=button.on_behalf,
                )
        except CorrectionError:
            await request.toast(request.texts.button_expired)
            await remove_buttons(request)
            return
        self._services.open_questions.corrected(owner.id, reading.id)
        source = CorrectionSource.BUTTON if corrected.is_changed else CorrectionSource.CONFIRMATION
        self._services.note_correction(owner.id, source)
        await request.toast(request.texts.thanks if corrected.is_changed else request.texts.glad)
        keyboards = await self._services.owners_keyboards(request.texts, owner, on_behalf=button.on_behalf)
        answer = await edit_answer(request.bot, keyboards, corrected)
        if asks and corrected.is_changed and request.message:
            await self._consent.ask(request.message, request.texts, owner)
        if corrected.finals != reading.finals:
            await redraw(self._services, request, keyboards, corrected, answer)

    async def _send_digit_images(self, request: ButtonRequest, reading: ReadingRecord) -> None:
        """[ What you saw ]: the images that the network was given, each with its label and its ten probabilities."""
        await request.toast()
        if request.message:
            async with showing_chat_action(request.message):
                await self._draw_and_send(request, request.message, reading)

    @staticmethod
    async def _draw_and_send(request: ButtonRequest, message: Message, reading: ReadingRecord) -> None:
        sheet = await asyncio.to_thread(digit_sheet, [to_digit_card(digit) for digit in reading.digits])
        texts, total = request.texts, len(reading.digits)
        caption = texts.digit_images if total <= MAX_CARDS else texts.first_digit_images(MAX_CARDS, total)
        await message.reply_photo(
            InputFile(sheet, "digit-images.png"),
            caption=caption,
            parse_mode=ParseMode.HTML,
            has_spoiler=bool(message.has_media_spoiler),
        )

    async def _answer_consent(self, request: ButtonRequest, button: PressedButton) -> None:
        if button.data.label == 1:
            is_answered = await self._consent.agree(request, button)
        else:
            is_answered = await self._consent.refuse(request, button.owner)
        if is_answered:
            self._note_answer(request, button.owner)
            self._services.open_questions.consent_answered(button.owner.id)

    def _note_answer(self, request: ButtonRequest, owner: Sender) -> None:
        if request.message:
            self._services.open_questions.answered(owner.id, request.message.chat_id, request.message.message_id)

    async def _forget(self, request: ButtonRequest, button: PressedButton) -> None:
        owner = button.owner
        self._note_answer(request, owner)
        if button.data.label != 1:
            await request.conclude(request.texts.nothing_deleted)
            return
        if button.data.target:
            await self._own_samples.delete_reading(request, button)
            return
        forgotten, answers = await self._delete_everything(owner, request.update_id)
        # Committed: what fails from here on leaves it deleted, and is told as that.
        traces = not await self._services.database.scrub()
        count = (forgotten.readings, forgotten.corrections) if forgotten else (0, 0)
        models = len(forgotten.trained) if forgotten else 0
        await request.conclude(request.texts.deleted(*count, traces=traces, models=models))
        self._services.open_questions.forget(owner.id)
        self._services.stale_buttons.add(answers)

    async def _delete_everything(self, owner: Sender, update_id: int) -> tuple[Forgotten | None, Sequence[MessageKey]]:
        """Delete all that is stored of this person, in one transaction; None where there was nothing. Raises
        StorageError, and then nothing is deleted.

        Returns also the answers whose buttons mean nothing any more.
        """
        async with self._services.database.write() as session:
            await inbox.forget_sender(session, owner.id, but=update_id)
            person = await people.by_telegram_id(session, owner.id)
            if person is None:
                return None, ()
            answers = await readings.answers_of(session, person.id)
            return await people.forget(session, person.id), answers


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
