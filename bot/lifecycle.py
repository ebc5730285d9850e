"""The lifecycle of a running bot: connect, serve until told to stop, shut down. `run` and `demo` share it."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import urlsplit

from telegram import Update
from telegram.error import InvalidToken, TelegramError

from bot.application import DigitbotApplication
from bot.monitoring.installation_watch import WATCH_INTERVAL_S, InstallationWatch
from bot.monitoring.metrics_server import metrics_served
from bot.periodic_tasks import PeriodicTasks, cancel_all
from bot.rate_limiter import ChatRateLimiter
from bot.service_manager import ServiceManager
from bot.settings import Settings
from bot.supervision import Supervisor
from bot.updates.polling import CONFIRM_PAUSES_S, Poller, confirm_rejection
from bot.updates.receiver import UpdateReceiver
from bot.updates.shared_inbox import RENEW_INTERVAL_S, SharedInbox
from bot.updates.telegram_errors import GrowingPause, Trouble, trouble_of
from bot.updates.webhook_server import WebhookServer

log = logging.getLogger(__name__)

# Only what there are handlers for: reactions, channel posts and the rest never leave Telegram.
ALLOWED_UPDATES = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.GUEST_MESSAGE]

LAST_ANSWERS_TIMEOUT_S = 5.0


async def serve(
    app: DigitbotApplication, settings: Settings, stop: asyncio.Event, ready: Callable[[], None] = lambda: None
) -> None:
    """Serve until ``stop`` is set; ``ready`` is called once updates are being taken.

    Raises SettingsError where Telegram refuses the token for good, FetchingFailed where updates cannot be had, and what
    ``app.post_init`` raises. Whatever happens, updates that were not answered lie in the inbox for the next start.
    """
    manager = ServiceManager.from_environment()
    async with Supervisor() as reporting:
        reporting.watch("reporting to systemd", manager.report)
        if not await _unless_stopped(stop, _connect(app)):
            return
        shared_inbox = _shared_inbox(app)
        try:
            async with Supervisor(on_failure=app.events.task_failed) as supervisor:
                await _unless_stopped(stop, _serve(app, settings, shared_inbox, supervisor, manager, ready))
        finally:
            manager.stopping()
            await _shut_down(app, shared_inbox)


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


async def _unless_stopped(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Do the work, or leave it where ``stop`` is set before it ends: then False. Raises what the work raises."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
    finally:
        await cancel_all([each for each in (working, stopping) if not each.done()])
    if working.cancelled():
        return False
    working.result()
    return True


async def _connect(app: DigitbotApplication) -> None:
    """Ask Telegram who we are, however long the network is down. Raises SettingsError for a token that is no good."""
    pause = GrowingPause()
    while True:
        try:
            await app.initialize()
        except TelegramError as error:
            if isinstance(error, InvalidToken) and trouble_of(error) is Trouble.TOKEN_REJECTED:
                await confirm_rejection(app.bot, CONFIRM_PAUSES_S)
            seconds = pause.after(error)
            log.warning("Telegram cannot be reached (%s); trying again in %.0f s", error, seconds)
            await asyncio.sleep(seconds)
        else:
            return


def _shared_inbox(app: DigitbotApplication) -> SharedInbox:
    """The processes that share it share Telegram's limit of messages a second, too."""
    limiter, services = app.bot.rate_limiter, app.services
    on_receivers = limiter.share_among if isinstance(limiter, ChatRateLimiter) else lambda _: None
    return SharedInbox(services.database, services.membership, app.dispatcher, on_receivers)


