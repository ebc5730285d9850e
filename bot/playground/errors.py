"""Errors of the playground. Each message is one sentence for a person."""

from __future__ import annotations

from bot.errors import BotError


class PlaygroundError(BotError):
    """Base class of every error that the playground raises itself."""


class TokenFormError(PlaygroundError):
    """A text that cannot be a bot token."""


class AdminIdsExhaustedError(PlaygroundError):
    """Every id kept for admins has been given out."""
