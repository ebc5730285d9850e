"""Delivery by webhook: every update again and again, with the secret header, until the bot has taken it.

As with Telegram, each chat's updates come one after another, those of several chats side by side.
"""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from bot.periodic_tasks import cancel_all
from bot.playground.faults import Fault, Faults
from bot.playground.guard import LOOPBACK_NAMES
from bot.playground.request import ApiRequest
from bot.playground.responses import bad_request
from bot.playground.state import PlaygroundState
from bot.playground.update_queue import Update

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  (the name of a header)
RETRY_PAUSES_SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Pauses between attempts to deliver the same update; the last one repeats. Telegram's own are longer."""
MAX_ANSWER_SECONDS = 30
"""How long the bot may take to answer a delivery."""


@dataclass(frozen=True)
class WebhookTarget:
    """Where updates go."""

    url: str
    secret: str = ""
    connections: int = 40


def target_of(call: ApiRequest) -> WebhookTarget:
    """The target that a call of setWebhook names; raises ApiError.

    Unlike Telegram's, it must lie on this machine; plain http will do, and of https the certificate is not verified.
    """
    url, secret = call.text("url"), call.text("secret_token")
    if not _is_local(url):
        raise bad_request("bad webhook: the playground delivers to addresses of this machine only")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    connections = min(max(call.integer("max_connections", 40), 1), 100)
    return WebhookTarget(url, secret, connections)


def _is_local(url: str) -> bool:
    try:
        address = urlsplit(url)
        host, _ = address.hostname, address.port
    except ValueError:  # not an address, or a port that cannot be
        return False
    return address.scheme in {"http", "https"} and host in LOOPBACK_NAMES


class Webhook:
    """Pushes updates as long as a target is set."""

    def __init__(self, state: PlaygroundState, faults: Faults) -> None:
        self._state = state
        self._updates = state.updates
        self._faults = faults
        self._task: asyncio.Task[None] | None = None
        self._busy_chats: set[int] = set()
        self.target: WebhookTarget | None = None
        self.failure: str | None = None
        self.failed_at: int | None = None

    async def set(self, target: WebhookTarget | None) -> None:
        """Begins to deliver to a new target, or stops (None)."""
        if self._task:
            await cancel_all([self._task])
        self.target, self._task, self.failure, self.failed_at = target, None, None, None
        if target:
            self._task = asyncio.create_task(self._deliver(target))

    async def _deliver(self, target: WebhookTarget) -> None:
        headers = {SECRET_HEADER: target.secret} if target.secret else {}
        self._busy_chats.clear()
        async with (
            httpx.AsyncClient(headers=headers, timeout=MAX_ANSWER_SECONDS, trust_env=False, verify=False) as client,  # noqa: S501 - this machine's
            asyncio.TaskGroup() as deliveries,
        ):
            while True:
                free = target.connections - len(self._busy_chats)
                for update in self._updates.next_of_chats(self._busy_chats)[:free]:
                    self._busy_chats.add(update.chat_id)
                    deliveries.create_task(self._deliver_one(client, target, update))
                await self._updates.notifier.wait(MAX_ANSWER_SECONDS)

    async def _deliver_one(self, client: httpx.AsyncClient, target: WebhookTarget, update: Update) -> None:
        await self._until_taken(client, target, update)
        self._updates.acknowledge(update)
        self._busy_chats.discard(update.chat_id)
        self._updates.notifier.notify()

    async def _until_taken(self, client: httpx.AsyncClient, target: WebhookTarget, update: Update) -> None:
        attempt = 0
        while not await self._attempt(client, target, update):
            await asyncio.sleep(RETRY_PAUSES_SECONDS[min(attempt, len(RETRY_PAUSES_SECONDS) - 1)])
            attempt += 1
        if self._faults.take("webhook", update.chat_id, duplicate=True):
            await self._attempt(client, target, update)

    async def _attempt(self, client: httpx.AsyncClient, target: WebhookTarget, update: Update) -> bool:
        """One delivery; True where the bot answered that it has the update, and the answer arrived."""
        fault = self._faults.take("webhook", update.chat_id)
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault and not fault.carries_out:
            refused = f"Wrong response from the webhook: {fault.error.description}"
            return self._failed(refused if fault.status else "Connection reset by peer")
        try:
            answer = await client.post(target.url, json=update.payload())
        except httpx.HTTPError as error:
            return self._failed(str(error) or type(error).__name__)
        if not answer.is_success:
            return self._failed(f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}")
        self._updates.count_delivered([update.id])
        return not _loses_answer(fault) or self._failed("Connection reset by peer")

    def _failed(self, reason: str) -> bool:
        self._state.delivery_log.count_call("webhook", "failed")
        self.failure, self.failed_at = reason, int(time.time())
        return False


def _loses_answer(fault: Fault | None) -> bool:
    """Whether the bot's answer does not arrive, so that the same update comes again."""
    return fault is not None and fault.carries_out and fault.delay is None
