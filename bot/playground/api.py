"""The Bot API over HTTP: ``/bot<token>/METHOD`` and ``/file/bot<token>/PATH``, with faults on order."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from dataclasses import dataclass, field
from urllib.parse import unquote

from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler

from bot.playground.faults import Fault, Faults
from bot.playground.guard import Guarded
from bot.playground.methods import Methods
from bot.playground.request import ApiRequest, Upload
from bot.playground.responses import ApiError
from bot.playground.schema import SchemaError, methods
from bot.playground.state import PlaygroundState

log = logging.getLogger(__name__)


@dataclass
class BotApi:
    """What the handlers of one playground share."""

    state: PlaygroundState
    methods: Methods
    faults: Faults
    token: str
    running: set[asyncio.Future[object]] = field(default_factory=set)
    """Calls that are being carried out; ended when the playground stops."""

    def knows(self, token: str) -> bool:
        return hmac.compare_digest(unquote(token).encode(), self.token.encode())


def call_of(handler: RequestHandler, method: str) -> ApiRequest:
    """A call from a query, a form, a multipart body or JSON; raises ApiError."""
    request = handler.request
    if request.headers.get("Content-Type", "").startswith("application/json"):
        try:
            body = json.loads(request.body or b"{}")
        except ValueError:
            raise ApiError(400, "Bad Request: can't parse JSON object") from None
        return ApiRequest.of_json(method, body if isinstance(body, dict) else {})
    fields = {name: values[-1].decode("utf-8", "replace") for name, values in request.arguments.items()}
    uploads = {
        name: Upload(files[-1].filename, files[-1].body, files[-1].content_type)
        for name, files in request.files.items()
    }
    return ApiRequest(method, fields, uploads)


class ApiHandler(Guarded):
    """Every call of a Bot API method."""

    def initialize(self, api: BotApi) -> None:
        self._api = api
        self._work: asyncio.Future[object] | None = None
        self._gone = False

    def on_connection_close(self) -> None:
        """A client that has gone away waits for no updates any more."""
        self._gone = True
        if self._work:
            self._work.cancel()

    async def get(self, token: str, method: str) -> None:
        await self._serve(token, method)

    async def post(self, token: str, method: str) -> None:
        await self._serve(token, method)

    async def _serve(self, token: str, asked: str) -> None:
        method = methods().get(asked.lower(), asked)
        if not self._api.knows(token):
            self._refuse(method, ApiError(401, "Unauthorized"))
            return
        fault = self._api.faults.take(method)
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault and not fault.delay and fault.drop != "after":
            self._fail(method, fault)
            return
        await self._carry_out(method, cut=fault is not None and fault.drop == "after")

    async def _carry_out(self, method: str, *, cut: bool) -> None:
        try:
            self._work = asyncio.ensure_future(self._api.methods(call_of(self, method)))
            self._api.running.add(self._work)
            result = await self._work
        except ApiError as error:
            self._refuse(method, error)
        except SchemaError as error:
            log.error("%s: a payload that Telegram could not have sent: %s", method, error)  # noqa: TRY400
            self._refuse(method, ApiError(500, f"Internal Server Error: {error}"))
        except asyncio.CancelledError:
            self._api.state.books.call(method, "gone")
            if not self._gone:  # the playground stops
                self._cut()
        else:
            await self._answer(method, result, cut=cut)
        finally:
            self._api.running.discard(self._work)

    async def _answer(self, method: str, result: object, *, cut: bool) -> None:
        books, updates = self._api.state.books, self._api.state.updates
        taken = updates.taken
        if cut:
            books.call(method, "dropped after")
            self._cut()
            return
        try:
            await self.finish({"ok": True, "result": result})
        except StreamClosedError:
            books.call(method, "gone")
            return
        books.call(method, "ok")
        if method == "getUpdates" and result:
            updates.delivered(taken)
            if self._api.faults.take(method, duplicate=True):
                updates.repeat(taken)

    def _fail(self, method: str, fault: Fault) -> None:
        """A call that is not carried out."""
        if fault.drop:
            self._api.state.books.call(method, "dropped before")
            self._cut()
        elif fault.garbage:
            self._api.state.books.call(method, "garbage")
            self.set_header("Content-Type", "text/html")
            self.finish(b"<html><body><h1>It works!</h1></body></html>")
        else:
            self._refuse(method, fault.error)

    def _refuse(self, method: str, error: ApiError) -> None:
        self._api.state.books.call(method, str(error.status))
        self.set_status(error.status, error.description.partition(":")[0])
        self.finish(error.payload())

    def _cut(self) -> None:
        self.detach().close()


class FileHandler(Guarded):
    """Downloads. Paths are those that getFile tells."""

    def initialize(self, api: BotApi) -> None:
        self._api = api

    async def get(self, token: str, path: str) -> None:
        books, fault = self._api.state.books, self._api.faults.take("file")
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault and fault.drop == "before":
            books.call("file", "dropped before")
            self.detach().close()
            return
        error = self._error(token, fault)
        file = self._api.state.files.at(path)
        if error or file is None:
            error = error or ApiError(404, "Not Found")
            books.call("file", str(error.status))
            self.set_status(error.status)
            self.finish(error.payload())
        elif fault and fault.drop:
            books.call("file", "dropped after")
            await self._half(file.content)
        else:
            books.call("file", "garbage" if fault and fault.garbage else "ok")
            self.set_header("Content-Type", "application/octet-stream")
            self.finish(b"<html>It works!</html>" if fault and fault.garbage else file.content)

    def _error(self, token: str, fault: Fault | None) -> ApiError | None:
        if not self._api.knows(token):
            return ApiError(401, "Unauthorized")
        return fault.error if fault and fault.status else None

    async def _half(self, content: bytes) -> None:
        """Promises the whole file and cuts the connection in the middle of it."""
        self.set_header("Content-Length", str(len(content)))
        self.write(content[: len(content) // 2])
        await self.flush()
        self.detach().close()
