"""Commands about the bot and the person themselves, and hints for messages that are no photo."""

from __future__ import annotations

from telegram import Update

from bot.commands import listed_commands, nearest_command
from bot.context import Context
from bot.handlers._requests import MessageRequest
from bot.handlers.private_answers import leads_to_private_chat
from bot.handlers.sample_deletion import SampleDeletion
from bot.identity import Right, is_private
from bot.messages.open_questions import OpenQuestion, QuestionKind
from bot.services import Services
from storage import people, samples


class AccountCommands:
    """/start /help /privacy /forget /id, and the hints."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._own_samples = SampleDeletion(services)

    async def start(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        in_group = not is_private(request.chat)
        await request.say(request.texts.start_in_group(f"@{request.bot.username}") if in_group else request.texts.start)

    async def help(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        listed = listed_commands(admin=self._is_admin(request), group=not is_private(request.chat))
        names = [command.name for command in listed]
        await request.say(request.texts.help_with(names))

    async def privacy(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        if await leads_to_private_chat(request, "privacy"):
            return
        async with self._services.database.read() as session:
            person = await people.by_telegram_id(session, request.sender.id)
            stored = await samples.consented(session, person.id) if person else ()
        consented, outdated = bool(person and person.has_consented), bool(person and person.consent_is_outdated)
        days = self._services.settings.keep_days
        text = request.texts.privacy(days, consented=consented, outdated=outdated)
        if self._services.permissions.allows(request.sender, Right.CONSENT):
            keyboards = self._services.keyboards(request.texts, request.sender)
            has_samples = bool(stored) and is_private(request.chat)
            await request.say(text, keyboards.privacy(has_samples=has_samples), quote=True)
        else:
            await request.say(f"{text}\n\n{request.texts.no_person}", quote=True)

    async def forget(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        if not self._services.permissions.allows(request.sender, Right.FORGET):
            await request.say(request.texts.cannot_forget(self._services.settings.keep_days), quote=True)
            return
        if await leads_to_private_chat(request, "forget"):
            return
        keyboards = self._services.keyboards(request.texts, request.sender)
        reading = await self._own_samples.reading_to_delete(request)
        if reading is not None:
            question, keyboard = request.texts.forget_reading_question, keyboards.forget(reading.id)
        else:
            question, keyboard = request.texts.forget_question, keyboards.forget()
        asked = await request.say(question, keyboard, quote=True)
        open_question = OpenQuestion(QuestionKind.FORGET, asked.chat_id, asked.message_id)
        self._services.open_questions.ask(request.sender.id, open_question)

    async def tell_id(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        if not request.sender.is_person:
            await request.say(request.texts.no_id)
            return
        if await leads_to_private_chat(request, "id"):
            return
        has_admins = bool(self._services.settings.admins)
        text = request.texts.your_id(request.sender.id, admin=self._is_admin(request), has_admins=has_admins)
        await request.say(text)

    async def hint(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        await request.say(request.texts.text_hint)

    async def unknown_command(self, update: Update, context: Context) -> None:
        """Nobody is told of a command that is not for them."""
        request = MessageRequest.of(update, context)
        usable = listed_commands(admin=self._is_admin(request) and is_private(request.chat))
        nearest = nearest_command(request.message.text or request.message.caption or "/", usable)
        texts = request.texts
        await request.say(texts.unknown_command_like(nearest.name) if nearest else texts.unknown_command)

    def _is_admin(self, request: MessageRequest) -> bool:
        return self._services.permissions.allows(request.sender, Right.ADMIN)
