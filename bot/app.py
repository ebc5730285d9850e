"""The application: every handler, in the order in which they are tried."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine
from functools import partial

from telegram import Update
from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import (
    AIORateLimiter,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.context import App, Bot
from bot.filters import Addressed
from bot.handlers import error_handler
from bot.handlers.access import Access
from bot.handlers.account_commands import AccountCommands
from bot.handlers.callback_queries import CallbackQueries
from bot.handlers.correction_commands import CorrectionCommands
from bot.handlers.model_commands import ModelCommands
from bot.handlers.photo_messages import PhotoMessages
from bot.messages import command_menu
from bot.messages.keyboards import ButtonAction
from bot.messages.texts import CATALOGUES
from bot.retrying_request import RetryingRequest
from bot.services import Services
from bot.settings import Settings
from bot.update_processor import DedupingUpdateProcessor

# A caption that is nothing but digits, or /correct with digits. CommandHandler sees no captions (PTB, CommandHandler).
DIGITS_ONLY = r"^\s*(?:/correct(?:@\w+)?\s+)?(?P<digits>\d[\d\s]*)$"


def build_application(settings: Settings, services: Services | None = None) -> App:
    """The bot, not yet started; with a house of its own unless one is given. Raises SettingsError without a token."""
    token, services = settings.required_token(), services or Services(settings)
    app: App = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{settings.api_url}/bot")
        .base_file_url(f"{settings.api_url}/file/bot")
        .request(RetryingRequest.with_timeouts())
        .concurrent_updates(DedupingUpdateProcessor(services))
        .rate_limiter(AIORateLimiter(max_retries=5))
        .post_init(_opening(services))
        .post_stop(_ending(services))
        .post_shutdown(_closing(services))
        .build()
    )
    _add_handlers(app, services)
    return app


def _add_handlers(app: App, services: Services) -> None:
    """Order matters: within a group the first handler whose filter fits answers, and no other."""
    access, account, training = Access(services), AccountCommands(services), ModelCommands(services)
    photos, corrections, presses = PhotoMessages(services), CorrectionCommands(services), CallbackQueries(services)
    # An edited message never acts again; group members are left alone until they address the bot.
    new = filters.UpdateType.MESSAGE
    to_us = new & Addressed()

    app.add_handler(TypeHandler(Update, access.check), group=-1)  # stops strangers where users are listed

    app.add_handler(CommandHandler("start", account.start, new))
    app.add_handler(CommandHandler("help", account.help, new))
    app.add_handler(CommandHandler("correct", corrections.command, new))
    app.add_handler(CommandHandler("undo", corrections.undo, new))
    app.add_handler(CommandHandler("read", photos.read_replied, new))
    app.add_handler(CommandHandler("privacy", account.privacy, new))
    app.add_handler(CommandHandler("forget", account.forget, new))
    app.add_handler(CommandHandler("id", account.tell_id, new))
    app.add_handler(CommandHandler("retrain", training.retrain, new))
    app.add_handler(CommandHandler("models", training.models, new))
    app.add_handler(CommandHandler("rollback", training.rollback, new))
    app.add_handler(CallbackQueryHandler(training.press, f"^[{ButtonAction.CANCEL}{ButtonAction.ACTIVATE}]:"))
    app.add_handler(CallbackQueryHandler(presses.press))

    # A GIF is an animation and a document at once: before the documents.
    moving = filters.ANIMATION | filters.VIDEO | filters.VIDEO_NOTE | filters.VOICE | filters.AUDIO
    app.add_handler(MessageHandler(to_us & moving, account.not_a_still))
    # A live photo has its still in `photo` (Bot API 10.0): answered here, once.
    stills = filters.PHOTO | filters.Document.ALL | filters.Sticker.STATIC
    app.add_handler(MessageHandler(to_us & stills & filters.CaptionRegex(DIGITS_ONLY), photos.read_and_correct))
    app.add_handler(MessageHandler(to_us & stills, photos.read))
    app.add_handler(MessageHandler(to_us & filters.Sticker.ALL, account.not_a_still))

    app.add_handler(MessageHandler(to_us & filters.COMMAND, account.unknown_command))
    app.add_handler(MessageHandler(to_us & filters.TEXT, account.hint))
    app.add_handler(MessageHandler(to_us & ~filters.StatusUpdate.ALL, account.hint))

    app.add_error_handler(error_handler.answer)


async def _tell_skipped(bot: Bot, services: Services, names: tuple[str, ...], serving: str) -> None:
    """A damaged model version was skipped."""
    await _tell_admins(bot, services, CATALOGUES["en"].passed_over(names, serving))


async def _tell_networks(bot: Bot, services: Services, networks: tuple[str, ...], serving: str) -> None:
    """Networks of the package are damaged."""
    await _tell_admins(bot, services, CATALOGUES["en"].networks_damaged(networks, serving))


async def _tell_admins(bot: Bot, services: Services, text: str) -> None:
    """Send a text to each admin who has opened a chat."""
    for admin in sorted(services.settings.admins):
        with contextlib.suppress(TelegramError):
            await bot.send_message(admin, text, parse_mode=ParseMode.HTML)


def _opening(services: Services) -> Callable[[App], Coroutine[None, None, None]]:
    async def open_house(app: App) -> None:
        services.registry.on_model_skipped = partial(_tell_skipped, app.bot, services)
        services.registry.on_networks_damaged = partial(_tell_networks, app.bot, services)
        await services.open()
        await command_menu.publish(app.bot, services.settings.admins)

    return open_house


def _ending(services: Services) -> Callable[[App], Coroutine[None, None, None]]:
    """While it can still be told: a training run ends before its bot does."""

    async def end_runs(_: App) -> None:
        await services.runs.end()

    return end_runs


def _closing(services: Services) -> Callable[[App], Coroutine[None, None, None]]:
    async def close_house(_: App) -> None:
        await services.close()

    return close_house
