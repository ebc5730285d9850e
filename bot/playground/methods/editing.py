"""Methods that change or take away what was sent, and that answer a press."""

from __future__ import annotations

from dataclasses import replace

from telegram.constants import ReactionEmoji

from bot.playground.keyboard import keyboard_from_json
from bot.playground.message import Message
from bot.playground.methods.content import caption, caption_of, media_of, text_of
from bot.playground.methods.lookups import ApiMethod, chat_of, own_message
from bot.playground.pending_queries import Toast
from bot.playground.request import ApiRequest
from bot.playground.responses import ApiError, Payload, bad_request
from bot.playground.state import PlaygroundState

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)
MAX_TOAST_CHARACTERS = 200


class EditingMethods:
    """What the bot changes in a chat. An edit without a keyboard takes the keyboard away."""

    def __init__(self, state: PlaygroundState) -> None:
        self._state = state
        self.table: dict[str, ApiMethod] = {
            "editMessageText": self.text,
            "editMessageCaption": self.caption,
            "editMessageMedia": self.media,
            "editMessageReplyMarkup": self.buttons,
            "deleteMessage": self.delete,
            "deleteMessages": self.delete_several,
            "answerCallbackQuery": self.answer,
            "setMessageReaction": self.react,
        }

    async def text(self, call: ApiRequest) -> Payload:
        message = self._message(call)
        if message.media:
            raise bad_request("there is no text in the message to edit")
        return self._change(message, call, text=text_of(call, editing=True))

    async def caption(self, call: ApiRequest) -> Payload:
        message = self._message(call)
        if not message.media:
            raise bad_request("there is no caption in the message to edit")
        return self._change(message, call, text=caption_of(call))

    async def media(self, call: ApiRequest) -> Payload:
        message, part = self._message(call), call.json("media")
        if not isinstance(part, dict) or part.get("type") not in {"photo", "document"}:
            raise bad_request("can't parse InputMedia: the playground knows photo and document")
        media = await media_of(self._state, call, str(part["type"]), str(part.get("media", "")))
        text = caption(part.get("caption"), part.get("parse_mode"), part.get("caption_entities"))
        return self._change(message, call, media=media, text=text, spoiler=bool(part.get("has_spoiler")))

    async def buttons(self, call: ApiRequest) -> Payload:
        return self._change(self._message(call), call)

    async def delete(self, call: ApiRequest) -> bool:
        """In a private chat the bot may delete everybody's messages, in a group only its own."""
        chat = chat_of(self._state, call)
        message = self._state.messages.get(chat.id, call.integer("message_id"))
        if message is None:
            raise bad_request("message to delete not found")
        if chat.is_group and not message.by_bot:
            raise bad_request("message can't be deleted for everyone")
        self._state.delete(message)
        return True

    async def delete_several(self, call: ApiRequest) -> bool:
        """deleteMessages: those that are not there are passed over."""
        chat, numbers = chat_of(self._state, call), call.json("message_ids")
        if not isinstance(numbers, list) or not 1 <= len(numbers) <= 100:
            raise bad_request("wrong number of message identifiers specified")
        for number in numbers:
            message = self._state.messages.get(chat.id, int(number))
            if message and (message.by_bot or not chat.is_group):
                self._state.delete(message)
        return True

    async def answer(self, call: ApiRequest) -> bool:
        """answerCallbackQuery: once, in time, with at most 200 characters."""
        if len(call.text("text")) > MAX_TOAST_CHARACTERS:
            raise bad_request("MESSAGE_TOO_LONG")
        toast = Toast(call.text("text"), call.flag("show_alert"), call.text("url") or None)
        self._state.pending_queries.answer(call.text("callback_query_id"), toast)
        return True

    async def react(self, call: ApiRequest) -> bool:
        """setMessageReaction: one emoji of those that Telegram lets bots use, or none."""
        chat = chat_of(self._state, call)
        message = self._state.messages.get(chat.id, call.integer("message_id"))
        if message is None:
            raise bad_request("message to react not found")
        reactions = call.objects("reaction") if call.text("reaction") else []
        emojis = [str(one.get("emoji")) for one in reactions]
        if len(emojis) > 1:
            raise bad_request("REACTIONS_TOO_MANY")
        if any(emoji not in list(ReactionEmoji) for emoji in emojis):
            raise bad_request("REACTION_INVALID")
        self._state.change(message, reaction=emojis[0] if emojis else None)
        return True

    def _message(self, call: ApiRequest) -> Message:
        if call.text("inline_message_id"):
            raise ApiError(501, "Not Implemented: the playground has no inline messages")
        if not call.text("message_id"):
            raise bad_request("message identifier is not specified")
        return own_message(self._state, call)

    def _change(self, message: Message, call: ApiRequest, **changes: object) -> Payload:
        changes["keyboard"] = keyboard_from_json(call.json("reply_markup"))
        if replace(message, **changes).content() == message.content():  # type: ignore[arg-type]
            raise bad_request(NOT_MODIFIED)
        return self._state.payload(self._state.change(message, **changes))
