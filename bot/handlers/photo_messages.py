"""Photos, images sent as files, and stickers: each is read and answered."""

from __future__ import annotations

import contextlib
from math import isfinite

from telegram import Message, Update

from bot.commands import command_in
from bot.context import Context
from bot.handlers._helpers import digits_of_caption, person_of, showing_chat_action, store_answer
from bot.handlers._requests import MessageRequest
from bot.handlers.consent_dialog import ConsentDialog
from bot.handlers.labelling import Labelling
from bot.identity import Right
from bot.messages.keyboards import Keyboards
from bot.messages.reading_message import send_answer, spoiler, words_alone
from bot.monitoring.metrics import CorrectionSource, PhotoOutcome
from bot.monitoring.photo_log import ObservedPhoto
from bot.photos.photo_download import Attachment, DownloadFailed, attachment_in
from bot.photos.photo_reading import CountOutcome, ReadPhoto, ReadRequest, read_photo
from bot.photos.reading_mapping import to_new_reading
from bot.services import Services
from bot.updates.completion import uninterrupted
from bot.updates.dispatcher import DATABASE_ATTEMPTS, Dispatcher
from bot.updates.photo_limit import PhotoLimit
from model.image_decoding import PhotoError
from model.profiling import stage
from storage import corrections, readings
from storage.errors import CorrectionError, DatabaseUnreachable, StorageError
from storage.readings import ReadingRecord, SourceMessage


