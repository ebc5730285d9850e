"""The command menu and the bot's descriptions, which Telegram shows before the first message."""

from __future__ import annotations

import logging

from telegram import BotCommand, BotCommandScopeChat
from telegram.error import TelegramError

from bot.commands import listed_commands
from bot.context import Bot
from bot.messages.catalogue import SOURCE_LANGUAGE, catalogue_languages
from bot.messages.texts import Texts, texts_for

log = logging.getLogger(__name__)


async def publish(bot: Bot, admins: frozenset[int]) -> None:
    """Set the menus, one a language; cosmetic, so a failure is logged and the bot serves on."""
    try:
        for language in catalogue_languages():
            texts = texts_for(language)
            # English is the fallback of all languages: it is set without a code.
            code = None if language == SOURCE_LANGUAGE else language
            await bot.set_my_commands(_menu(texts, admin=False), language_code=code)
            await bot.set_my_short_description(texts.short_description, language_code=code)
            await bot.set_my_description(texts.description, language_code=code)
    except TelegramError as error:
        log.warning("the command menu could not be set: %s", error)
    for admin in sorted(admins):
        await _publish_to_admin(bot, admin, texts_for(SOURCE_LANGUAGE))


async def publish_to_chat(bot: Bot, chat: int, texts: Texts | None, *, admin: bool) -> None:
    """Set the menu of one person's private chat; None: the one that everybody has."""
    scope = BotCommandScopeChat(chat)
    try:
        if texts is None:
            await bot.delete_my_commands(scope)
        else:
            await bot.set_my_commands(_menu(texts, admin=admin), scope)
    except TelegramError as error:
        log.warning("the command menu of a chat could not be set: %s", error)


async def _publish_to_admin(bot: Bot, admin: int, texts: Texts) -> None:
    """Telegram refuses it until that admin has opened a chat with the bot."""
    try:
        await bot.set_my_commands(_menu(texts, admin=True), scope=BotCommandScopeChat(admin))
    except TelegramError as error:
        log.info("the menu of admin %s is set when they open the chat: %s", admin, error)


def _menu(texts: Texts, *, admin: bool) -> list[BotCommand]:
    return [
        BotCommand(command.name, texts.command_description(command.name)) for command in listed_commands(admin=admin)
    ]
