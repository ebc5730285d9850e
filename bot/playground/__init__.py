"""The playground: a Bot API server and a chat page on this machine, in place of Telegram; it needs no real token."""

from __future__ import annotations

from bot.playground.errors import AdminIdsExhaustedError, PlaygroundError, TokenFormError
from bot.playground.playground import Playground

__all__ = ["AdminIdsExhaustedError", "Playground", "PlaygroundError", "TokenFormError"]
