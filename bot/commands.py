"""The chat's commands: one table for their handlers, for captions, the command menu, /help and access."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class CommandScope(StrEnum):
    """Whose menu and /help list a command; the handlers of an admin's command check the person themselves."""

    USER = "user"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class ChatCommand:
    """One command. ``name`` is also the key of its description (``Texts.command_descriptions``).

    ``handler`` is the attribute of ``app.Handlers`` that handles it; ``caption_handler`` the one for a photo with this
    command and digits in its caption. ``needs_access``: whether only people with access to the bot may use it.
    """

    name: str
    handler: str
    aliases: tuple[str, ...] = ()
    scope: CommandScope = CommandScope.USER
    caption_handler: str = ""
    needs_access: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its aliases, without the slash."""
        return (self.name, *self.aliases)


# In the order of the menu and of /help. An alias works wherever the command does and is listed nowhere.
COMMANDS = (
    ChatCommand("start", "account.start"),
    ChatCommand("help", "account.help"),
    ChatCommand("correct", "corrections.correct", caption_handler="photos.read_and_correct"),
    ChatCommand("read", "photos.read_replied"),
    ChatCommand("undo", "corrections.undo"),
    ChatCommand("privacy", "account.privacy", needs_access=False),
    ChatCommand("forget", "account.forget", needs_access=False),
    ChatCommand("id", "account.tell_id", needs_access=False),
    ChatCommand("retrain", "models.retrain", scope=CommandScope.ADMIN),
    ChatCommand("models", "models.list_versions", scope=CommandScope.ADMIN),
    ChatCommand("rollback", "models.rollback", scope=CommandScope.ADMIN),
)


def listed_commands(*, admin: bool) -> tuple[ChatCommand, ...]:
    """The commands that the menu and /help show to a person."""
    return tuple(command for command in COMMANDS if admin or command.scope is CommandScope.USER)


def command_in(text: str) -> ChatCommand | None:
    """The command that a message begins with (``"/id"``, ``"/id@digits_bot"``); None where it is none of the table."""
    word = text.split(maxsplit=1)[0] if text.strip() else ""
    name = word.removeprefix("/").partition("@")[0].lower() if word.startswith("/") else ""
    return next((command for command in COMMANDS if name in command.names), None)


def caption_pattern(command: ChatCommand) -> str:
    """A regular expression for captions: digits alone, or this command before them; the digits are group ``digits``.

    CommandHandler sees no captions (python-telegram-bot, CommandHandler), so these are matched by text.
    """
    names = "|".join(map(re.escape, command.names))
    return rf"(?i)^\s*(?:/(?:{names})(?:@\w+)?\s+)?(?P<digits>\d[\d\s]*)$"
