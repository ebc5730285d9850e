"""The life of a running bot: start, serve until told to stop, end cleanly. `run` and `demo` share it."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError

from bot.context import App
from bot.settings import Settings, SettingsError

log = logging.getLogger(__name__)

# Only what there are handlers for: edited messages, reactions and the rest never leave Telegram.
ALLOWED_UPDATES = [Update.MESSAGE, Update.CALLBACK_QUERY]


class AnotherBotPolls(Exception):
    """Two processes poll with one token (Bot API getUpdates, 409): this one gives way."""


async def serve(app: App, settings: Settings, stop: asyncio.Event, ready: Callable[[], None] = lambda: None) -> None:
    """Serve until ``stop`` is set; ``ready`` is called once updates are being taken.

    Raises SettingsError where Telegram refuses the token, AnotherBotPolls where another process uses it.
    The order is PTB's own (Application.run_polling), with the difference that a caller may share the event loop.
    """
    if not await _initialize(app, stop):
        return
    try:
        if app.post_init:
            await app.post_init(app)
        conflict = await _start(app, settings, stop)
        ready()
        await stop.wait()
        if conflict.is_set():
            raise AnotherBotPolls("another process is polling Telegram with this token: stop one of the two")
    finally:
        await _end(app)


@contextmanager
def stopped_by_signals() -> Iterator[asyncio.Event]:
    """An event that SIGTERM and SIGINT set: systemd's way to end a service, and Ctrl-C."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    wanted = (signal.SIGTERM, signal.SIGINT)
    for number in wanted:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in wanted:
            loop.remove_signal_handler(number)


async def _initialize(app: App, stop: asyncio.Event) -> bool:
    """Make contact, however long the network is away. False where the stop came first."""
    pause = 1.0
    while not stop.is_set():
        try:
            await app.initialize()
        except InvalidToken:
            raise SettingsError(
                "DIGITBOT_TOKEN: Telegram does not know this token; @BotFather shows the current one"
            ) from None
        except NetworkError as error:
            log.warning("Telegram cannot be reached (%s); trying again in %.0f s", error, pause)
            with_pause = asyncio.create_task(stop.wait())
            await asyncio.wait([with_pause], timeout=pause)
            with_pause.cancel()
            pause = min(pause * 2, 60)
        else:
            return True
    return False


async def _start(app: App, settings: Settings, stop: asyncio.Event) -> asyncio.Event:
    """Begin to take updates, the waiting ones too: photos sent during a restart are answered."""
    conflict = asyncio.Event()

    def polling_failed(error: TelegramError) -> None:
        if isinstance(error, Conflict):
            conflict.set()
            stop.set()
        else:
            log.warning("polling failed, trying again: %s", error)

    assert app.updater is not None  # noqa: S101  # build_application always makes one
    if settings.webhook_url:
        await app.updater.start_webhook(
            listen=settings.webhook_listen,
            port=settings.webhook_port,
            url_path=urlsplit(settings.webhook_url).path.lstrip("/"),
            webhook_url=settings.webhook_url,
            secret_token=settings.webhook_secret(),
            allowed_updates=ALLOWED_UPDATES,
        )
    else:
        await app.updater.start_polling(
            allowed_updates=ALLOWED_UPDATES, bootstrap_retries=-1, error_callback=polling_failed
        )
    await app.start()
    return conflict


async def _end(app: App) -> None:
    """Every step that was begun is ended, in PTB's order; what is being answered is answered first."""
    if app.updater and app.updater.running:
        await app.updater.stop()
    if app.running:
        await app.stop()
        if app.post_stop:
            await app.post_stop(app)
    await app.shutdown()
    if app.post_shutdown:
        await app.post_shutdown(app)
