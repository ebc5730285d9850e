"""Methods that bring updates to the bot: the long poll, and the settings of the webhook."""

from __future__ import annotations

import asyncio

from bot.playground.methods.lookups import ApiMethod
from bot.playground.request import ApiRequest
from bot.playground.responses import ApiError, Payload, bad_request, filled
from bot.playground.state import PlaygroundState
from bot.playground.update_queue import Update
from bot.playground.webhook import Webhook, target_of

MAX_POLL_SECONDS = 50
"""How long a poll waits at most, whatever it asks for."""
CONFLICT_OTHER_POLL = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
CONFLICT_WEBHOOK_SET = "Conflict: terminated by setWebhook request"
CONFLICT_WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class ReceivingMethods:
    """One poll or one webhook, never both: a second poll ends the first."""

    def __init__(self, state: PlaygroundState, webhook: Webhook) -> None:
        self._state = state
        self._updates = state.updates
        self._webhook = webhook
        self._poll: asyncio.Future[str] | None = None
        self.table: dict[str, ApiMethod] = {
            "getUpdates": self.get,
            "setWebhook": self.set_webhook,
            "deleteWebhook": self.delete_webhook,
            "getWebhookInfo": self.webhook_info,
        }

    async def get(self, call: ApiRequest) -> list[Payload]:
        if self._webhook.target:
            raise ApiError(409, CONFLICT_WEBHOOK_ACTIVE)
        self._end_poll(CONFLICT_OTHER_POLL)
        self._allow(call)
        offset, limit = call.integer("offset"), call.integer("limit", 100)
        seconds = min(max(call.integer("timeout"), 0), MAX_POLL_SECONDS)
        self._poll = ended = asyncio.get_running_loop().create_future()
        try:
            taken = await self._next(offset, min(max(limit, 1), 100), seconds, ended)
        finally:
            if self._poll is ended:
                self._poll = None
        return [update.payload() for update in taken]

    async def _next(self, offset: int, limit: int, seconds: int, ended: asyncio.Future[str]) -> list[Update]:
        taken = self._updates.take(offset, limit)
        if not taken and seconds:
            arrival = asyncio.create_task(self._updates.notifier.wait(seconds))
            try:
                await asyncio.wait((arrival, ended), return_when=asyncio.FIRST_COMPLETED)
            finally:
                arrival.cancel()
            if ended.done():
                raise ApiError(409, ended.result())
            taken = self._updates.take(offset, limit)
        return taken

    async def set_webhook(self, call: ApiRequest) -> bool:
        """setWebhook; an empty address deletes it."""
        if not call.text("url"):
            return await self.delete_webhook(call)
        target = target_of(call)
        self._end_poll(CONFLICT_WEBHOOK_SET)
        self._drop_if_asked(call)
        self._allow(call)
        await self._webhook.set(target)
        return True

    async def delete_webhook(self, call: ApiRequest) -> bool:
        self._drop_if_asked(call)
        await self._webhook.set(None)
        return True

    async def webhook_info(self, _: ApiRequest) -> Payload:
        target = self._webhook.target
        return {
            "url": target.url if target else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates),
            **filled(
                max_connections=target and target.connections,
                last_error_date=self._webhook.failed_at,
                last_error_message=self._webhook.failure,
                allowed_updates=list(self._updates.allowed) or None,
            ),
        }

    def _end_poll(self, reason: str) -> None:
        if self._poll and not self._poll.done():
            self._poll.set_result(reason)

    def _allow(self, call: ApiRequest) -> None:
        """allowed_updates: kept until given anew."""
        kinds = call.json("allowed_updates")
        if kinds is None:
            return
        if not isinstance(kinds, list):
            raise bad_request("can't parse allowed_updates: expected an Array of String")
        self._updates.allow(str(kind) for kind in kinds)

    def _drop_if_asked(self, call: ApiRequest) -> None:
        if call.flag("drop_pending_updates"):
            self._updates.drop()
