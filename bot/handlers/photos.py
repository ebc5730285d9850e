"""A picture comes, its digits go back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from telegram import InputFile, Message, ReplyParameters, Update
from telegram.constants import ChatAction, ParseMode

from bot.answers import answer
from bot.context import Bot, Context
from bot.fetching import FetchFailed, Picture, fetch, picture_in
from bot.handlers.consent import Consenting
from bot.handlers.parts import digits_in, message_of, shown_as_busy, texts_of, user_of
from bot.house import House
from bot.keeping import findings
from bot.pictures import MOST_PIXELS, annotated
from bot.texts import Texts
from model.photo import PhotoError, decode_reduced
from model.reading import Reading
from storage import corrections, people, readings
from storage.errors import StorageError
from storage.readings import Question, ReadingRecord


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A picture that was read: its reading and the same picture with boxes (JPEG; None where there is nothing to box)."""

    picture: Picture
    reading: Reading
    boxes: bytes | None


class Photos:
    """Photos, image files and stickers; each is read in the reader's threads, several at once."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._consenting = Consenting(house)

    async def read(self, update: Update, context: Context) -> None:
        message = message_of(update)
        await self._answer(update, context.bot, message, picture_in(message))

    async def read_and_correct(self, update: Update, context: Context) -> None:
        """The caption says what it is: read and put right in one go."""
        message = message_of(update)
        match = context.matches[0] if context.matches else None
        given = digits_in(match["digits"]) if match else None
        await self._answer(update, context.bot, message, picture_in(message), given)

    async def read_replied(self, update: Update, context: Context) -> None:
        """/read as a reply to somebody's picture: the way to ask in a group."""
        message = message_of(update)
        picture = picture_in(message.reply_to_message) if message.reply_to_message else None
        if picture is None:
            await message.reply_html(texts_of(update).read_how)
            return
        await self._answer(update, context.bot, message, picture)

    async def _answer(
        self, update: Update, bot: Bot, message: Message, picture: Picture | None, given: str | None = None
    ) -> None:
        texts = texts_of(update)
        if picture is None:
            await message.reply_html(texts.text_hint)
            return
        try:
            async with shown_as_busy(message, ChatAction.UPLOAD_PHOTO):
                seen = await look(self._house, bot, picture, len(given) if given else None)
        except PhotoError as error:
            await message.reply_html(texts.photo_problem(error.problem), do_quote=True)
            return
        except FetchFailed:
            await message.reply_html(texts.fetch_failed, do_quote=True)
            return
        try:
            kept = await self._keep(update, message, seen)
        except StorageError:
            # A reading that cannot be kept is still a reading.
            await self._tell_only(message, texts, seen)
            return
        if kept.answer_message is None:
            await self._tell(update, bot, message, seen, kept, given)

    async def _keep(self, update: Update, message: Message, seen: Seen) -> ReadingRecord:
        user = user_of(update)
        question = Question(message.chat_id, message.message_id, seen.picture.file)
        async with self._house.database.write() as session:
            person = await people.meet(session, user.id, user.full_name, user.language_code or "en")
            return await readings.add(session, person.id, question, findings(seen.reading))

    async def _tell(
        self, update: Update, bot: Bot, message: Message, seen: Seen, kept: ReadingRecord, given: str | None
    ) -> None:
        """Send the answer and remember which message it is; with a caption's labels, put right first."""
        asks = False
        if given and len(given) == len(kept.digits):
            labels = dict(enumerate(map(int, given)))
            async with self._house.database.write() as session:
                asks = await self._consenting.is_due(session, user_of(update).id)
                kept = await corrections.correct(session, kept.id, kept.person_id, labels, update_id=update.update_id)
        texts = texts_of(update)
        sent = await send_answer(bot, message, texts, seen, kept, self._house.reader.model.card.sure_threshold)
        async with self._house.database.write() as session:
            await readings.set_answer(session, kept.id, sent.message_id)
        if given and len(given) != len(kept.digits):
            await message.reply_html(texts.other_count(len(kept.digits), len(given)))
        if asks and any(digit.final != digit.label for digit in kept.digits):
            await self._consenting.ask(sent, texts, kept.id)

    async def _tell_only(self, message: Message, texts: Texts, seen: Seen) -> None:
        said = texts.several(seen.reading.text) if seen.reading.digits else texts.nothing_found
        await message.reply_html(f"{said}\n{texts.not_kept}", do_quote=True)


async def look(house: House, bot: Bot, picture: Picture, count: int | None = None) -> Seen:
    """Fetch a picture and read it; with ``count``, as exactly that many digits where the first look found another number.

    Raises PhotoError and FetchFailed.
    """
    content = await fetch(bot, picture)
    reading = await house.reader.read_async(content)
    if count is not None and len(reading.digits) != count:
        again = await house.reader.read_async(content, count=count)
        reading = again if len(again.digits) == count else reading
    boxes = await asyncio.to_thread(_boxes, content, reading, house.reader.model.card.sure_threshold)
    return Seen(picture, reading, boxes)


def _boxes(content: bytes, reading: Reading, threshold: float) -> bytes | None:
    if not reading.digits:
        return None
    photo = decode_reduced(content, MOST_PIXELS, colour=True)
    return annotated(photo.pixels, reading, [digit.confidence >= threshold for digit in reading.digits])


async def send_answer(
    bot: Bot, message: Message, texts: Texts, seen: Seen, kept: ReadingRecord, threshold: float, *, head: str = ""
) -> Message:
    """Answer a message: the picture with its boxes where there are digits, words alone where there are none."""
    told = answer(texts, kept, threshold)
    # The question may have been deleted meanwhile: then answer without quoting it.
    to = ReplyParameters(message.message_id, allow_sending_without_reply=True)
    if seen.boxes is None:
        return await bot.send_message(
            message.chat_id, head + told.text, ParseMode.HTML, reply_parameters=to, reply_markup=told.keyboard
        )
    return await bot.send_photo(
        message.chat_id,
        InputFile(seen.boxes, "reading.jpg"),
        caption=head + told.text,
        parse_mode=ParseMode.HTML,
        reply_parameters=to,
        reply_markup=told.keyboard,
        has_spoiler=seen.picture.hidden,
    )
