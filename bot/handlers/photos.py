"""A picture comes, its digits go back."""

from __future__ import annotations

from telegram import Update

from bot.answers import send_answer
from bot.context import Context
from bot.fetching import FetchFailed, Picture, picture_in
from bot.handlers.asked import Asked
from bot.handlers.consent import Consenting
from bot.handlers.parts import digits_in, shown_as_busy
from bot.house import House
from bot.keeping import findings
from bot.looking import Seen, look
from model.photo import PhotoError
from storage import corrections, people, readings
from storage.errors import StorageError
from storage.readings import Question, ReadingRecord


class Photos:
    """Photos, image files and stickers; each is read in the reader's threads, several at once."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._consenting = Consenting(house)

    async def read(self, update: Update, context: Context) -> None:
        asked = Asked.of(update, context)
        await self._answer(asked, picture_in(asked.message))

    async def read_and_correct(self, update: Update, context: Context) -> None:
        """The caption says what it is: read and put right in one go."""
        asked = Asked.of(update, context)
        match = context.matches[0] if context.matches else None
        await self._answer(asked, picture_in(asked.message), digits_in(match["digits"]) if match else None)

    async def read_replied(self, update: Update, context: Context) -> None:
        """/read as a reply to somebody's picture: the way to ask in a group."""
        asked = Asked.of(update, context)
        replied = asked.message.reply_to_message
        await self._answer(asked, picture_in(replied) if replied else None)

    async def _answer(self, asked: Asked, picture: Picture | None, given: str | None = None) -> None:
        seen = await self._look(asked, picture, given)
        if seen is None:
            return
        try:
            kept = await self._keep(asked, seen)
        except StorageError:
            # A reading that cannot be kept is still a reading.
            said = asked.texts.several(seen.reading.text) if seen.reading.digits else asked.texts.nothing_found
            await asked.say(f"{said}\n{asked.texts.not_kept}", quote=True)
            return
        if kept.answer_message is None:
            await self._tell(asked, seen, kept, given)

    async def _look(self, asked: Asked, picture: Picture | None, given: str | None) -> Seen | None:
        """The picture, read; None where that could not be, and was told."""
        if picture is None:
            await asked.say(asked.texts.read_how)
            return None
        try:
            async with shown_as_busy(asked.message):
                return await look(self._house, asked.bot, picture, len(given) if given else None)
        except PhotoError as error:
            await asked.say(asked.texts.photo_problem(error.problem), quote=True)
        except FetchFailed:
            await asked.say(asked.texts.fetch_failed, quote=True)
        return None

    async def _keep(self, asked: Asked, seen: Seen) -> ReadingRecord:
        question = Question(asked.chat, asked.message.message_id, seen.picture.file)
        async with self._house.database.write() as session:
            person = await people.meet(session, asked.user.id, asked.user.full_name, asked.language)
            return await readings.add(session, person.id, question, findings(seen.reading))

    async def _tell(self, asked: Asked, seen: Seen, kept: ReadingRecord, given: str | None) -> None:
        """Send the answer, with a caption's labels put right first, and remember which message it is."""
        fits = given is not None and len(given) == len(kept.digits)
        asks = False
        if given and fits:
            async with self._house.database.write() as session:
                asks = await self._consenting.is_due(session, asked.user.id)
                labels = dict(enumerate(map(int, given)))
                kept = await corrections.correct(session, kept.id, kept.person_id, labels, update_id=asked.update_id)
        sent = await send_answer(asked, seen, kept, self._house.threshold)
        async with self._house.database.write() as session:
            await readings.set_answer(session, kept.id, sent.message_id)
        if given and not fits:
            await asked.say(asked.texts.other_count(len(kept.digits), len(given)))
        if asks:
            await self._consenting.ask(sent, asked.texts, kept.id)
