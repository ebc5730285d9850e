"""A picture comes, its digits go back."""

from __future__ import annotations

from telegram import Update

from bot.context import Context
from bot.handlers._helpers import digits_in, showing_chat_action
from bot.handlers._requests import MessageRequest
from bot.handlers.consent_dialog import ConsentDialog
from bot.messages.reading_message import send_answer
from bot.photos.photo_download import Attachment, DownloadFailed, attachment_in
from bot.photos.photo_reading import ReadPhoto, read_photo
from bot.photos.reading_mapping import to_new_reading
from bot.services import Services
from model.image_decoding import PhotoError
from storage import corrections, people, readings
from storage.errors import StorageError
from storage.readings import ReadingRecord, SourceMessage


class PhotoMessages:
    """Photos, image files and stickers; each is read in the reader's threads, several at once."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._consent = ConsentDialog(services)

    async def read(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        await self._answer(request, attachment_in(request.message))

    async def read_and_correct(self, update: Update, context: Context) -> None:
        """The caption says what it is: read and put right in one go."""
        request = MessageRequest.of(update, context)
        match = context.matches[0] if context.matches else None
        await self._answer(request, attachment_in(request.message), digits_in(match["digits"]) if match else None)

    async def read_replied(self, update: Update, context: Context) -> None:
        """/read as a reply to somebody's picture: the way to ask in a group."""
        request = MessageRequest.of(update, context)
        replied = request.message.reply_to_message
        await self._answer(request, attachment_in(replied) if replied else None)

    async def _answer(self, request: MessageRequest, attachment: Attachment | None, given: str | None = None) -> None:
        seen = await self._read(request, attachment, given)
        if seen is None:
            return
        try:
            kept = await self._keep(request, seen)
        except StorageError:
            # A reading that cannot be kept is still a reading.
            said = request.texts.several(seen.reading.text) if seen.reading.digits else request.texts.nothing_found
            await request.say(f"{said}\n{request.texts.not_kept}", quote=True)
            return
        if kept.answer_message is None:
            await self._tell(request, seen, kept, given)

    async def _read(
        self, request: MessageRequest, attachment: Attachment | None, given: str | None
    ) -> ReadPhoto | None:
        """The picture, read; None where that could not be, and was told."""
        if attachment is None:
            await request.say(request.texts.read_how)
            return None
        try:
            async with showing_chat_action(request.message):
                return await read_photo(self._services, request.bot, attachment, len(given) if given else None)
        except PhotoError as error:
            await request.say(request.texts.photo_problem(error.problem), quote=True)
        except DownloadFailed:
            await request.say(request.texts.fetch_failed, quote=True)
        return None

    async def _keep(self, request: MessageRequest, seen: ReadPhoto) -> ReadingRecord:
        question = SourceMessage(request.chat, request.message.message_id, seen.attachment.file)
        async with self._services.database.write() as session:
            person = await people.get_or_create(session, request.user.id, request.user.full_name, request.language)
            return await readings.add(session, person.id, question, to_new_reading(seen.reading))

    async def _tell(self, request: MessageRequest, seen: ReadPhoto, kept: ReadingRecord, given: str | None) -> None:
        """Send the answer, with a caption's labels put right first, and remember which message it is."""
        fits = given is not None and len(given) == len(kept.digits)
        asks = False
        if given and fits:
            async with self._services.database.write() as session:
                asks = await self._consent.is_due(session, request.user.id)
                labels = dict(enumerate(map(int, given)))
                kept = await corrections.correct(session, kept.id, kept.person_id, labels, update_id=request.update_id)
        sent = await send_answer(request, seen, kept)
        async with self._services.database.write() as session:
            await readings.set_answer(session, kept.id, sent.message_id)
        if given and not fits:
            await request.say(request.texts.other_count(len(kept.digits), len(given)))
        if asks:
            await self._consent.ask(sent, request.texts, kept.id)
