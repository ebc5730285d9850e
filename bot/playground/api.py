"""The Bot API over HTTP: ``/bot<token>/METHOD`` and ``/file/bot<token>/PATH``, with faults on order."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
from dataclasses import dataclass, field
from http import HTTPStatus

from tornado.httputil import HTTPServerRequest
from tornado.iostream import StreamClosedError

from bot.playground.faults import Fault, Faults
from bot.playground.guard import GuardedHandler
from bot.playground.methods import ApiMethods
from bot.playground.request import ApiRequest, Upload
from bot.playground.responses import ApiError, Payload
from bot.playground.schema import SchemaError, methods
from bot.playground.state import PlaygroundState

log = logging.getLogger(__name__)


@dataclass
class BotApi:
    """What the handlers of one playground share."""

    state: PlaygroundState
    methods: ApiMethods
    faults: Faults
    token: str
    running: set[asyncio.Future[object]] = field(default_factory=set)
    """Calls that are being carried out; ended when the playground stops."""

    def check_token(self, token: str) -> None:
        """Raises ApiError, as Telegram: 404 for what cannot be a token, 401 for one that belongs to no bot."""
        if not re.match(r"\d+:", token):
            raise ApiError(404, "Not Found")
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            raise ApiError(401, "Unauthorized")

    def chat_of(self, call: ApiRequest) -> int | None:
        """The chat that a call is for; None where it names none."""
        if query_id := call.text("callback_query_id"):
            return self.state.pending_queries.chat_of(query_id)
        chat_id = call.text("chat_id")
        return int(chat_id) if re.fullmatch(r"-?\d{1,16}", chat_id) else None


def parse_request(request: HTTPServerRequest, method: str) -> ApiRequest:
    """A call from a query, a form, a multipart body or JSON; raises ApiError."""
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


class BotApiHandler(GuardedHandler):
    """What calls and downloads share: refusals, and answers that a fault chooses."""

    def initialize(self, api: BotApi) -> None:
        self._api = api
        self._calls = api.state.delivery_log

    def _refuse(self, name: str, error: ApiError) -> None:
        self._calls.count_call(name, str(error.status))
        self._send_error(error)

    def _suffer(self, name: str, fault: Fault) -> None:
        """Ends a request as a fault says; what was to be carried out before, has been."""
        self._calls.count_call(name, fault.result)
        if fault.drop:
            self._cut()
        elif fault.html or fault.garbage:
            self._send_page(fault.status or 200)
        else:
            self._send_error(fault.error)

    def _send_error(self, error: ApiError) -> None:
        self.set_status(error.status)
        if error.retry_after is not None:
            self.set_header("Retry-After", str(error.retry_after))
        self.finish(error.payload())

    def _send_page(self, status: int) -> None:
        """An HTML page, as a proxy or a captive portal sends it in place of the answer."""
        self.set_status(status)
        self.set_header("Content-Type", "text/html")
        title = f"{status} {HTTPStatus(status).phrase}" if status in set(HTTPStatus) else str(status)
        self.finish(f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>")

    def _cut(self) -> None:
        self.detach().close()


class MethodHandler(BotApiHandler):
    """Every call of a Bot API method."""

    def initialize(self, api: BotApi) -> None:
        super().initialize(api)
        self._poll: asyncio.Future[object] | None = None
        self._gone = False

    def on_connection_close(self) -> None:
        """A client that has gone away waits for no updates any more; every other call is carried out all the same."""
        self._gone = True
        if self._poll:
            self._poll.cancel()

    async def get(self, token: str, method: str) -> None:
        await self._serve(token, method)

    async def post(self, token: str, method: str) -> None:
        await self._serve(token, method)

    async def _serve(self, token: str, given: str) -> None:
        method = methods().get(given.lower(), given)
        try:
            self._api.check_token(token)
            call = parse_request(self.request, method)
        except ApiError as error:
            self._refuse(method, error)
            return
        fault = self._api.faults.take(method, self._api.chat_of(call))
        if fault and not fault.carries_out:
            self._suffer(method, fault)
        else:
            await self._carry_out(call, fault)

    async def _carry_out(self, call: ApiRequest, fault: Fault | None) -> None:
        work = asyncio.ensure_future(self._result(call, fault.delay if fault else None))
        self._poll = work if call.method == "getUpdates" else None
        self._api.running.add(work)
        try:
            result = await work
        except ApiError as error:
            self._refuse(call.method, error)
        except SchemaError as error:
            log.error("%s: a payload that Telegram could not have sent: %s", call.method, error)  # noqa: TRY400
            self._refuse(call.method, ApiError(500, f"Internal Server Error: {error}"))
        except asyncio.CancelledError:
            self._calls.count_call(call.method, "gone")
            if not self._gone:  # the playground stops
                self._cut()
        else:
            await self._answer(call.method, result, fault)
        finally:
            self._api.running.discard(work)

    async def _result(self, call: ApiRequest, delay: float | None) -> object:
        if delay:
            await asyncio.sleep(delay)
        return await self._api.methods(call)

    async def _answer(self, method: str, result: object, fault: Fault | None) -> None:
        if fault and fault.delay is None:
            self._suffer(method, fault)
            return
        try:
            await self.finish({"ok": True, "result": result})
        except StreamClosedError:
            self._calls.count_call(method, "gone")
            return
        self._calls.count_call(method, "ok")
        if method == "getUpdates" and isinstance(result, list):
            self._count_delivered(result)

    def _count_delivered(self, updates: list[Payload]) -> None:
        ids = [int(str(update["update_id"])) for update in updates]
        self._api.state.updates.count_delivered(ids)
        if ids and self._api.faults.take("getUpdates", duplicate=True):
            self._api.state.updates.repeat(ids)


class FileHandler(BotApiHandler):
    """Downloads. Paths are those that getFile tells."""

    async def get(self, token: str, path: str) -> None:
        try:
            self._api.check_token(token)
        except ApiError as error:
            self._refuse("file", error)
            return
        fault = self._api.faults.take("file")
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        file = self._api.state.files.at(path)
        if fault and fault.delay is None and fault.drop != "after":
            self._suffer("file", fault)
        elif file is None:
            self._refuse("file", ApiError(404, "Not Found"))
        elif fault and fault.drop:
            await self._send_half(file.content)
        else:
            self._calls.count_call("file", "ok")
            self.set_header("Content-Type", "application/octet-stream")
            self.finish(file.content)

    async def _send_half(self, content: bytes) -> None:
        """Promises the whole file and cuts the connection in the middle of it."""
        self._calls.count_call("file", "dropped after")
        self.set_header("Content-Length", str(len(content)))
        self.write(content[: len(content) // 2])
        await self.flush()
        self._cut()
