"""/stats, /mydata and /export: what is stored, as pictures and files."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from telegram import InputFile, Update
from telegram.constants import ChatAction, ParseMode

from bot.context import Context
from bot.handlers._helpers import showing_chat_action
from bot.handlers._requests import MessageRequest
from bot.identity import Right, is_private
from bot.person_archive import person_files
from bot.pictures.statistics_picture import chart_titles, draw_statistics
from bot.sample_files import sample_files, zipped
from bot.services import Services
from storage import people, samples, statistics

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
            found = await statistics.of(session, None if everybody or person is None else person.id)
        picture = await asyncio.to_thread(draw_statistics, found)
        counts = found.readings, found.digits, found.right, found.wrong
        summary = request.texts.statistics(*counts, people=found.people if everybody else None)
        charts = [f"{number}. {title}" for number, title in enumerate(chart_titles(request.texts, found), start=1)]
        caption = "\n".join([summary, *charts])
        await request.message.reply_photo(InputFile(picture, "statistics.png"), caption=caption, do_quote=True)

    async def my_data(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        if not self._services.permissions.allows(request.sender, Right.FORGET):
            await request.say(request.texts.no_person)
            return
        if not is_private(request.chat):
            await request.say(request.texts.only_in_private)
            return
        async with self._services.database.read() as session:
            person = await people.by_telegram_id(session, request.sender.id)
            stored = await people.everything_of(session, person) if person else None
        if stored is None:
            await request.say(request.texts.no_data)
            return
        caption = request.texts.my_data(len(stored.readings), len(stored.corrections))
        await self._send(request, "my-data.zip", person_files(stored), caption)

    async def export(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        if not self._services.permissions.allows(request.sender, Right.ADMIN):
            admins = self._services.settings.admins
            await request.say(request.texts.admins_only if admins else request.texts.no_admins)
            return
        if not is_private(request.chat):
            await request.say(request.texts.only_in_private)
            return
        async with self._services.database.read() as session:
            stored = await samples.consented(session)
        if not stored:
            await request.say(request.texts.no_samples)
            return
        await self._send(request, "samples.zip", sample_files(stored), request.texts.exported(len(stored)))

    @staticmethod
    async def _send(request: MessageRequest, name: str, files: Iterable[tuple[str, bytes]], caption: str) -> None:
        async with showing_chat_action(request.message, ChatAction.UPLOAD_DOCUMENT):
            archive = await asyncio.to_thread(zipped, files)
            if len(archive) > MAX_SENT_BYTES:
                await request.say(request.texts.too_large_to_send(len(archive) / 1e6))
                return
            document = InputFile(archive, name)
            await request.message.reply_document(document, caption=caption, parse_mode=ParseMode.HTML, do_quote=True)