class PhotoMessages:
    """Reads photos in the reader's threads, several at once, and stores the readings."""

    def __init__(self, services: Services, dispatcher: Dispatcher) -> None:
        self._services = services
        self._dispatcher = dispatcher
        self._limit = PhotoLimit(services.settings.photos_per_minute)
        self._consent = ConsentDialog(services)
        self._labelling = Labelling(services)

    async def read(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        if await self._answer(request, attachment_in(request.message)):
            await self._explain_caption(request)

    async def read_and_correct(self, update: Update, context: Context) -> None:
        """A photo whose caption may give its digits (``commands.caption_pattern``): read, then corrected by them."""
        request = MessageRequest.of(update, context)
        match = context.matches[0] if context.matches else None
        given = digits_of_caption(match, request.texts) if match else None
        may_correct = self._services.permissions.allows(request.sender, Right.CORRECT)
        is_answered = await self._answer(request, attachment_in(request.message), given if may_correct else None)
        if is_answered and given is None:
            await self._explain_caption(request)

    async def read_replied(self, update: Update, context: Context) -> None:
        """/read in reply to somebody's photo, the way to ask for a reading in a group."""
        request = MessageRequest.of(update, context)
        replied = request.message.reply_to_message
        await self._answer(request, attachment_in(replied) if replied else None)

    async def _explain_caption(self, request: MessageRequest) -> None:
        """Where a command of captions stands in one that gives no digits."""
        command, *given = (request.message.caption or "").split(maxsplit=1) or [""]
        known = command_in(command)
        if known and known.caption_handler:
            await request.say(request.texts.not_digits(given[0]) if given else request.texts.correct_usage, quote=True)

    async def _answer(self, request: MessageRequest, attachment: Attachment | None, labels: str | None = None) -> bool:
        """Read a photo, store the reading, and answer; ``labels`` are the digits of its caption, if it has any.

        Returns whether that is done now: not where it was before, or is left for later.
        """
        if await self._is_answered(request):
            return False
        if attachment is None:
            await request.say(request.texts.read_usage)
            return True
        if await self._is_held(request):
            return False
        turns, log = self._services.photo_turns, self._services.photo_log
        with log.photo() as observed:
            async with turns.under_way(request.chat, request.sender.id):
                photo = await self._read(request, attachment, labels, observed)
                if photo is None:
                    return True
                observed.note(photo.reading)
                return await self._store_and_send(request, photo, labels)

    async def _is_held(self, request: MessageRequest) -> bool:
        """Whether the person's limit of photos is reached: then it waits, or is refused where too many do; they are
        told of it once a minute. Admins have no limit: who sets it may not be stopped by it."""
        if self._services.permissions.allows(request.sender, Right.ADMIN):
            return False
        seconds = self._limit.wait(request.sender.id, request.update_id)
        waits = isfinite(seconds)
        if not seconds or (waits and not self._dispatcher.hold(request.update_id, seconds)):
            return False
        if not self._limit.is_told(request.sender.id):
            texts, most = request.texts, self._limit.per_minute or 0
            await request.say(texts.photos_wait(most) if waits else texts.too_many_photos(most), quote=True)
        return True

    async def _store_and_send(self, request: MessageRequest, photo: ReadPhoto, labels: str | None) -> bool:
        """Returns as ``_answer`` does."""
        try:
            with stage("store"):
                stored = await self._store(request, photo)
        except StorageError as error:
            is_lost = isinstance(error, DatabaseUnreachable)
            if is_lost and self._dispatcher.postpone(request.update_id, most=DATABASE_ATTEMPTS):
                return False
            # A reading that cannot be stored is still worth an answer.
            reading, texts = photo.reading, request.texts
            is_stated = reading.digits and reading.sure
            told = texts.several(reading.text) if is_stated else words_alone(texts, reading)
            shown = spoiler(told) if photo.attachment.hidden else told
            await request.say(f"{shown}\n{texts.not_stored}", quote=True)
            return True
        if stored.answer_message is None:
            with stage("send"):
                await self._send(request, photo, stored, labels)
        return True

    async def _read(
        self, request: MessageRequest, attachment: Attachment, labels: str | None, observed: ObservedPhoto
    ) -> ReadPhoto | None:
        """The photo, read; None where it could not be read and the person was told why."""
        try:
            async with showing_chat_action(request.message):
                count = len(labels) if labels else None
                wanted = ReadRequest(request.sender.id, request.chat, request.update_id, count)
                return await read_photo(self._services, request.bot, attachment, wanted)
        except PhotoError as error:
            observed.outcome = PhotoOutcome.REFUSED
            await request.say(request.texts.photo_problem(error.problem), quote=True)
        except DownloadFailed:
            observed.outcome = PhotoOutcome.NOT_DOWNLOADED
            await request.say(request.texts.download_failed, quote=True)
        return None

    async def _is_answered(self, request: MessageRequest) -> bool:
        """Whether an earlier process has answered this message, and died before the update left the inbox."""
        if self._dispatcher.is_first_try(request.update_id):
            return False
        with contextlib.suppress(StorageError):
            async with self._services.database.read() as session:
                reading = await readings.by_source(session, request.chat, request.message.message_id)
                return reading is not None and reading.answer_message is not None
        return False

    async def _store(self, request: MessageRequest, photo: ReadPhoto) -> ReadingRecord:
        source = SourceMessage(request.chat, request.message.message_id, photo.attachment.file)
        async with self._services.database.write(about={request.chat, request.sender.id}) as session:
            person = await person_of(session, request.sender)
            return await readings.add(session, person.id, source, to_new_reading(photo.reading))

    async def _send(self, request: MessageRequest, photo: ReadPhoto, stored: ReadingRecord, labels: str | None) -> None:
        """Apply the labels of the caption, send the answer, and store which message it is."""
        asks = False
        if labels and len(labels) == len(stored.digits):
            try:
                stored, asks = await self._correct(request, photo, stored, labels)
            except CorrectionError:  # the person has deleted everything of theirs in this very moment
                await request.say(request.texts.reading_deleted, quote=True)
                return
        keyboards = self._services.keyboards(request.texts, request.sender)
        head = request.texts.first_page(photo.pages) + "\n" if photo.pages > 1 else ""
        answer = await uninterrupted(self._send_and_store(request, keyboards, photo, stored, head))
        if labels and len(labels) != len(stored.digits):
            is_doubtful = photo.count_outcome is CountOutcome.DOUBTFUL
            await self._labelling.tell_other_count(request, stored, labels, is_doubtful=is_doubtful)
        if asks:
            await self._consent.ask(answer, request.texts, request.sender)

    async def _send_and_store(
        self, request: MessageRequest, keyboards: Keyboards, photo: ReadPhoto, stored: ReadingRecord, head: str
    ) -> Message:
        answer = await send_answer(request, keyboards, photo, stored, head=head)
        await store_answer(self._services.database, stored, answer)
        return answer

    async def _correct(
        self, request: MessageRequest, photo: ReadPhoto, stored: ReadingRecord, labels: str
    ) -> tuple[ReadingRecord, bool]:
        """The reading with these labels, one a digit, and whether consent is to be asked for."""
        by_position = dict(enumerate(map(int, labels)))
        async with self._services.database.write() as session:
            asks = await self._consent.is_due(session, request.sender)
            corrected = await corrections.correct(
                session, stored.id, stored.person_id, by_position, update_id=request.update_id
            )
            if photo.overlooked:
                await corrections.mark_overlooked(session, stored.id, photo.overlooked)
        self._services.note_correction(request.sender.id, CorrectionSource.CAPTION)
        return corrected, asks
