"""The webhook: Telegram's deliveries are stored before they are answered with 200."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Callable

from telegram import Bot, Update
from tornado.httpserver import HTTPServer
from tornado.web import Application, HTTPError, RequestHandler, stream_request_body

from bot.listening import open_socket
from bot.updates.receiver import UpdateReceiver
from bot.updates.update_parsing import NotAnUpdate, parse_update
from storage.errors import StorageError

log = logging.getLogger(__name__)

DELIVERY_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header (Bot API, setWebhook)
MAX_UPDATE_BYTES = 1024 * 1024  # an update is some kilobytes: text of 4,096 characters, a hundred buttons
BODY_TIMEOUT_S = 10.0  # for the body of one delivery; a slower one is cut off
IDLE_TIMEOUT_S = 300.0  # of a connection without a request


@stream_request_body
class DeliveryHandler(RequestHandler):
    """One delivery. Its secret is checked before a byte of its body is kept, and nothing but the body is believed.

    A stranger's body is read to its end and dropped before the refusal is sent: a server that answers and closes in
    the middle of a request makes a proxy lose the answer now and then, and count a failure of the bot (RFC 9112, 9.6).
    """

    def initialize(self, bot: Bot, receiver: UpdateReceiver, secret: str) -> None:
        self._bot = bot
        self._receiver = receiver
        self._secret = secret
        self._body = bytearray()
        self._is_from_telegram = False

    def prepare(self) -> None:
        """Compare the secret, before the body comes."""
        given = self.request.headers.get(DELIVERY_SECRET_HEADER, "")
        self._is_from_telegram = hmac.compare_digest(given.encode(), self._secret.encode())

    def data_received(self, chunk: bytes) -> None:
        if self._is_from_telegram:
            self._body += chunk

    async def post(self) -> None:
        """200 once the update lies in the inbox; 503 where it cannot be stored: Telegram delivers it again."""
        if not self._is_from_telegram:
            raise HTTPError(403)
        update = self._update()
        if not self._receiver.has_room:
            raise HTTPError(503)
        try:
            await self._receiver.receive([update])
        except StorageError as error:
            log.warning("update %s cannot be stored (%s); Telegram keeps it", update.update_id, error)
            raise HTTPError(503) from error
        self.set_status(200)

    def _update(self) -> Update:
        try:
            return parse_update(json.loads(self._body), self._bot)
        except (ValueError, NotAnUpdate) as error:
            raise HTTPError(400) from error

    def write_error(self, *_: object, **__: object) -> None:
        """No page, no traceback: the status says it."""
        self.finish()

    def log_exception(self, *_: object) -> None:
        """Refusals are Telegram's to repeat; they are logged where they are understood."""


class HealthHandler(RequestHandler):
    """/healthz: 200 while the event loop turns. /readyz: 200 where a delivery would be taken, else 503. No content."""

    def initialize(self, is_well: Callable[[], bool]) -> None:
        self._is_well = is_well

    def get(self) -> None:
        self.set_status(200 if self._is_well() else 503)

    def head(self) -> None:
        self.get()

    def write_error(self, *_: object, **__: object) -> None:
        """No page, no traceback: the status says it."""
        self.finish()


class WebhookServer:
    """Listens for deliveries on one path, and for health checks on /healthz and /readyz."""

    def __init__(self, path: str, bot: Bot, receiver: UpdateReceiver, secret: str) -> None:
        shared: dict[str, object] = {"bot": bot, "receiver": receiver, "secret": secret}
        self._is_ready: bool = False
        # Deliveries first: a webhook address that ends in /healthz is a webhook all the same.
        rules: list[tuple[str, type[RequestHandler], dict[str, object]]] = [
            (rf"/{path.lstrip('/')}/?", DeliveryHandler, shared),
            ("/healthz", HealthHandler, {"is_well": lambda: True}),
            ("/readyz", HealthHandler, {"is_well": lambda: self._is_ready and receiver.has_room}),
        ]
        application = Application(rules, log_function=lambda _: None)
        self._server = HTTPServer(
            application,
            max_body_size=MAX_UPDATE_BYTES,
            body_timeout=BODY_TIMEOUT_S,
            idle_connection_timeout=IDLE_TIMEOUT_S,
        )

    def listen(self, address: str, port: int) -> None:
        """``address`` as in ``listening.open_socket``. Raises OSError where it cannot be had."""
        self._server.add_socket(open_socket(address, port))

    def ready(self) -> None:
        """Telegram knows the address: from now on /readyz answers 200 while there is room."""
        self._is_ready = True

    async def close(self) -> None:
        """Take no more deliveries, and end those connections that are open."""
        self._server.stop()
        await self._server.close_all_connections()
