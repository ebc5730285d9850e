"""A bot that only writes down what it is to send, and a clock that a test sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from telegram.error import Forbidden, TimedOut

from bot.messages.texts import Texts, texts_for
from bot.monitoring.admin_notices import AdminNotices
from bot.settings import Settings

ADMINS = frozenset({1, 2, 3})
NEVER_WROTE = 3  # to the bot: Telegram lets it not write to them


@dataclass
class SentTexts:
    """Stands for the bot: (chat, text) of each message."""

    messages: list[tuple[int, str]] = field(default_factory=list)
    is_offline: bool = False

    async def send_message(self, chat: int, text: str, **_: Any) -> None:
        if self.is_offline:
            raise TimedOut
        if chat == NEVER_WROTE:
            raise Forbidden("bot can't initiate conversation with a user")
        self.messages.append((chat, text))


@dataclass
class SpokenLanguages:
    """Stands for ``bot.languages.Languages``: what each of the admins speaks, if it is not English."""

    spoken: dict[int, str] = field(default_factory=dict)

    async def of_id(self, telegram_id: int) -> Texts:
        return texts_for(self.spoken.get(telegram_id))


@dataclass
class Clock:
    now: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def sent() -> SentTexts:
    return SentTexts()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def start(tmp_path: Path, sent: SentTexts, clock: Clock) -> Callable[[], AdminNotices]:
    """The notices of one more start of the bot, on the same state folder."""

    def make() -> AdminNotices:
        settings = Settings.load(state=tmp_path, admins=ADMINS)
        return AdminNotices(sent, settings, SpokenLanguages(), clock)  # type: ignore[arg-type]

    return make
