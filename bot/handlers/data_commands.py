"""/stats, /mydata and /export: what is stored, as pictures and files."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from telegram import InlineKeyboardMarkup, InputFile, Update
from telegram.constants import ChatAction, ParseMode

from bot.context import Context
from bot.handlers._helpers import is_admin, showing_chat_action
from bot.handlers._requests import MessageRequest
from bot.handlers.private_answers import leads_to_private_chat
from bot.identity import Right, is_private
from bot.person_archive import person_files
from bot.pictures.statistics_picture import chart_titles, draw_statistics
from bot.sample_files import sample_files, zipped
from bot.services import Services
from storage import people, samples, statistics
from storage.personal import personal_data
from storage.samples import ReviewPolicy
from storage.statistics import Statistics

MAX_SENT_BYTES = 50_000_000  # of a document (Bot API, sendDocument)


class DataCommands:
    """Admins get everybody's statistics in their private chat; in groups everybody gets their own."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def stats(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        everybody = is_private(request.chat) and self._services.permissions.allows(request.sender, Right.ADMIN)
        async with self._services.database.read() as session:
            person = await people.by_telegram_id(session, request.sender.id)
            if person is None and not everybody:
                await request.say(request.texts.no_data)
                return
        async with showing_chat_action(request.message):
            found, picture = await self._drawn(None if everybody or person is None else person.id)
        counts = found.readings, found.digits, found.right, found.wrong
        summary = request.texts.statistics(*counts, people=found.people if everybody else None)
        charts = [f"{number}. {title}" for number, title in enumerate(chart_titles(request.texts, found), start=1)]
        caption = "\n".join([summary, *charts])
        await request.message.reply_photo(InputFile(picture, "statistics.png"), caption=caption, do_quote=True)

    async def _drawn(self, person_id: int | None) -> tuple[Statistics, bytes]:
        async with self._services.database.read() as session:
            found = await statistics.of(session, person_id)
        return found, await asyncio.to_thread(draw_statistics, found)

    async def my_data(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        if not self._services.permissions.allows(request.sender, Right.FORGET):
            await request.say(request.texts.no_person)
            return
        if await leads_to_private_chat(request, "mydata"):
            return
        showing = showing_chat_action(request.message, ChatAction.UPLOAD_DOCUMENT)
        async with showing, self._services.database.read() as session:
            person = await people.by_telegram_id(session, request.sender.id)
            stored = await personal_data.everything_of(session, person) if person else None
        if stored is None:
            await request.say(request.texts.no_data)
            return
        caption = request.texts.my_data(len(stored.readings), len(stored.corrections))
        keyboards = self._services.keyboards(request.texts, request.sender)
        keyboard = keyboards.show_samples() if any(each.consented for each in stored.corrections) else None
        await self._send(request, "my-data.zip", person_files(stored), caption, keyboard)

    async def export(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        if not await is_admin(self._services, request) or await leads_to_private_chat(request, "export"):
            return
        async with self._services.database.read() as session:
            approved_only = self._services.settings.review is ReviewPolicy.ALL
            usable = await samples.usable(session, approved_only=approved_only)
            are_stored = bool(usable or await samples.consented(session))
        if not usable:
            await request.say(request.texts.nothing_approved if are_stored else request.texts.no_samples)
            return
        await self._send(request, "samples.zip", sample_files(usable), request.texts.exported(len(usable)))

    @staticmethod
    async def _send(
        request: MessageRequest,
        name: str,
        files: Iterable[tuple[str, bytes]],
        caption: str,
        keyboard: InlineKeyboardMarkup | None = None,
    ) -> None:
        async with showing_chat_action(request.message, ChatAction.UPLOAD_DOCUMENT):
            archive = await asyncio.to_thread(zipped, files)
            if len(archive) > MAX_SENT_BYTES:
                await request.say(request.texts.too_large_to_send(len(archive) / 1e6))
                return
            document = InputFile(archive, name)
            await request.message.reply_document(
                document, caption=caption, parse_mode=ParseMode.HTML, do_quote=True, reply_markup=keyboard
            )
