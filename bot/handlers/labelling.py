"""Digits that a person gave for a reading: stored as its labels, or asked about where another count was read."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from telegram import Message
from telegram.error import TelegramError

from bot.handlers._helpers import showing_chat_action, store_answer
from bot.handlers._requests import MessageRequest
from bot.handlers.consent_dialog import ConsentDialog
from bot.handlers.redrawing import redraw
from bot.messages.callback_data import MAX_CARRIED_DIGITS
from bot.messages.keyboards import Keyboards
from bot.messages.open_questions import OpenQuestion, QuestionKind
from bot.messages.reading_message import edit_answer, send_answer
from bot.monitoring.metrics import CorrectionSource
from bot.photos.photo_download import Attachment, DownloadFailed
from bot.photos.photo_reading import CountOutcome, ReadPhoto, ReadRequest, read_photo
from bot.photos.reading_mapping import to_new_reading
from bot.services import Services
from model.image_decoding import PhotoError
from storage import corrections, readings
from storage.errors import CorrectionError
from storage.readings import ReadingRecord
from storage.tables import NOT_A_DIGIT


class Labelling:
    """What /correct, a reply of digits and the buttons of the question about a count have in common."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._consent = ConsentDialog(services)

    async def label(
        self, request: MessageRequest, reading: ReadingRecord, digits: str, *, forces: bool = False
    ) -> None:
        """Label a reading of the request's sender with ``digits`` ("427"), and say so.

        Where it has another number of digits, the photo is read again. Where that does not convince, the person is
        asked and nothing is stored, unless this call ``forces`` the count: they were asked. Raises StorageError.
        """
        positions, photo = _positions(reading, len(digits)), None
        if positions is None:
            photo = await self._read_again(request, reading, digits, forces=forces)
            if photo is None:
                return
            positions = list(range(len(digits)))
        by_position = dict(zip(positions, map(int, digits), strict=True))
        try:
            corrected, asks = await self._store(request, reading, by_position, photo)
        except CorrectionError:  # purged or deleted since it was found
            await request.say(request.texts.reading_deleted)
            return
        source = _pressed_source(corrected, photo) if forces else CorrectionSource.TEXT
        self._services.note_correction(request.sender.id, source)
        self._services.open_questions.corrected(request.sender.id, reading.id)
        edited, said = await self._show(request, corrected, photo)
        if asks:  # also where the labels only confirm: they were given as labels
            await self._consent.ask(said, request.texts, request.sender)
        if corrected.finals != reading.finals:
            keyboards = await self._owners_keyboards(request)
            await redraw(self._services, request, keyboards, corrected, edited)

    async def tell_other_count(
        self, request: MessageRequest, reading: ReadingRecord, digits: str, *, is_doubtful: bool
    ) -> None:
        """Ask which digits are right where so many can be found, though doubtful ones; else say that they cannot."""
        keyboards, read = self._services.keyboards(request.texts, request.sender), digits_of(reading)
        if is_doubtful and keyboards.pressable and max(len(digits), len(read)) <= MAX_CARRIED_DIGITS:
            question = request.texts.count_question(len(digits), len(read))
            message = await request.say(question, keyboards.given_digits(reading.id, digits, read))
            opened = OpenQuestion(QuestionKind.COUNT, message.chat_id, message.message_id, reading.id)
            self._services.open_questions.ask(request.sender.id, opened)
        else:
            await request.say(request.texts.other_count(len(reading.digits), len(digits)))

    async def _read_again(
        self, request: MessageRequest, reading: ReadingRecord, digits: str, *, forces: bool
    ) -> ReadPhoto | None:
        """The photo downloaded once more and read with as many digits as were given; None where that cannot be done,
        and then the person was told why."""
        photo = await self._read_photo(request, reading, len(digits), forces=forces)
        if photo is None or len(photo.reading.digits) == len(digits):
            return photo
        is_doubtful = photo.count_outcome is CountOutcome.DOUBTFUL
        await self.tell_other_count(request, reading, digits, is_doubtful=is_doubtful)
        return None

    async def _read_photo(
        self, request: MessageRequest, reading: ReadingRecord, count: int, *, forces: bool
    ) -> ReadPhoto | None:
        """None where the photo cannot be had or read any more, and then that was said."""
        if reading.photo_file is None:
            await request.say(request.texts.download_failed)
            return None
        wanted = ReadRequest(request.sender.id, request.chat, request.update_id, count, forces)
        try:
            async with showing_chat_action(request.message):
                return await read_photo(self._services, request.bot, Attachment(reading.photo_file, None), wanted)
        except PhotoError as error:
            await request.say(request.texts.photo_problem(error.problem))
        except DownloadFailed:
            await request.say(request.texts.download_failed)
        return None

    async def _owners_keyboards(self, request: MessageRequest) -> Keyboards:
        texts, owner = request.texts, request.sender
        return await self._services.owners_keyboards(texts, owner, on_behalf=request.on_behalf)

    async def _store(
        self, request: MessageRequest, reading: ReadingRecord, labels: dict[int, int], photo: ReadPhoto | None
    ) -> tuple[ReadingRecord, bool]:
        """Store the new digits, if there are any, and the labels in one transaction.

        Returns the reading as it is now, and whether consent is to be asked for.
        """
        async with self._services.database.write() as session:
            is_due = not request.on_behalf and await self._consent.is_due(session, request.sender)
            if photo is not None:
                await readings.replace_digits(session, reading.id, to_new_reading(photo.reading, forced=photo.forced))
            corrected = await corrections.correct(
                session,
                reading.id,
                reading.person_id,
                labels,
                update_id=request.update_id,
                on_behalf=request.on_behalf,
            )
            if photo is not None and photo.overlooked:
                await corrections.mark_overlooked(session, reading.id, photo.overlooked)
        return corrected, is_due and not corrected.forced

    async def _show(
        self, request: MessageRequest, reading: ReadingRecord, photo: ReadPhoto | None
    ) -> tuple[Message | None, Message]:
        """Edit the answer; where the photo was read again, send a new answer in its place.

        Returns the edited answer, if there is one, and what was sent.
        """
        keyboards = await self._owners_keyboards(request)
        if photo is None:
            edited = await edit_answer(request.bot, keyboards, reading)
            return edited, await request.say(request.texts.correction_done(reading.corrected_text))
        replaced = await self._without_buttons(request, reading)
        is_hidden = bool(replaced and replaced.has_media_spoiler)  # as the photo was
        photo = replace(photo, attachment=replace(photo.attachment, hidden=is_hidden))
        head = request.texts.read_again(len(reading.digits)) + "\n"
        answer = await send_answer(request, keyboards, photo, reading, head=head)
        await store_answer(self._services.database, reading, answer)
        return None, answer

    @staticmethod
    async def _without_buttons(request: MessageRequest, reading: ReadingRecord) -> Message | None:
        """The answer that another replaces, whose buttons would mean the digits of the first reading; None where it
        could not be edited."""
        if reading.answer_message is not None:
            with contextlib.suppress(TelegramError):
                edited = await request.bot.edit_message_reply_markup(request.chat, reading.answer_message)
                return edited if isinstance(edited, Message) else None
        return None


def digits_of(reading: ReadingRecord) -> str:
    """The digits of a reading after all corrections, without spaces and without what is no digit."""
    return reading.corrected_text.replace(" ", "")


def _pressed_source(reading: ReadingRecord, photo: ReadPhoto | None) -> CorrectionSource:
    """How a button of the question about a count corrected: [ it is 427 ] confirms what had been read."""
    is_confirmed = photo is None and not reading.is_changed
    return CorrectionSource.CONFIRMATION if is_confirmed else CorrectionSource.BUTTON


def _positions(reading: ReadingRecord, count: int) -> list[int] | None:
    """The positions for ``count`` labels: all digits, or all but those marked as none; None if neither fits."""
    everything = [digit.position for digit in reading.digits]
    digits = [digit.position for digit in reading.digits if digit.final != NOT_A_DIGIT]
    return next((positions for positions in (everything, digits) if len(positions) == count), None)
