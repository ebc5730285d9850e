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
    """A private chat of one person with the bot (its id is the person's), or a group (a negative id).

    The first of a group's people owns it; ``admins`` are the ids of its other admins.
    """

    id: int
    people: tuple[User, ...]
    title: str | None = None
    bot_may_write: bool = False
    """A person must have written first, and the bot must not have left a group."""
    admins: frozenset[int] = frozenset()
    is_supergroup: bool = False
    is_forum: bool = False
    """Whether it has topics; then it is a supergroup."""
    upgraded_to: int | None = None
    """The supergroup that this group has become."""

    @property
    def is_group(self) -> bool:
        return self.title is not None

    @property
    def kind(self) -> str:
        if not self.is_group:
            return "private"
        return "supergroup" if self.is_supergroup or self.is_forum else "group"

    def is_admin(self, person: User) -> bool:
        """Whether a person owns or administers this group."""
        return self.is_group and (person == self.people[0] or person.id in self.admins)

    def payload(self) -> Payload:
        """The Bot API's ``Chat``."""
        if self.is_group:
            return {"id": self.id, "type": self.kind, "title": self.title, **filled(is_forum=self.is_forum)}
        person = self.people[0]
        return {"id": self.id, "type": "private", "first_name": person.name, "username": person.username}
