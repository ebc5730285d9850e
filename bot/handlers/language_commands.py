"""/language: which language the bot writes to somebody in."""

from __future__ import annotations

from telegram import Update

from bot.context import Context
from bot.handlers._helpers import person_of
from bot.handlers._pressed_buttons import PressedButtons
from bot.handlers._requests import ButtonRequest, MessageRequest
from bot.identity import Right, Sender, is_private
from bot.messages import command_menu
from bot.messages.catalogue import catalogue_languages
from bot.messages.texts import Texts, texts_for
from bot.services import Services
from storage import people


class LanguageCommands:
    """A choice counts for its person alone, in every chat."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._pressed = PressedButtons(services)

    async def command(self, update: Update, context: Context) -> None:
        """Ask for the language, or take the one that stands behind the command (``/language de``)."""
        request = MessageRequest.of(update, context)
        if not self._services.permissions.allows(request.sender, Right.CONSENT):
            await request.say(request.texts.no_person, quote=True)
            return
        wanted = " ".join(context.args or ()).casefold()
        code = next((code for code in catalogue_languages() if wanted in _names_of(code)), None)
        if code is not None:
            texts = await self._choose(request, request.sender, code)
            await request.say(texts.language_chosen, quote=True)
            return
        keyboards = self._services.keyboards(request.texts, request.sender)
        choices = [(each, texts_for(each).language_name) for each in catalogue_languages()]
        await request.say(request.texts.language_question, keyboards.languages(choices), quote=True)

    async def handle_button(self, update: Update, context: Context) -> None:
        request = ButtonRequest.of(update, context)
        button = await self._pressed.accept(request)
        if button is None:
            return
        try:
            code = button.data.language
        except ValueError:
            await request.toast(request.texts.button_expired)
            return
        texts = await self._choose(request, button.owner, code)
        await request.conclude(texts.language_chosen)

    async def _choose(self, request: MessageRequest | ButtonRequest, person: Sender, code: str) -> Texts:
        """Store the choice, and show it in the menu of the private chat. Raises StorageError."""
        async with self._services.database.write() as session:
            record = await person_of(session, person)
            await people.choose_language(session, record.id, code or None)
        texts = texts_for(code or person.language)
        if request.message and is_private(request.message.chat_id):
            admin = self._services.permissions.allows(person, Right.ADMIN)
            await command_menu.publish_to_chat(
                request.bot, request.message.chat_id, texts if code or admin else None, admin=admin
            )
        return texts


def _names_of(code: str) -> tuple[str, ...]:
    """What may stand behind the command for a language."""
    return code, texts_for(code).language_name.casefold()
