"""How calls reach Telegram over a network that stumbles: tried again where that cannot do a thing twice."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
from telegram.error import NetworkError
from telegram.request import HTTPXRequest

log = logging.getLogger(__name__)

PAUSES = (0.3, 1.0, 3.0)  # seconds before the second, third and fourth try
# Asking twice, or bringing about twice what is so already, does no harm; sending twice does.
HARMLESS_TWICE = ("get", "set", "edit", "answer", "delete")
# Raised before the request has left: nothing can have been done yet.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class RetryingRequest(HTTPXRequest):
    """PTB's own request with a few more tries; the parameters are those of ``BaseRequest.do_request``."""

    @classmethod
    def with_timeouts(cls) -> Self:
        """Timeouts in seconds; PTB's own five are too few for a photo over a slow line."""
        return cls(connection_pool_size=256, connect_timeout=10, read_timeout=20, write_timeout=20, pool_timeout=10)

    async def do_request(self, url: str, *arguments: Any, **named: Any) -> tuple[int, bytes]:  # noqa: ANN401
        for pause in PAUSES:
            try:
                status, payload = await super().do_request(url, *arguments, **named)
            except NetworkError as error:
                if not _may_be_repeated(url, error):
                    raise
                log.info("%s failed (%s), trying again in %.1f s", _name(url), error, pause)
            else:
                if status < HTTPStatus.INTERNAL_SERVER_ERROR:
                    return status, payload
                log.info("%s was answered by %s, trying again in %.1f s", _name(url), status, pause)
            await asyncio.sleep(pause)
        return await super().do_request(url, *arguments, **named)


def _name(url: str) -> str:
    """The method of a Bot API address; never the address itself, for it holds the token."""
    path = urlsplit(url).path
    return "get file content" if "/file/bot" in path else path.rpartition("/")[2]


def _may_be_repeated(url: str, error: NetworkError) -> bool:
    return isinstance(error.__cause__, NOT_SENT) or _name(url).startswith(HARMLESS_TWICE)
