"""Messages from people: text, pictures and files as Telegram's apps would make them."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from tornado.httputil import HTTPFile

from bot.playground.chat_members import Chat, User
from bot.playground.entities import Text, detect_entities
from bot.playground.files import DocumentFile, Media, SentPhoto, StickerFile
from bot.playground.message import Message
from bot.playground.methods.content import MAX_CAPTION_UNITS, MAX_TEXT_UNITS
from bot.playground.photo_sizes import NotAPhotoError
from bot.playground.responses import ApiError, Payload, bad_request
from bot.playground.schema import SchemaError, check_update
from bot.playground.state import PlaygroundState

LINKED_CHANNEL_ID = -1_009_000_000_001
"""The one channel in whose name people write."""

_SHARED_ACCOUNTS = {
    "group": User(1_087_968_824, "Group", is_bot=True),
    "channel": User(136_817_688, "Channel", is_bot=True),
}

MAX_ALBUM_FILES = 10
"""The longest album (sendMediaGroup)."""


def user_text(words: str, *, caption: bool = False) -> Text | None:
    """A person's text or caption; an empty caption is none. Raises ApiError."""
    text, longest = detect_entities(words), MAX_CAPTION_UNITS if caption else MAX_TEXT_UNITS
    if text.length > longest:
        raise bad_request(f"a {'caption' if caption else 'text'} has at most {longest} characters")
    if not text.content and not caption:
        raise bad_request("message text is empty")
    return text if text.content else None


async def send_inbound(
    state: PlaygroundState,
    chat: Chat,
    sender: User,
    body: Mapping[str, object],
    files: Mapping[str, Sequence[HTTPFile]],
) -> list[Message]:
    """Sends what the body of a request describes: one message, or as many as there are files; raises ApiError.

    The caption goes to the first. Several photos, or several documents, are an album.
    """
    reply_to = int(str(body["reply_to"])) if body.get("reply_to") else None
    topic = _topic(body["topic"]) if body.get("topic") else None
    if extra := body.get("extra"):
        return [_extra(state, chat, sender, extra, reply_to)]
    name = _sender_chat(chat, str(body.get("as") or ""))
    media = await _media(state, files)
    if not media:
        text = user_text(str(body.get("text") or ""))
        return [state.send_as_user(chat, sender, text, reply_to=reply_to, topic=topic, extra=name)]
    caption = user_text(str(body.get("caption") or body.get("text") or ""), caption=True)
    spoiler = str(body.get("spoiler") or "").lower() in {"true", "1", "on"}
    albums = _albums(media)
    shared: dict[str, Any] = {"reply_to": reply_to, "topic": topic, "spoiler": spoiler, "extra": name}
    captions = [caption, *[None] * (len(media) - 1)]
    return [
        state.send_as_user(chat, sender, text, one, album=album, **shared)
        for text, one, album in zip(captions, media, albums, strict=True)
    ]


def _topic(number: object) -> int:
    try:
        return int(str(number))
    except ValueError:
        raise bad_request("topic is the number of one") from None


def _sender_chat(chat: Chat, name: str) -> Payload:
    """The fields of a message that its sender sends as an anonymous admin (``group``), or as a ``channel``.

    ``from`` is then an account that all who do so share (Bot API, Message). Raises ApiError.
    """
    if not name:
        return {}
    if not chat.is_group or name not in _SHARED_ACCOUNTS:
        raise bad_request("people write as group or channel, and in groups only")
    sender = chat.payload() if name == "group" else {"id": LINKED_CHANNEL_ID, "type": "channel", "title": "Channel"}
    return {"from": _SHARED_ACCOUNTS[name].payload(), "sender_chat": sender}


async def _media(state: PlaygroundState, files: Mapping[str, Sequence[HTTPFile]]) -> list[Media]:
    if unknown := set(files) - {"photo", "live_photo", "document", "sticker"}:
        raise bad_request(f"name files live_photo, photo, document or sticker, not {min(unknown)}")
    made: list[Media] = [await _photo(state, file) for file in files.get("photo", ())]
    made += [await asyncio.to_thread(state.files.live_photo, file.body) for file in files.get("live_photo", ())]
    made.sort(key=lambda media: isinstance(media, DocumentFile))
    made += [await _document(state, file) for file in files.get("document", ())]
    return made + [await _sticker(state, file) for file in files.get("sticker", ())]


async def _photo(state: PlaygroundState, file: HTTPFile) -> SentPhoto | DocumentFile:
    """A photo; what cannot be one goes as a document, as Telegram's apps do."""
    try:
        return await asyncio.to_thread(state.files.photo, file.body)
    except NotAPhotoError:
        return await _document(state, file)


async def _document(state: PlaygroundState, file: HTTPFile) -> DocumentFile:
    said = "" if file.content_type in {"application/unknown", "application/octet-stream"} else file.content_type
    return await asyncio.to_thread(state.files.document, file.body, file.filename, said)


async def _sticker(state: PlaygroundState, file: HTTPFile) -> StickerFile:
    try:
        return await asyncio.to_thread(state.files.sticker, file.body, file.filename)
    except NotAPhotoError:
        raise bad_request("a sticker is a picture, or a .tgs or .webm file") from None


def _albums(media: Sequence[Media]) -> list[str | None]:
    """The album of each: up to ten neighbours of one kind share one, a single one has none."""
    albums: list[str | None] = []
    for kind in (SentPhoto, DocumentFile, StickerFile):
        same = [one for one in media if isinstance(one, kind)]
        for start in range(0, len(same), MAX_ALBUM_FILES):
            part = same[start : start + MAX_ALBUM_FILES]
            album = str(secrets.randbits(60)) if len(part) > 1 and kind is not StickerFile else None
            albums.extend([album] * len(part))
    return albums


def _extra(state: PlaygroundState, chat: Chat, sender: User, extra: object, reply_to: int | None) -> Message:
    """A message with any other content (a location, a voice ...), as fields of the Bot API's Message."""
    fields = _object(extra)
    trial = Message(1, 1, chat, sender, 1, extra=fields)
    try:
        check_update({"update_id": 1, "message": trial.payload()})
    except SchemaError as error:
        raise ApiError(400, f"Telegram could not have sent this: {error}") from None
    return state.send_as_user(chat, sender, reply_to=reply_to, extra=fields)


def _object(extra: object) -> dict[str, object]:
    try:
        fields = json.loads(extra) if isinstance(extra, str) else extra
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise bad_request("extra is an object with fields of the Bot API's Message")
    return fields