async def _serve(  # noqa: PLR0913, PLR0917 - all that serving needs, each once
    app: DigitbotApplication,
    settings: Settings,
    shared_inbox: SharedInbox,
    supervisor: Supervisor,
    manager: ServiceManager,
    ready: Callable[[], None],
) -> None:
    """Open the services, take up what an earlier process left, and take updates until something final happens."""
    if app.post_init:
        await app.post_init(app)
    async with AsyncExitStack() as resources:
        services = app.services
        receiver = UpdateReceiver(shared_inbox, app.dispatcher)
        await shared_inbox.start(alone=services.alone)
        supervisor.watch("removing stale buttons", lambda: services.stale_buttons.run(app.bot))
        supervisor.watch("keeping the claims on updates", shared_inbox.run)
        tasks = await resources.enter_async_context(PeriodicTasks(app.events.task_failed))
        tasks.start("watching the installation", WATCH_INTERVAL_S, InstallationWatch(services, app.notices).check)
        await resources.enter_async_context(metrics_served(services.metrics.registry, settings.metrics_port))
        poller = await resources.enter_async_context(_fetching(app, settings, receiver, supervisor))
        if poller:  # a webhook is fed by Telegram: there the event loop's turning is all that can be seen
            manager.watch(lambda: poller.is_alive)
        manager.ready(lambda: _status(app, poller))
        ready()
        raise await supervisor.failed()


def _status(app: DigitbotApplication, poller: Poller | None) -> str:
    """One line for `systemctl status`; it names nobody."""
    counts = f"{app.dispatcher.answered} updates answered, {app.dispatcher.waiting} waiting"
    model = app.services.reader.model.name if app.services.reader.has_model else "no model"
    if poller is None:
        return f"{model} serves by webhook; {counts}"
    return f"{model} serves; {counts}; Telegram last answered {time.monotonic() - poller.fetched_at:.0f} s ago"


@asynccontextmanager
async def _fetching(
    app: DigitbotApplication, settings: Settings, receiver: UpdateReceiver, supervisor: Supervisor
) -> AsyncIterator[Poller | None]:
    """Take updates by webhook, or by polling with the poller that it gives, for the time of the block."""
    if settings.webhook_url:
        async with _webhook(app, settings, receiver):
            yield None
    else:
        poller = Poller(app.bot, receiver, ALLOWED_UPDATES, app.events.outage_over)
        await _patiently(app.bot.delete_webhook)  # getUpdates gives nothing while one is set
        polling = supervisor.watch("polling Telegram", poller.run)
        try:
            yield poller
        finally:
            await cancel_all([polling])
            await poller.acknowledge()


@asynccontextmanager
async def _webhook(app: DigitbotApplication, settings: Settings, receiver: UpdateReceiver) -> AsyncIterator[None]:
    secret = settings.webhook_secret()
    server = WebhookServer(urlsplit(settings.webhook_url).path, app.bot, receiver, secret)
    server.listen(settings.webhook_listen, settings.webhook_port)
    try:
        await _patiently(
            lambda: app.bot.set_webhook(settings.webhook_url, allowed_updates=ALLOWED_UPDATES, secret_token=secret)
        )
        server.ready()
        yield
    finally:
        await server.close()


async def _patiently(call: Callable[[], Awaitable[object]]) -> None:
    """Make a harmless call until it succeeds, with growing pauses."""
    pause = GrowingPause()
    while True:
        try:
            await call()
        except TelegramError as error:
            seconds = pause.after(error)
            log.warning("Telegram does not answer (%s); trying again in %.0f s", error, seconds)
            await asyncio.sleep(seconds)
        else:
            return


async def _shut_down(app: DigitbotApplication, shared_inbox: SharedInbox) -> None:
    """Training ends first; updates being handled are finished, or stay in the inbox where that takes too long.

    What comes meanwhile is the other processes' from the start, and what is left is theirs at once.
    """
    await shared_inbox.leave()
    async with PeriodicTasks() as tasks:
        tasks.start("keeping the last claims on updates", RENEW_INTERVAL_S, shared_inbox.renew)
        if app.post_stop:
            await app.post_stop(app)
        await app.dispatcher.stop(LAST_ANSWERS_TIMEOUT_S)
    await shared_inbox.hand_over()
    await app.shutdown()
    if app.post_shutdown:
        await app.post_shutdown(app)
