"""The command menu and the bot's descriptions, as Telegram shows them before the first message."""

from __future__ import annotations

import logging

from telegram import BotCommand, BotCommandScopeChat
from telegram.error import TelegramError

from bot.context import Bot
from bot.messages.texts import CATALOGUES, Texts

log = logging.getLogger(__name__)


async def publish(bot: Bot, admins: frozenset[int]) -> None:
    """Set the menus, one a language; cosmetic, so a failure is logged and the bot serves on."""
    try:
        for language, texts in CATALOGUES.items():
            # English is the fallback of all languages: it is set without a code.
            code = None if language == "en" else language
            await bot.set_my_commands(_commands(texts.commands), language_code=code)
            await bot.set_my_short_description(texts.short_description, language_code=code)
            await bot.set_my_description(texts.description, language_code=code)
    except TelegramError as error:
        log.warning("the command menu could not be set: %s", error)
    for admin in sorted(admins):
        await _publish_to_admin(bot, admin, CATALOGUES["en"])


async def _publish_to_admin(bot: Bot, admin: int, texts: Texts) -> None:
    """Refused until that admin has opened a chat with the bot."""
    try:
        commands = _commands(texts.commands + texts.admin_commands)
        await bot.set_my_commands(commands, scope=BotCommandScopeChat(admin))
    except TelegramError as error:
        log.info("the menu of admin %s is set when they open the chat: %s", admin, error)


def _commands(pairs: tuple[tuple[str, str], ...]) -> list[BotCommand]:
    return [BotCommand(name, description) for name, description in pairs]
