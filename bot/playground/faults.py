"""Faults on order: the next calls of a method fail in a chosen way, as networks and servers do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.playground.responses import ApiError

KINDS = ("status", "delay", "drop", "garbage", "duplicate")
DELIVERIES = {"getUpdates", "webhook"}
APART = {*DELIVERIES, "file"}
"""What ``*`` does not mean."""
WORDS = {
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


@dataclass(frozen=True)
class Fault:
    """One way for a call to fail; exactly one of the last five is set.

    ``method`` is a method of the Bot API, ``file`` (a download), ``webhook`` (a delivery) or ``*``
    (any method but getUpdates).
    """

    method: str
    times: int = 1
    retry_after: int | None = None
    description: str | None = None
    status: int | None = None
    """The call is not carried out; it is answered with this status."""
    delay: float | None = None
    """Seconds before the call is looked at."""
    drop: str | None = None
    """The connection is cut ``before`` the call is carried out, or ``after`` it (a download: half way)."""
    garbage: bool | None = None
    """The call is not carried out; it is answered with a page that is no JSON, as a proxy would."""
    duplicate: bool | None = None
    """The next updates are delivered once more, though acknowledged. For ``getUpdates`` and ``webhook`` only."""

    def __post_init__(self) -> None:
        chosen = [kind for kind in KINDS if getattr(self, kind) not in {None, False}]
        if len(chosen) != 1:
            raise ValueError(f"Give exactly one of {', '.join(KINDS)}.")
        if self.times < 1:
            raise ValueError("Give times as a number from 1 on.")
        if self.drop not in {None, "before", "after"}:
            raise ValueError('Give drop as "before" or "after".')
        if self.status is not None and not 400 <= self.status <= 599:
            raise ValueError("Give status as a number from 400 to 599.")
        if self.duplicate and self.method not in DELIVERIES:
            raise ValueError("Only updates are duplicated: give getUpdates or webhook as method.")

    @property
    def error(self) -> ApiError:
        """What a ``status`` fault answers."""
        status = self.status or 500
        words = self.description or WORDS.get(status, "Failed on order")
        return ApiError(status, words.format(self.retry_after or 1), self._retry_after)

    @property
    def _retry_after(self) -> int | None:
        return self.retry_after or 1 if self.status == 429 else self.retry_after


class Faults:
    """The faults that wait, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._waiting: list[list[Fault]] = []

    def add(self, asked: Mapping[str, object]) -> Fault:
        """A fault from its JSON; raises ValueError with one sentence."""
        if not isinstance(asked.get("method"), str):
            raise ValueError("Name the method that is to fail.")  # noqa: TRY004  (one kind of error for the caller)
        if unknown := set(asked) - set(Fault.__dataclass_fields__):
            raise ValueError(f"There is no {min(unknown)} in a fault.")
        for name, kinds in (("times", int), ("status", int), ("retry_after", int), ("delay", int | float)):
            value = asked.get(name)
            if value is not None and (not isinstance(value, kinds) or isinstance(value, bool)):
                raise ValueError(f"Give {name} as a number.")
        fault = Fault(**asked)  # type: ignore[arg-type]  # checked by __post_init__ and above
        self._waiting.append([fault] * fault.times)
        return fault

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, method: str, *, duplicate: bool = False) -> Fault | None:
        """The fault that this call suffers. Duplicates are asked for apart, when there are updates to deliver."""
        for left in self._waiting:
            meant = left[0].method == method or (left[0].method == "*" and method not in APART)
            if meant and bool(left[0].duplicate) is duplicate:
                fault = left.pop()
                self._waiting = [one for one in self._waiting if one]
                return fault
        return None
