"""PTB's generic types with this bot's parameters. Nothing is kept in PTB's dicts: all state is in the database."""

from __future__ import annotations

from typing import Any

from telegram.ext import Application, CallbackContext, ExtBot

# PTB's own parameters are (bot, context, user data, chat data, bot data, job queue); the dicts stay unused.
Bot = ExtBot[Any]


class Context(CallbackContext[Bot, dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """Of one update. ``language``: the code of the one that its sender chose with /language; None without a choice."""

    language: str | None = None


App = Application[Bot, Context, dict[Any, Any], dict[Any, Any], dict[Any, Any], Any]
