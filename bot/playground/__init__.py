"""The playground: a stand-in for Telegram on this machine (Bot API server and chat page), with no token."""

from __future__ import annotations

from bot.playground.playground import Playground

__all__ = ["Playground"]
