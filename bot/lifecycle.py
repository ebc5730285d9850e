"""The lifecycle of a running bot: start, serve until told to stop, shut down. `run` and `demo` share it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.context import App
from bot.errors import BotError
from bot.settings import Settings, SettingsError

log = logging.getLogger(__name__)

# Only what there are handlers for: edited messages, reactions and the rest never leave Telegram.
ALLOWED_UPDATES = [Update.MESSAGE, Update.CALLBACK_QUERY]

LAST_ANSWERS_TIMEOUT_S = 5.0


class AnotherBotPolls(BotError):
    """Two processes poll with one token (Bot API getUpdates, 409): this one stops."""

    sentence = "Another process is polling Telegram with this token: stop one of the two."


async def serve(app: App, settings: Settings, stop: asyncio.Event, ready: Callable[[], None] = lambda: None) -> None:
    """Serve until ``stop`` is set; ``ready`` is called once updates are being taken.

    Raises SettingsError where Telegram refuses the token, AnotherBotPolls where another process uses it.
    Raises also what ``app.post_init`` does. The order is PTB's own (Application.run_polling), except that the caller
    may share the event loop, and that post_stop comes first: training must not go on while the last answers are sent.
    """
    if not await _initialize(app, stop):
        return
    try:
        conflict = asyncio.Event()
        starting = asyncio.create_task(_start(app, settings, stop, conflict))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([starting, stopping], return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():  # the network is down, and the bot is to stop
            starting.cancel()
            await asyncio.wait([starting])
        else:
            starting.result()
            ready()
        await stopping
        if conflict.is_set():
            raise AnotherBotPolls
    finally:
        await _shut_down(app)


@contextmanager
def stopped_by_signals() -> Iterator[asyncio.Event]:
    """An event that SIGTERM and SIGINT set: systemd's way to end a service, and Ctrl-C."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    for number in signals:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


async def _initialize(app: App, stop: asyncio.Event) -> bool:
    """Connect to Telegram, however long the network is down. False where ``stop`` was set first."""
    delay_s = 1.0
    while not stop.is_set():
        try:
            await app.initialize()
        except InvalidToken:
            raise SettingsError(
                "DIGITBOT_TOKEN: Telegram does not know this token; @BotFather shows the current one"
            ) from None
        except (NetworkError, RetryAfter) as error:
            log.warning("Telegram cannot be reached (%s); trying again in %.0f s", error, delay_s)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), delay_s)
            delay_s = min(delay_s * 2, 60)
        else:
            return True
    return False


async def _start(app: App, settings: Settings, stop: asyncio.Event, conflict: asyncio.Event) -> None:
    """Run post_init and take updates, also those that waited: photos sent during a restart are answered.

    ``conflict`` and ``stop`` are set where another process polls with the same token.
    """
    if app.post_init:
        await app.post_init(app)

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


async def _shut_down(app: App) -> None:
    """Undo every step of the start; updates being handled are finished, unless that takes too long."""
    if app.post_stop:
        await app.post_stop(app)
    if app.updater and app.updater.running:
        await app.updater.stop()
    if app.running:
        try:
            await asyncio.wait_for(app.stop(), LAST_ANSWERS_TIMEOUT_S)
        except TimeoutError:
            log.warning("some answers were not sent in time; their updates come again at the next start")
    await app.shutdown()
    if app.post_shutdown:
        await app.post_shutdown(app)
