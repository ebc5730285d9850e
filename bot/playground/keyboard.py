"""Inline keyboards: rows of buttons under a message of the bot."""

from __future__ import annotations

from dataclasses import dataclass

from bot.playground.responses import ApiError, Payload, bad_request, filled

MAX_DATA_BYTES = 64
MAX_BUTTONS = 100


@dataclass(frozen=True)
class Button:
    """A button that sends data back to the bot, or opens an address."""

    text: str
    data: str | None = None
    url: str | None = None
    style: str | None = None

    def payload(self) -> Payload:
        return {"text": self.text, **filled(callback_data=self.data, url=self.url, style=self.style)}


@dataclass(frozen=True)
class Keyboard:
    """The buttons of a message, row by row."""

    rows: tuple[tuple[Button, ...], ...]

    def find(self, wanted: str) -> Button | None:
        """The button with this callback data, or else with this text."""
        buttons = [button for row in self.rows for button in row]
        named = [button for button in buttons if button.data == wanted]
        named += [button for button in buttons if button.text == wanted]
        return named[0] if named else None

    def payload(self) -> Payload:
        return {"inline_keyboard": [[button.payload() for button in row] for row in self.rows]}


def keyboard_from_json(raw: object) -> Keyboard | None:
    """The inline keyboard of a ``reply_markup``; None where it has none; raises ApiError.

    Reply keyboards cannot be shown here and are refused with 501; taking one away does nothing.
    """
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise bad_request("object expected as reply markup")
    if "remove_keyboard" in raw or "force_reply" in raw:
        return None
    rows = raw.get("inline_keyboard")
    if not isinstance(rows, list):
        raise ApiError(501, "Not Implemented: the playground shows inline keyboards only")
    made = tuple(tuple(_button(one) for one in row) for row in rows if isinstance(row, list) and row)
    if sum(map(len, made)) > MAX_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return Keyboard(made) if made else None


def _button(raw: object) -> Button:
    if not isinstance(raw, dict) or not raw.get("text"):
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    data, url = raw.get("callback_data"), raw.get("url")
    if data is None and url is None:
        raise ApiError(501, "Not Implemented: the playground knows buttons with callback_data or url")
    if data is not None and not 1 <= len(str(data).encode()) <= MAX_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return Button(str(raw["text"]), data, url, raw.get("style"))
