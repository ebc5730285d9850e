"""Counts of updates made, delivered and acknowledged, and of calls by method and result (``/playground/books``)."""

from __future__ import annotations

from collections import Counter

from bot.playground.responses import Payload


class DeliveryLog:
    """Counts from the start of the playground on. At rest, made = delivered = acknowledged: nothing was lost.

    An update is acknowledged when a later ``getUpdates`` asks beyond it, when the webhook takes it, or when the bot
    drops what is pending; each counts once, however often it was delivered and however often the bot was restarted.
    """

    def __init__(self) -> None:
        self.updates = Counter[str](made=0, delivered=0, acknowledged=0, repeated=0)
        self._calls: dict[str, Counter[str]] = {}

    def count_call(self, method: str, result: str) -> None:
        """One call of a Bot API method; the result is ``ok``, a status, or what a fault made of it."""
        self._calls.setdefault(method, Counter())[result] += 1

    def payload(self) -> Payload:
        calls = {method: dict(counts) for method, counts in sorted(self._calls.items())}
        return {"updates": dict(self.updates), "calls": calls}
