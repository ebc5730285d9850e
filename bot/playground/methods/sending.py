"""Methods that send: messages, media, albums, and the note that something is being done."""

from __future__ import annotations

import secrets
import time

from telegram.constants import ChatAction

from bot.playground.files import DocumentFile, Media, SentPhoto
from bot.playground.keyboard import keyboard_from_json
from bot.playground.methods.content import caption, caption_of, marked, media_of, replied, text_of
from bot.playground.methods.lookups import ApiMethod, chat_of, topic_of
from bot.playground.request import ApiRequest
from bot.playground.responses import ApiError, Payload, bad_request
from bot.playground.state import PlaygroundState

ALBUM_LENGTHS = range(2, 11)


class SendingMethods:
    """What the bot puts into a chat."""

    def __init__(self, state: PlaygroundState) -> None:
        self._state = state
        self.table: dict[str, ApiMethod] = {
            "sendMessage": self.message,
            "sendPhoto": self.media,
            "sendDocument": self.media,
            "sendSticker": self.media,
            "sendMediaGroup": self.album,
            "sendChatAction": self.action,
            "answerGuestQuery": self.guest,
        }

    async def message(self, call: ApiRequest) -> Payload:
        state, chat = self._state, chat_of(self._state, call)
        reply_to, buttons = replied(state, chat, call), keyboard_from_json(call.json("reply_markup"))
        topic = topic_of(state, chat, call)
        sent = state.send_as_bot(chat, text_of(call), reply_to=reply_to, topic=topic, keyboard=buttons)
        return state.payload(sent)

    async def media(self, call: ApiRequest) -> Payload:
        """sendPhoto, sendDocument and sendSticker: the name says which."""
        state, chat = self._state, chat_of(self._state, call)
        text, buttons, reply_to = (
            caption_of(call),
            keyboard_from_json(call.json("reply_markup")),
            replied(state, chat, call),
        )
        media = await media_of(state, call, call.method.lower().removeprefix("send"))
        spoiler, topic = call.flag("has_spoiler"), topic_of(state, chat, call)
        sent = state.send_as_bot(chat, text, media, reply_to=reply_to, topic=topic, spoiler=spoiler, keyboard=buttons)
        return state.payload(sent)

    async def album(self, call: ApiRequest) -> list[Payload]:
        """sendMediaGroup: 2 to 10 photos, or 2 to 10 documents."""
        state, chat = self._state, chat_of(self._state, call)
        parts, reply_to = call.objects("media"), replied(self._state, chat, call)
        if len(parts) not in ALBUM_LENGTHS:
            raise bad_request("wrong number of messages in the album")
        made = [(await self._part(call, part), part) for part in parts]
        if len({type(media) for media, _ in made}) != 1:
            raise bad_request("document can't be mixed with other media types")
        album, topic = str(secrets.randbits(60)), topic_of(state, chat, call)
        sent = []
        for media, part in made:
            text = caption(part.get("caption"), part.get("parse_mode"), part.get("caption_entities"))
            hidden = bool(part.get("has_spoiler"))
            sent.append(
                state.send_as_bot(chat, text, media, reply_to=reply_to, topic=topic, album=album, spoiler=hidden)
            )
        return [state.payload(message) for message in sent]

    async def _part(self, call: ApiRequest, part: Payload) -> Media:
        media = await media_of(self._state, call, str(part.get("type")), str(part.get("media", "")))
        if not isinstance(media, SentPhoto | DocumentFile):
            raise bad_request("wrong type of media in the album")
        return media

    async def guest(self, call: ApiRequest) -> Payload:
        """answerGuestQuery, once: a text in the chat where the bot was mentioned, as a reply to that."""
        message, result = self._state.guest_queries.get(call.text("guest_query_id")), call.json("result")
        content = result.get("input_message_content") if isinstance(result, dict) else None
        if message is None:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        if not isinstance(content, dict) or not content.get("message_text"):
            raise ApiError(501, "Not Implemented: the playground takes a text in answer to a guest query")
        text = marked(str(content["message_text"]), str(content.get("parse_mode") or ""), content.get("entities"))
        del self._state.guest_queries[call.text("guest_query_id")]
        sent = self._state.send_as_bot(message.chat, text, reply_to=message.id)
        return {"inline_message_id": f"guest-{sent.id}"}

    async def action(self, call: ApiRequest) -> bool:
        """sendChatAction: seen for 5 seconds, or until the next message."""
        chat = chat_of(self._state, call)
        if call.text("action") not in list(ChatAction):
            raise bad_request("wrong parameter action in request")
        topic_of(self._state, chat, call)
        self._state.chat_actions[chat.id] = (call.text("action"), time.monotonic() + 5)
        self._state.change_notifier.notify()
        return True
