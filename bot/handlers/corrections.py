"""/correct and /undo: a person puts a reading of theirs right in words."""

from __future__ import annotations

from telegram import Message, Update
from telegram.constants import ChatAction

from bot.context import Bot, Context
from bot.fetching import FetchFailed, Picture
from bot.handlers.consent import Consenting
from bot.handlers.parts import digits_in, message_of, shown_as_busy, texts_of, user_of
from bot.handlers.photos import Seen, look, send_answer
from bot.handlers.presses import show
from bot.house import House
from bot.keeping import findings
from bot.keyboards import NOT_A_DIGIT
from bot.texts import Texts
from model.photo import PhotoError
from storage import corrections, people, readings
from storage.corrections import CorrectionError
from storage.readings import ReadingRecord

# Nobody writes a longer number by hand, and looking for very many digits takes long.
MOST_DIGITS = 200


class Corrections:
    """Found by the message replied to (the photo or its answer), else the sender's latest reading in the chat."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._consenting = Consenting(house)

    async def command(self, update: Update, context: Context) -> None:
        message, texts = message_of(update), texts_of(update)
        words = " ".join(context.args or [])
        given = digits_in(words)
        if given is None:
            await message.reply_html(texts.not_digits(words) if words else texts.correct_how)
            return
        reading = await self._meant(update)
        if reading is None:
            await message.reply_html(self._why_none(message, texts))
            return
        await self._put_right(update, context.bot, reading, given)

    async def undo(self, update: Update, context: Context) -> None:
        message, texts = message_of(update), texts_of(update)
        async with self._house.database.write() as session:
            person = await people.by_telegram_id(session, user_of(update).id)
            reading = person and await corrections.undo_last(session, message.chat_id, person.id)
        if not reading:
            await message.reply_html(texts.nothing_to_undo)
            return
        await show(context.bot, texts, reading, self._threshold)
        await message.reply_html(texts.undone(reading.corrected_text))

    @property
    def _threshold(self) -> float:
        return self._house.reader.model.card.sure_threshold

    async def _meant(self, update: Update) -> ReadingRecord | None:
        message = message_of(update)
        async with self._house.database.read() as session:
            if message.reply_to_message:
                return await readings.by_message(session, message.chat_id, message.reply_to_message.message_id)
            person = await people.by_telegram_id(session, user_of(update).id)
            return await readings.latest(session, message.chat_id, person.id) if person else None

    def _why_none(self, message: Message, texts: Texts) -> str:
        """A reply to a picture or to an answer means a reading that was purged; anything else means none at all."""
        replied = message.reply_to_message
        answered = replied and replied.from_user and replied.from_user.id == message.get_bot().id
        if replied and (replied.photo or replied.document or replied.sticker or answered):
            return texts.reading_gone(self._house.settings.keep_days)
        return texts.nothing_to_correct

    async def _put_right(self, update: Update, bot: Bot, reading: ReadingRecord, given: str) -> None:
        message, texts = message_of(update), texts_of(update)
        if not await self._is_own(update, reading):
            await message.reply_html(texts.foreign_reading)
            return
        places = _places(reading, len(given))
        seen: Seen | None = None
        if places is None:
            seen = await self._look_again(message, bot, reading, len(given))
            if seen is None:
                await message.reply_html(texts.other_count(len(reading.digits), len(given)))
                return
            places = list(range(len(given)))
        await self._store(update, bot, reading, dict(zip(places, map(int, given), strict=True)), seen)

    async def _is_own(self, update: Update, reading: ReadingRecord) -> bool:
        async with self._house.database.read() as session:
            person = await people.by_telegram_id(session, user_of(update).id)
        return person is not None and person.id == reading.person_id

    async def _look_again(self, message: Message, bot: Bot, reading: ReadingRecord, count: int) -> Seen | None:
        """The photo fetched once more and read as exactly ``count`` digits; None where that cannot be done."""
        if reading.photo_file is None or count > MOST_DIGITS:
            return None
        try:
            async with shown_as_busy(message, ChatAction.UPLOAD_PHOTO):
                seen = await look(self._house, bot, Picture(reading.photo_file, None), count)
        except (PhotoError, FetchFailed):
            return None
        return seen if len(seen.reading.digits) == count else None

    async def _store(
        self, update: Update, bot: Bot, reading: ReadingRecord, labels: dict[int, int], seen: Seen | None
    ) -> None:
        """New findings (if another number was asked for), labels and the consent question's turn: one transaction."""
        message, texts = message_of(update), texts_of(update)
        try:
            async with self._house.database.write() as session:
                asks = await self._consenting.is_due(session, user_of(update).id)
                if seen is not None:
                    await readings.look_again(session, reading.id, findings(seen.reading))
                kept = await corrections.correct(
                    session, reading.id, reading.person_id, labels, update_id=update.update_id
                )
        except CorrectionError:
            await message.reply_html(texts.reading_gone(self._house.settings.keep_days))
            return
        if seen is not None:
            answered = await self._answer_anew(bot, message, texts, seen, kept)
        else:
            await show(bot, texts, kept, self._threshold)
            answered = await message.reply_html(texts.put_right(kept.corrected_text))
        if asks:
            await self._consenting.ask(answered, texts, kept.id)

    async def _answer_anew(self, bot: Bot, message: Message, texts: Texts, seen: Seen, kept: ReadingRecord) -> Message:
        """Other digits need another picture: a new answer takes the old one's place in the memory."""
        head = texts.looking_again(len(kept.digits)) + "\n"
        sent = await send_answer(bot, message, texts, seen, kept, self._threshold, head=head)
        async with self._house.database.write() as session:
            await readings.set_answer(session, kept.id, sent.message_id)
        return sent


def _places(reading: ReadingRecord, count: int) -> list[int] | None:
    """The positions that ``count`` labels belong to: all digits, or all but those marked as none; None if neither fits."""
    everything = [digit.position for digit in reading.digits]
    real = [digit.position for digit in reading.digits if digit.final != NOT_A_DIGIT]
    return next((places for places in (everything, real) if len(places) == count), None)
