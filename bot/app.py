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

from bot import menu
from bot.context import App, Bot
from bot.handlers import errors
from bot.handlers.access import Access
from bot.handlers.account import Account
from bot.handlers.addressed import Addressed
from bot.handlers.corrections import Corrections
from bot.handlers.photos import Photos
from bot.handlers.presses import Presses
from bot.handlers.training import Training
from bot.house import House
from bot.keyboards import Act
from bot.request import PatientRequest
from bot.settings import Settings
from bot.texts import CATALOGUES
from bot.updates import OnceInTurn

# A caption that is nothing but digits, or /correct with digits. CommandHandler sees no captions (PTB, CommandHandler).
DIGITS_ONLY = r"^\s*(?:/correct(?:@\w+)?\s+)?(?P<digits>\d[\d\s]*)$"


def build_application(settings: Settings, house: House | None = None) -> App:
    """The bot, not yet started; with a house of its own unless one is given. Raises SettingsError without a token."""
    token, house = settings.required_token(), house or House(settings)
    app: App = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{settings.api_url}/bot")
        .base_file_url(f"{settings.api_url}/file/bot")
        .request(PatientRequest.with_patience())
        .concurrent_updates(OnceInTurn(house))
        .rate_limiter(AIORateLimiter(max_retries=5))
        .post_init(_opening(house))
        .post_stop(_ending(house))
        .post_shutdown(_closing(house))
        .build()
    )
    _add_handlers(app, house)
    return app


def _add_handlers(app: App, house: House) -> None:
    """Order matters: within a group the first handler whose filter fits answers, and no other."""
    access, account, training = Access(house), Account(house), Training(house)
    photos, corrections, presses = Photos(house), Corrections(house), Presses(house)
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
    app.add_handler(CallbackQueryHandler(training.press, f"^[{Act.CANCEL}{Act.ACTIVATE}]:"))
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

    app.add_error_handler(errors.answer)


async def _tell_admins(bot: Bot, house: House, names: tuple[str, ...], serving: str) -> None:
    """A damaged model version was passed over: each admin who has opened a chat is told."""
    for admin in sorted(house.settings.admins):
        with contextlib.suppress(TelegramError):
            text = CATALOGUES["en"].passed_over(names, serving)
            await bot.send_message(admin, text, parse_mode=ParseMode.HTML)


def _opening(house: House) -> Callable[[App], Coroutine[None, None, None]]:
    async def open_house(app: App) -> None:
        house.registry.tell_passed_over = partial(_tell_admins, app.bot, house)
        await house.open()
        await menu.publish(app.bot, house.settings.admins)

    return open_house


def _ending(house: House) -> Callable[[App], Coroutine[None, None, None]]:
    """While it can still be told: a training run ends before its bot does."""

    async def end_runs(_: App) -> None:
        await house.runs.end()

    return end_runs


def _closing(house: House) -> Callable[[App], Coroutine[None, None, None]]:
    async def close_house(_: App) -> None:
        await house.close()

    return close_house
