"""The command menus and the bot's descriptions, which Telegram shows before the first message."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from bot.commands import ChatCommand, listed_commands
from bot.context import Bot
from bot.messages.catalogue import SOURCE_LANGUAGE, catalogue_languages
from bot.messages.texts import Texts, texts_for

log = logging.getLogger(__name__)


async def publish(bot: Bot, admins: Mapping[int, Texts]) -> None:
    """Set the menus, one a scope and language, all languages at once: they are forty calls, and the bot waits for them.

    ``admins`` have a menu of their own, in their language. A failure is logged, and the bot serves on: menus are
    cosmetic.
    """
    await asyncio.gather(*(_publish_language(bot, language) for language in catalogue_languages()))
    for admin, texts in admins.items():
        await publish_to_chat(bot, admin, texts, admin=True)


async def _publish_language(bot: Bot, language: str) -> None:
    everybodys, in_groups = listed_commands(admin=False), listed_commands(admin=False, group=True)
    # Telegram shows the narrowest scope that has a menu; /privacy must stand in the default one.
    scopes: dict[BotCommandScope, tuple[ChatCommand, ...]] = {
        BotCommandScopeDefault(): everybodys,
        BotCommandScopeAllPrivateChats(): everybodys,
        BotCommandScopeAllGroupChats(): in_groups,
    }
    texts = texts_for(language)
    # English is the fallback of all languages: it is set without a code.
    code = None if language == SOURCE_LANGUAGE else language
    try:
        for scope, listed in scopes.items():
            await bot.set_my_commands(_menu(texts, listed), scope=scope, language_code=code)
        await bot.set_my_short_description(texts.short_description, language_code=code)
        await bot.set_my_description(texts.description, language_code=code)
    except TelegramError as error:
        log.warning("the command menu in %s could not be set: %s", language, error)


async def publish_to_chat(bot: Bot, chat: int, texts: Texts | None, *, admin: bool) -> None:
    """Set the menu of one person's private chat; None: the one that everybody has.

    Telegram refuses it until they have opened one with the bot.
    """
    scope = BotCommandScopeChat(chat)
    try:
        if texts is None:
            await bot.delete_my_commands(scope)
        else:
            await bot.set_my_commands(_menu(texts, listed_commands(admin=admin)), scope)
    except TelegramError as error:
        log.info("the menu of a chat could not be set; an admin's is set when they first write: %s", error)


def _menu(texts: Texts, listed: Iterable[ChatCommand]) -> list[BotCommand]:
    return [BotCommand(command.name, texts.command_description(command.name)) for command in listed]
