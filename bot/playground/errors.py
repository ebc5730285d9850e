"""Errors of the playground. Each message is one sentence for a person."""

from __future__ import annotations


class PlaygroundError(Exception):
    """Base class of every error that the playground raises itself."""


class TokenFormError(PlaygroundError):
    """A text that cannot be a bot token."""


class AdminIdsExhaustedError(PlaygroundError):
    """Every id kept for admins has been given out."""
