"""Bot API requests that are retried where a second try cannot carry out a call twice."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import Any, Self

import httpx
from telegram.error import NetworkError, RetryAfter

from bot.observed_request import ObservedRequest, OnFailure, method_of
from bot.request_body import resize_pieces

log = logging.getLogger(__name__)

RETRY_DELAYS_S = (0.3, 1.0, 3.0)  # before the second, third and fourth try
# Seconds that an upload may wait for its answer, its way included, as the kernel takes a whole picture at once: one of
# 100 KB arrives over a line of 2 KB a second.
UPLOAD_READ_TIMEOUT_S = 60
# Prefixes of the idempotent methods: sending twice shows, reading or editing twice does not.
IDEMPOTENT_PREFIXES = ("get", "set", "edit", "answer", "delete")
# Raised before the request was sent: nothing can have been carried out.
NOT_SENT_ERRORS = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class RetryingRequest(ObservedRequest):
    """PTB's own request with retries; the parameters are those of ``BaseRequest.do_request``."""

    @classmethod
    def with_timeouts(cls, on_failure: OnFailure) -> Self:
        """Timeouts in seconds; PTB's own five are too few for a photo over a slow line."""
        seconds = {"connect_timeout": 10, "read_timeout": 20, "write_timeout": 20, "pool_timeout": 10}
        hooks = {"event_hooks": {"request": [resize_pieces]}}
        return cls(on_failure, connection_pool_size=256, httpx_kwargs=hooks, **seconds)

    async def do_request(self, url: str, *arguments: Any, **named: Any) -> tuple[int, bytes]:  # noqa: ANN401
        if (data := named.get("request_data")) is not None and data.contains_files:
            named["read_timeout"] = UPLOAD_READ_TIMEOUT_S
        for delay_s in RETRY_DELAYS_S:
            try:
                status, payload = await super().do_request(url, *arguments, **named)
            except NetworkError as error:
                if not (was_not_sent(error) or _is_idempotent(url)):
                    raise
                log.info("%s failed (%s), trying again in %.1f s", method_of(url), error, delay_s)
            else:
                # A 5xx says nothing of whether the call was carried out: a message might be sent twice.
                if status < HTTPStatus.INTERNAL_SERVER_ERROR or not _is_idempotent(url):
                    return status, payload
                log.info("%s was answered by %s, trying again in %.1f s", method_of(url), status, delay_s)
            await asyncio.sleep(delay_s)
        return await super().do_request(url, *arguments, **named)


def was_not_sent(error: NetworkError) -> bool:
    """Whether a call surely was not carried out: its connection was never made."""
    return isinstance(error.__cause__, NOT_SENT_ERRORS)


def did_not_leave(error: Exception | None) -> bool:
    """Whether a call surely was not carried out: it was never sent, or Telegram asked for patience once too often."""
    return isinstance(error, RetryAfter) or (isinstance(error, NetworkError) and was_not_sent(error))


def _is_idempotent(url: str) -> bool:
    return method_of(url).startswith(IDEMPOTENT_PREFIXES)
