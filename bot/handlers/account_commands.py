"""Commands about the bot and the person themselves, and hints for messages that are no photo."""

from __future__ import annotations

from telegram import Update

from bot.commands import listed_commands
from bot.context import Context
from bot.handlers._requests import MessageRequest
from bot.handlers.sample_deletion import SampleDeletion
from bot.identity import Right, is_private
from bot.services import Services
from storage import people, samples


class AccountCommands:
    """/start /help /privacy /forget /id, and the hints."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._own_samples = SampleDeletion(services)

    async def start(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        await request.say(request.texts.start)

    async def help(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        admin = self._services.permissions.allows(request.sender, Right.ADMIN)
        names = [command.name for command in listed_commands(admin=admin)]
        await request.say(request.texts.help_with(names))

    async def privacy(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        async with self._services.database.read() as session:
            person = await people.by_telegram_id(session, request.sender.id)
            stored = await samples.consented(session, person.id) if person else ()
        consented, outdated = bool(person and person.has_consented), bool(person and person.consent_is_outdated)
        days = self._services.settings.keep_days
        text = request.texts.privacy(days, consented=consented, outdated=outdated)
        if self._services.permissions.allows(request.sender, Right.CONSENT):
            keyboards = self._services.keyboards(request.texts, request.sender)
            has_samples = bool(stored) and is_private(request.chat)
            await request.say(text, keyboards.consent(has_samples=has_samples), quote=True)
        else:
            await request.say(f"{text}\n\n{request.texts.no_person}", quote=True)

    async def forget(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        if not self._services.permissions.allows(request.sender, Right.FORGET):
            await request.say(request.texts.cannot_forget(self._services.settings.keep_days), quote=True)
            return
        keyboards = self._services.keyboards(request.texts, request.sender)
        reading = await self._own_samples.reading_to_delete(request)
        if reading is not None:
            await request.say(request.texts.forget_reading_question, keyboards.forget(reading.id), quote=True)
            return
        await request.say(request.texts.forget_question, keyboards.forget(), quote=True)

    async def tell_id(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        if not request.sender.is_person:
            await request.say(request.texts.no_id)
            return
        admin = self._services.permissions.allows(request.sender, Right.ADMIN)
        await request.say(request.texts.your_id(request.sender.id, admin=admin))

    async def hint(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        await request.say(request.texts.text_hint)

    async def unknown_command(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        await request.say(request.texts.unknown_command)

    async def not_a_still(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        await request.say(request.texts.not_a_still)
