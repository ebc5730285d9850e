"""Faults on order: the next calls of a method fail in a chosen way, as networks and servers do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from bot.playground.responses import ApiError, Payload
from bot.playground.schema import methods, names_chat

EFFECTS = ("status", "delay", "drop", "garbage", "duplicate")
DELIVERIES = {"getUpdates", "webhook"}
NOT_IN_WILDCARD = {*DELIVERIES, "file"}
"""What ``*`` does not mean: a wildcard fault must not be used up by the polling that goes on all the time."""
UNTIL_DELETED = -1
"""The value of ``times`` for a fault that lasts until the faults are deleted."""
MAX_DELAY_SECONDS = 3600
DEFAULT_DESCRIPTIONS = {
    400: "Bad Request: failed on order",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    413: "Request Entity Too Large",
    429: "Too Many Requests: retry after {}",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
JSON_TYPES: dict[type | tuple[type, ...], tuple[tuple[str, ...], str]] = {
    int: (("times", "status", "retry_after", "chat"), "a number"),
    (int, float): (("delay",), "a number"),
    bool: (("html", "done", "garbage", "duplicate"), "true or false"),
    str: (("description",), "a text"),
}


@dataclass(frozen=True)
class Fault:
    """One way for a call to fail; exactly one of the fields named in ``EFFECTS`` is set.

    Raises ValueError, with one sentence, for a combination that means nothing.
    """

    method: str
    """A method of the Bot API, ``file`` (a download), ``webhook`` (a delivery) or ``*`` (any other call)."""
    times: int = 1
    """How many calls suffer it, or UNTIL_DELETED."""
    chat: int | None = None
    """Only calls for this chat suffer it."""
    status: int | None = None
    """The call is not carried out; it is answered with this status."""
    retry_after: int | None = None
    """Seconds, sent beside the status."""
    description: str | None = None
    """The description of the error, in place of Telegram's."""
    html: bool | None = None
    """The answer with this status is an HTML page instead of JSON, as a proxy would send."""
    done: bool | None = None
    """The call is carried out before it is answered with this status."""
    delay: float | None = None
    """Seconds before the call is carried out."""
    drop: str | None = None
    """The connection is cut ``before`` the call is carried out, or ``after`` it (a download: half way)."""
    garbage: bool | None = None
    """The call is not carried out; it is answered with status 200 and a page that is no JSON."""
    duplicate: bool | None = None
    """The next updates are delivered once more, though acknowledged. For ``getUpdates`` and ``webhook`` only."""

    def __post_init__(self) -> None:
        chosen = [effect for effect in EFFECTS if getattr(self, effect) not in {None, False}]
        if len(chosen) != 1:
            raise ValueError(f"Give exactly one of {', '.join(EFFECTS)}.")
        if self.times < 1 and self.times != UNTIL_DELETED:
            raise ValueError("Give times as a number from 1 on, or as -1 for a fault that lasts until it is deleted.")
        if self.drop not in {None, "before", "after"}:
            raise ValueError('Give drop as "before" or "after".')
        if self.delay is not None and not 0 <= self.delay <= MAX_DELAY_SECONDS:
            raise ValueError(f"Give delay as seconds from 0 to {MAX_DELAY_SECONDS}.")
        self._check_status()
        if self.duplicate and self.method not in DELIVERIES:
            raise ValueError("Only updates are duplicated: give getUpdates or webhook as method.")
        if self.chat is not None and self.method not in {"*", "webhook"} and not names_chat(self.method):
            raise ValueError(f"Calls of {self.method} name no chat: leave chat out.")

    def _check_status(self) -> None:
        if self.status is None:
            if self.html or self.done:
                raise ValueError("Give html and done beside a status only.")
        elif not (400 <= self.status <= 599 or (self.html and self.status == 200)):
            raise ValueError("Give status as a number from 400 to 599; with html it may be 200.")

    def concerns(self, method: str, chat: int | None) -> bool:
        """Whether a call of this method, for this chat (None: for none), can suffer the fault."""
        if self.chat is not None and self.chat != chat:
            return False
        return self.method == method or (self.method == "*" and method not in NOT_IN_WILDCARD)

    @property
    def carries_out(self) -> bool:
        """Whether the call is carried out all the same."""
        return bool(self.done) or self.drop == "after" or self.delay is not None

    @property
    def error(self) -> ApiError:
        """What a ``status`` fault answers."""
        status = self.status or 500
        retry_after = self.retry_after or (1 if status == 429 else None)
        words = self.description or DEFAULT_DESCRIPTIONS.get(status, "Failed on order").format(retry_after)
        return ApiError(status, words, retry_after)

    @property
    def result(self) -> str:
        """What becomes of a call, as the delivery log counts it."""
        if self.drop:
            return f"dropped {self.drop}"
        if self.garbage:
            return "garbage"
        return f"{'done ' if self.done else ''}{self.status}{' html' if self.html else ''}"


@dataclass
class _Order:
    """A fault, and how many more calls will suffer it."""

    fault: Fault
    left: int

    def payload(self) -> Payload:
        given = {field.name: getattr(self.fault, field.name) for field in fields(self.fault)}
        return {name: value for name, value in given.items() if value is not None} | {"times": self.left}


class Faults:
    """The faults that wait, in the order in which they were ordered."""

    def __init__(self) -> None:
        self._orders: list[_Order] = []

    def add(self, body: Mapping[str, object]) -> Fault:
        """Orders a fault from its JSON; raises ValueError with one sentence."""
        fault = _fault_from_json(body)
        self._orders.append(_Order(fault, fault.times))
        return fault

    def clear(self) -> None:
        self._orders.clear()

    def payload(self) -> list[Payload]:
        """The faults that wait, each with the ``times`` that are left."""
        return [order.payload() for order in self._orders]

    def take(self, method: str, chat: int | None = None, *, duplicate: bool = False) -> Fault | None:
        """The fault that a call suffers. Duplicates are taken apart, when there are updates to deliver."""
        for order in self._orders:
            if order.fault.concerns(method, chat) and bool(order.fault.duplicate) is duplicate:
                if order.left != UNTIL_DELETED:
                    order.left -= 1
                if order.left == 0:
                    self._orders.remove(order)
                return order.fault
        return None


def _fault_from_json(body: Mapping[str, object]) -> Fault:
    if unknown := set(body) - {field.name for field in fields(Fault)}:
        raise ValueError(f"There is no {min(unknown)} in a fault.")
    for kind, (names, words) in JSON_TYPES.items():
        for name in names:
            value = body.get(name)
            if value is not None and (not isinstance(value, kind) or (kind is not bool and isinstance(value, bool))):
                raise ValueError(f"Give {name} as {words}.")
    return Fault(**{**body, "method": _method_name(body.get("method"))})  # type: ignore[arg-type]  # checked above


def _method_name(given: object) -> str:
    if not isinstance(given, str):
        raise ValueError("Name the method that is to fail.")  # noqa: TRY004  (one kind of error for the caller)
    if given in {"*", "file", "webhook"}:
        return given
    if (name := methods().get(given.lower())) is None:
        raise ValueError(f"The Bot API has no method {given}.")
    return name
