"""Who talks and where: people, the bot's own account, private chats and groups."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.playground.responses import Payload, filled


@dataclass(frozen=True)
class User:
    """A user of Telegram, human or bot."""

    id: int
    name: str
    language: str = "en"
    admin: bool = False
    is_bot: bool = False

    @property
    def username(self) -> str:
        """A name that can be mentioned: letters of the name, and the id so that no two are the same."""
        if self.is_bot:
            return "playground_bot"
        return (re.sub(r"[^a-z]", "", self.name.lower()) or "person") + f"_{self.id}"

    def payload(self) -> Payload:
        """The Bot API's ``User``; a bot has no language."""
        return {
            "id": self.id,
            "is_bot": self.is_bot,
            "first_name": self.name,
            "username": self.username,
            **filled(language_code=None if self.is_bot else self.language),
        }


@dataclass(frozen=True)
class Chat:
    """A private chat of one person with the bot (its id is the person's), or a group (a negative id)."""

    id: int
    people: tuple[User, ...]
    title: str | None = None
    bot_may_write: bool = False
    """A person must have written first, and the bot must not have left a group."""

    @property
    def is_group(self) -> bool:
        return self.title is not None

    @property
    def kind(self) -> str:
        return "group" if self.is_group else "private"

    def payload(self) -> Payload:
        """The Bot API's ``Chat``."""
        if self.is_group:
            return {"id": self.id, "type": "group", "title": self.title}
        person = self.people[0]
        return {"id": self.id, "type": "private", "first_name": person.name, "username": person.username}
