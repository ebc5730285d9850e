"""The chat's commands: one table for their handlers, for captions, the command menu, /help and access."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

# Characters that are shown as nothing, for a set of a regular expression: Unicode's Default_Ignorable_Code_Point
# (DerivedCoreProperties.txt: zero-width, bidirectional and variation marks, fillers), and the keycap of U+20E3.
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)


class CommandScope(StrEnum):
    """Whose menu and /help list a command; the handlers of an admin's command check the person themselves."""

    USER = "user"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class ChatCommand:
    """One command. ``name`` is also the key of its description (``command-NAME`` of the message catalogues).

    ``handler`` is the attribute of ``app.Handlers`` that handles it; ``caption_handler`` the one for a photo with this
    command and digits in its caption. ``needs_access``: whether only people with access to the bot may use it.
    ``in_private``: what it answers is nobody else's business, so that in a group it only leads to the private chat.
    """

    name: str
    handler: str
    aliases: tuple[str, ...] = ()
    scope: CommandScope = CommandScope.USER
    caption_handler: str = ""
    needs_access: bool = True
    in_private: bool = False

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
    ChatCommand("cancel", "cancellation.cancel"),
    ChatCommand("stats", "data.stats"),
    ChatCommand("mydata", "data.my_data", needs_access=False, in_private=True),
    ChatCommand("privacy", "account.privacy", needs_access=False, in_private=True),
    ChatCommand("forget", "account.forget", needs_access=False, in_private=True),
    ChatCommand("language", "languages.command", needs_access=False),
    ChatCommand("id", "account.tell_id", needs_access=False, in_private=True),
    ChatCommand("review", "reviews.review", scope=CommandScope.ADMIN, in_private=True),
    ChatCommand("retrain", "models.retrain", scope=CommandScope.ADMIN),
    ChatCommand("models", "models.list_versions", scope=CommandScope.ADMIN),
    ChatCommand("rollback", "models.rollback", scope=CommandScope.ADMIN),
    ChatCommand("export", "data.export", scope=CommandScope.ADMIN, in_private=True),
    ChatCommand("health", "models.health", scope=CommandScope.ADMIN, in_private=True),
)


def listed_commands(*, admin: bool, group: bool = False) -> tuple[ChatCommand, ...]:
    """The commands that the menu and /help show to a person; in a ``group`` only those that are carried out there, and
    no admin's: everybody there reads them."""
    if group:
        return tuple(each for each in COMMANDS if each.scope is CommandScope.USER and not each.in_private)
    return tuple(command for command in COMMANDS if admin or command.scope is CommandScope.USER)


def nearest_command(text: str, usable: Iterable[ChatCommand]) -> ChatCommand | None:
    """The command that somebody may have meant who wrote one that there is not; None where none is like it."""
    written = text.split(maxsplit=1)[0].removeprefix("/").partition("@")[0].lower()
    by_name = {name: command for command in usable for name in command.names}
    return next((by_name[name] for name in difflib.get_close_matches(written, by_name, n=1)), None)


def command_in(text: str) -> ChatCommand | None:
    """The command that a message begins with (``"/id"``, ``"/id@digits_bot"``); None where it is none of the table.

    A deep link that a group was answered with arrives as ``"/start privacy"``, and means ``/privacy``.
    """
    words = text.split(maxsplit=2)
    name = words[0].removeprefix("/").partition("@")[0].lower() if words and words[0].startswith("/") else ""
    linked = command_of_link(words[1]) if name == "start" and len(words) == 2 else None
    return linked or next((command for command in COMMANDS if name in command.names), None)


def command_of_link(parameter: str) -> ChatCommand | None:
    """The command that the parameter of a deep link to the bot asks for; None for any other parameter."""
    return next((command for command in COMMANDS if command.in_private and command.name == parameter), None)


def caption_pattern(command: ChatCommand) -> str:
    """A regular expression for captions: digits alone, or words with digits after this command; they are group
    ``digits``, and after the command they mean what they mean in a message with it.

    A mention may stand before or after them: in a group it addresses the bot. CommandHandler sees no captions
    (python-telegram-bot, CommandHandler), so these are matched by text.
    """
    names = "|".join(map(re.escape, command.names))
    between = rf"\s{INVISIBLE}"
    before = rf"[{between}]*(?:(?:@\w+|(?P<command>/(?:{names})(?:@\w+)?))[{between}]+)?"
    digits = rf"(?P<digits>(?(command).*?\d.*?|\d[\d{between}]*))"
    return rf"(?is)^{before}{digits}(?:(?<=\s)@\w+[{between}]*)?$"
