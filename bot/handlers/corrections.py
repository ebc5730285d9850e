"""/correct and /undo: a person puts a reading of theirs right in words."""

from __future__ import annotations

import contextlib

from telegram import Message, Update
from telegram.error import TelegramError

from bot.answers import send_answer, show
from bot.context import Context
from bot.fetching import FetchFailed, Picture
from bot.handlers.asked import Asked
from bot.handlers.consent import Consenting
from bot.handlers.parts import digits_in, shown_as_busy
from bot.house import House
from bot.keeping import findings
from bot.looking import Seen, look
from model.photo import PhotoError
from storage import corrections, people, readings
from storage.corrections import CorrectionError
from storage.readings import ReadingRecord
from storage.tables import NOT_A_DIGIT


class Corrections:
    """Found by the message replied to (the photo or its answer), else the sender's latest reading in the chat."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._consenting = Consenting(house)

    async def command(self, update: Update, context: Context) -> None:
        asked = Asked.of(update, context)
        words = " ".join(context.args or [])
        given = digits_in(words)
        if given is None:
            await asked.say(asked.texts.not_digits(words) if words else asked.texts.correct_how)
            return
        reading, is_own = await self._meant(asked)
        if reading is None:
            await asked.say(self._why_none(asked))
        elif not is_own:
            await asked.say(asked.texts.foreign_reading)
        else:
            await self._put_right(asked, reading, given)

    async def undo(self, update: Update, context: Context) -> None:
        asked = Asked.of(update, context)
        async with self._house.database.write() as session:
            person = await people.by_telegram_id(session, asked.user.id)
            reading = await corrections.undo_last(session, asked.chat, person.id) if person else None
        if reading is None:
            await asked.say(asked.texts.nothing_to_undo)
            return
        await show(asked.bot, asked.texts, reading, self._house.threshold)
        await asked.say(asked.texts.undone(reading.corrected_text))

    async def _meant(self, asked: Asked) -> tuple[ReadingRecord | None, bool]:
        """The reading that is meant, and whether it is the asker's."""
        replied = _replied(asked.message)
        async with self._house.database.read() as session:
            person = await people.by_telegram_id(session, asked.user.id)
            if replied:
                reading = await readings.by_message(session, asked.chat, replied.message_id)
            else:
                reading = await readings.latest(session, asked.chat, person.id) if person else None
        return reading, bool(person and reading and person.id == reading.person_id)

    def _why_none(self, asked: Asked) -> str:
        """A reply to a picture or to an answer means a reading that was purged; anything else means none at all."""
        replied = _replied(asked.message)
        answered = replied and replied.from_user and replied.from_user.id == asked.bot.id
        if replied and (replied.photo or replied.document or replied.sticker or answered):
            return asked.texts.reading_gone(self._house.settings.keep_days)
        return asked.texts.nothing_to_correct

    async def _put_right(self, asked: Asked, reading: ReadingRecord, given: str) -> None:
        places, seen = _places(reading, len(given)), None
        if places is None:
            seen = await self._look_again(asked, reading, len(given))
            if seen is None:
                await asked.say(asked.texts.other_count(len(reading.digits), len(given)))
                return
            places = list(range(len(given)))
        try:
            kept, asks = await self._store(asked, reading, dict(zip(places, map(int, given), strict=True)), seen)
        except CorrectionError:  # purged or forgotten between the look and the store
            await asked.say(asked.texts.reading_gone(self._house.settings.keep_days))
            return
        answered = await self._tell(asked, kept, seen)
        if asks:  # also where the words only confirm: they were given as a label
            await self._consenting.ask(answered, asked.texts, kept.id)

    async def _look_again(self, asked: Asked, reading: ReadingRecord, count: int) -> Seen | None:
        """The photo fetched once more and read as exactly ``count`` digits; None where that cannot be done."""
        if reading.photo_file is None:
            return None
        try:
            async with shown_as_busy(asked.message):
                seen = await look(self._house, asked.bot, Picture(reading.photo_file, None), count)
        except (PhotoError, FetchFailed):
            return None
        return seen if len(seen.reading.digits) == count else None

    async def _store(
        self, asked: Asked, reading: ReadingRecord, labels: dict[int, int], seen: Seen | None
    ) -> tuple[ReadingRecord, bool]:
        """New findings, if there are any, and labels in one transaction; also whether consent is to be asked for."""
        async with self._house.database.write() as session:
            asks = await self._consenting.is_due(session, asked.user.id)
            if seen is not None:
                await readings.look_again(session, reading.id, findings(seen.reading))
            kept = await corrections.correct(session, reading.id, reading.person_id, labels, update_id=asked.update_id)
        return kept, asks

    async def _tell(self, asked: Asked, kept: ReadingRecord, seen: Seen | None) -> Message:
        """Edit the answer; where other digits were found, send a new one with another picture in its place."""
        if seen is None:
            await show(asked.bot, asked.texts, kept, self._house.threshold)
            return await asked.say(asked.texts.put_right(kept.corrected_text))
        if kept.answer_message is not None:  # its buttons would mean the digits of the first look
            with contextlib.suppress(TelegramError):
                await asked.bot.edit_message_reply_markup(asked.chat, kept.answer_message)
        head = asked.texts.looking_again(len(kept.digits)) + "\n"
        sent = await send_answer(asked, seen, kept, self._house.threshold, head=head)
        async with self._house.database.write() as session:
            await readings.set_answer(session, kept.id, sent.message_id)
        return sent


def _replied(message: Message) -> Message | None:
    """The message that was replied to; in a forum's topic that is not the topic's own first message."""
    replied = message.reply_to_message
    return None if replied is None or replied.forum_topic_created else replied


def _places(reading: ReadingRecord, count: int) -> list[int] | None:
    """Where ``count`` labels go: to all digits, or to all but those marked as none; None if neither fits."""
    everything = [digit.position for digit in reading.digits]
    real = [digit.position for digit in reading.digits if digit.final != NOT_A_DIGIT]
    return next((places for places in (everything, real) if len(places) == count), None)
