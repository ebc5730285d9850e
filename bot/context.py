"""PTB's application and context with our type parameters: nothing is kept in them, the database is the memory."""

from __future__ import annotations

from typing import Any

from telegram.ext import Application, CallbackContext, ExtBot

# PTB's own parameters are (bot, context, user data, chat data, bot data, job queue); the dicts stay unused.
Bot = ExtBot[Any]
Context = CallbackContext[Bot, dict[Any, Any], dict[Any, Any], dict[Any, Any]]
App = Application[Bot, Context, dict[Any, Any], dict[Any, Any], dict[Any, Any], Any]
