"""The command menus and the bot's descriptions, which Telegram shows before the first message."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from bot.commands import ChatCommand, listed_commands
from bot.context import Bot
from bot.messages.catalogue import SOURCE_LANGUAGE, catalogue_languages
from bot.messages.texts import Texts, texts_for

log = logging.getLogger(__name__)


async def publish(bot: Bot, admins: frozenset[int]) -> None:
    """Set the menus, one a scope and language; cosmetic, so a failure is logged and the bot serves on."""
    everybodys, in_groups = listed_commands(admin=False), listed_commands(admin=False, group=True)
    # The default one is that of private chats, and the one in which Telegram looks for /privacy.
    scopes: dict[BotCommandScope, tuple[ChatCommand, ...]] = {
        BotCommandScopeDefault(): everybodys,
        BotCommandScopeAllGroupChats(): in_groups,
    }
    try:
        for language in catalogue_languages():
            texts = texts_for(language)
            # English is the fallback of all languages: it is set without a code.
            code = None if language == SOURCE_LANGUAGE else language
            for scope, listed in scopes.items():
                await bot.set_my_commands(_menu(texts, listed), scope=scope, language_code=code)
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
            await bot.set_my_commands(_menu(texts, listed_commands(admin=admin)), scope)
    except TelegramError as error:
        log.warning("the command menu of a chat could not be set: %s", error)


async def _publish_to_admin(bot: Bot, admin: int, texts: Texts) -> None:
    """Set the menu of one admin's private chat; Telegram refuses it until that admin has opened one with the bot."""
    try:
        menu = _menu(texts, listed_commands(admin=True))
        await bot.set_my_commands(menu, scope=BotCommandScopeChat(admin))
    except TelegramError as error:
        log.info("the menu of an admin is set when they first write: %s", error)


def _menu(texts: Texts, listed: Iterable[ChatCommand]) -> list[BotCommand]:
    return [BotCommand(command.name, texts.command_description(command.name)) for command in listed]
