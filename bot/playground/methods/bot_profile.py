"""Methods about the bot itself: who it is, its command menus and descriptions, its files."""

from __future__ import annotations

from telegram.constants import BotDescriptionLimit, BotNameLimit

from bot.playground.menus import Menus
from bot.playground.methods.lookups import ApiMethod
from bot.playground.request import ApiRequest
from bot.playground.responses import Payload, bad_request, filled
from bot.playground.state import PlaygroundState

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
PROFILE_TEXTS = {
    "name": ("Name", BotNameLimit.MAX_NAME_LENGTH),
    "description": ("Description", BotDescriptionLimit.MAX_DESCRIPTION_LENGTH),
    "short_description": ("ShortDescription", BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH),
}


class BotProfileMethods:
    """The bot's account: name, descriptions, command menus, downloads."""

    def __init__(self, state: PlaygroundState) -> None:
        self._state = state
        self.menus = Menus(state)
        self._texts: dict[tuple[str, str], str] = {}
        self.table: dict[str, ApiMethod] = {
            "getMe": self.get_me,
            "getFile": self.file,
            "setMyCommands": self.set_commands,
            "getMyCommands": self.commands,
            "deleteMyCommands": self.delete_commands,
            "logOut": self.do_nothing,
            "close": self.do_nothing,
        }
        for field, (name, _) in PROFILE_TEXTS.items():
            self.table[f"setMy{name}"] = lambda call, field=field: self._set_text(field, call)  # type: ignore[misc]
            self.table[f"getMy{name}"] = lambda call, field=field: self._get_text(field, call)  # type: ignore[misc]

    async def get_me(self, _: ApiRequest) -> Payload:
        flags = ("can_read_all_group_messages", "supports_inline_queries", "can_connect_to_business")
        able = dict.fromkeys(("can_join_groups", "supports_guest_queries"), True)
        return {**self._state.bot.payload(), **able, **dict.fromkeys(flags, False)}

    async def file(self, call: ApiRequest) -> Payload:
        """getFile: up to 20 MB."""
        file = self._state.files.get(call.text("file_id"))
        if file is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if file.size > MAX_DOWNLOAD_BYTES:
            raise bad_request("file is too big")
        identity = {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": file.size}
        return {**identity, "file_path": file.path}

    async def set_commands(self, call: ApiRequest) -> bool:
        self.menus.set(call.json("scope"), call.text("language_code"), call.objects("commands"))
        self._state.change_notifier.notify()
        return True

    async def commands(self, call: ApiRequest) -> list[Payload]:
        return self.menus.get(call.json("scope"), call.text("language_code"))

    async def delete_commands(self, call: ApiRequest) -> bool:
        self.menus.set(call.json("scope"), call.text("language_code"), [])
        return True

    async def do_nothing(self, _: ApiRequest) -> bool:
        """Logging out of Telegram's server, or moving to another one, changes nothing here."""
        return True

    def text(self, field: str, language: str = "") -> str:
        """The bot's name or description in a language, or else in general."""
        return self._texts.get((field, language)) or self._texts.get((field, ""), "")

    async def _set_text(self, field: str, call: ApiRequest) -> bool:
        if len(call.text(field)) > PROFILE_TEXTS[field][1]:
            raise bad_request(f"BOT_{field.upper()}_INVALID")
        self._texts[field, call.text("language_code")] = call.text(field)
        return True

    async def _get_text(self, field: str, call: ApiRequest) -> Payload:
        default = self._state.bot.name if field == "name" else ""
        return filled(**{field: self.text(field, call.text("language_code")) or default})
