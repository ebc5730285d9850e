"""Bot API requests whose failures are counted, each try of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from http import HTTPStatus
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from telegram.error import NetworkError
from telegram.request import HTTPXRequest

# Called with the method and what went wrong: the HTTP status, or the name of PTB's exception where there was none.
OnFailure = Callable[[str, str], None]

# For each of its locks httpcore 1.0 imports sniffio (httpcore._synchronization.current_async_library), with no option
# to say which event loop it is: sixteen times a photo. Of a package that is missing Python remembers nothing, and
# searches the whole path again: 1.7 ms a photo. None in sys.modules is its own mark of a module that is not to be had
# (docs.python.org, "The module cache"). For this process alone; needless once httpcore looks but once, or where sniffio
# is installed.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]


class ObservedRequest(HTTPXRequest):
    """PTB's own request, with its ``options``; ``on_failure`` is called for each failed try."""

    def __init__(self, on_failure: OnFailure = lambda *_: None, **options: Any) -> None:  # noqa: ANN401 - PTB's own
        super().__init__(**options)
        self._on_failure = on_failure

    async def do_request(self, url: str, *arguments: Any, **named: Any) -> tuple[int, bytes]:  # noqa: ANN401
        try:
            status, payload = await super().do_request(url, *arguments, **named)
        except NetworkError as error:
            self._on_failure(method_of(url), type(error).__name__)
            raise
        if status >= HTTPStatus.BAD_REQUEST:
            self._on_failure(method_of(url), str(status))
        return status, payload


def method_of(url: str) -> str:
    """The method of a Bot API URL, for logs and metrics; never the URL itself, which holds the token."""
    path = urlsplit(url).path
    return "get file content" if "/file/bot" in path else path.rpartition("/")[2]
