"""Command menus: one list for each scope and language (core.telegram.org/bots/api#determining-list-of-commands)."""

from __future__ import annotations

import re

from bot.playground.chat_members import Chat, User
from bot.playground.responses import Payload, bad_request
from bot.playground.state import PlaygroundState

MAX_COMMANDS = 100
SCOPES_OF_ONE_CHAT = {"chat", "chat_administrators", "chat_member"}
SCOPES_WITHOUT_CHAT = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}


class Menus:
    """The menus that the bot has set."""

    def __init__(self, state: PlaygroundState) -> None:
        self._state = state
        self._lists: dict[tuple[str, str], list[Payload]] = {}

    def set(self, scope: object, language: str, commands: list[Payload]) -> None:
        """Replaces one list; raises ApiError where a command is none or the chat is not known."""
        if len(commands) > MAX_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        checked = [{"command": str(one.get("command")), "description": str(one.get("description"))} for one in commands]
        for one in checked:
            one["command"] = one["command"].removeprefix("/")
            if not re.fullmatch(r"[a-z0-9_]{1,32}", one["command"]):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(one["description"]) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self._lists[self._key(scope), language] = [{**one} for one in checked]

    def get(self, scope: object, language: str) -> list[Payload]:
        """One list as it was set; empty where it was not."""
        return self._lists.get((self._key(scope), language), [])

    def for_person(self, chat: Chat, person: User) -> list[Payload]:
        """What a person sees in a chat: the narrowest scope that has a list, in their language or else in any."""
        if chat.is_group:
            admins = chat.is_admin(person)
            scopes = [f"chat_member {chat.id} {person.id}", *[f"chat_administrators {chat.id}"] * admins]
            scopes += [f"chat {chat.id}", *["all_chat_administrators"] * admins, "all_group_chats", "default"]
        else:
            scopes = [f"chat {chat.id}", "all_private_chats", "default"]
        for scope in scopes:
            for language in (person.language[:2], ""):
                if commands := self._lists.get((scope, language)):
                    return commands
        return []

    def _key(self, scope: object) -> str:
        """A scope as one string: its type, chat and person."""
        if scope is None:
            return "default"
        kind = scope.get("type") if isinstance(scope, dict) else None
        if not isinstance(scope, dict) or kind not in SCOPES_OF_ONE_CHAT | SCOPES_WITHOUT_CHAT:
            raise bad_request("can't parse BotCommandScope: unsupported type specified")
        if kind in SCOPES_WITHOUT_CHAT:
            return str(kind)
        chat = self._state.chats.get(int(scope.get("chat_id", 0)))
        if chat is None or not chat.bot_may_write:
            raise bad_request("chat not found")
        return " ".join(str(scope[name]) for name in ("type", "chat_id", "user_id") if name in scope)
