"""The content of a message as a call describes it: text with marks, media, the message replied to."""

from __future__ import annotations

import asyncio

from bot.playground.chat_members import Chat
from bot.playground.entities import Text, detect_entities, entities_from_json
from bot.playground.files import MEDIA_CLASSES, Media
from bot.playground.html_markup import parse_html
from bot.playground.markdown_markup import parse_markdown
from bot.playground.photo_sizes import NotAPhotoError
from bot.playground.request import ApiRequest, Upload
from bot.playground.responses import ApiError, bad_request
from bot.playground.state import PlaygroundState

MAX_TEXT_UNITS = 4096
MAX_CAPTION_UNITS = 1024
"""The longest text and caption, in UTF-16 units after parsing (sendMessage, sendPhoto)."""
MAX_UPLOAD_BYTES = 50 * 1024 * 1024


def marked(source: str, mode: str, entities: object = None) -> Text:
    """Text in a parse mode, or with entities listed beside it."""
    if not mode:
        return detect_entities(source, entities_from_json(entities) if entities is not None else ())
    parsers = {"html": parse_html, "markdownv2": parse_markdown}
    if mode.lower() == "markdown":
        raise ApiError(501, "Not Implemented: the playground has parse modes HTML and MarkdownV2")
    if mode.lower() not in parsers:
        raise bad_request("unsupported parse_mode")
    return parsers[mode.lower()](source)


def text_of(call: ApiRequest, *, editing: bool = False) -> Text:
    """The text of a message: 1 to 4096 units after parsing."""
    text = marked(call.text("text"), call.text("parse_mode"), call.json("entities"))
    if not text.content:
        raise bad_request("message text is empty")
    if text.length > MAX_TEXT_UNITS:
        raise bad_request("MESSAGE_TOO_LONG" if editing else "message is too long")
    return text


def caption(source: object, mode: object, entities: object) -> Text | None:
    """A caption: at most 1024 units after parsing; None where it is empty."""
    text = marked(str(source or ""), str(mode or ""), entities)
    if text.length > MAX_CAPTION_UNITS:
        raise bad_request("message caption is too long")
    return text if text.content else None


def caption_of(call: ApiRequest) -> Text | None:
    """The caption that a call carries itself."""
    return caption(call.text("caption"), call.text("parse_mode"), call.json("caption_entities"))


async def media_of(state: PlaygroundState, call: ApiRequest, kind: str, source: str | None = None) -> Media:
    """The media of a call: uploaded under the name of its kind, attached (``attach://name``), or sent again by id."""
    reference = call.text(kind) if source is None else source
    upload = call.uploads.get(reference.removeprefix("attach://") or kind)
    if upload is not None:
        return await uploaded(state, kind, upload)
    if not reference:
        raise bad_request(f"there is no {kind} in the request")
    media = state.files.media(reference)
    if media is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if not isinstance(media, MEDIA_CLASSES[kind]):
        raise bad_request(f"can't use file of type {media.kind} as {kind.capitalize()}")
    return media


async def uploaded(state: PlaygroundState, kind: str, upload: Upload) -> Media:
    """Media from bytes, made in a thread; raises ApiError in Telegram's words."""
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > MAX_UPLOAD_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    try:
        if kind == "photo":
            return await asyncio.to_thread(state.files.photo, upload.content)
        if kind == "sticker":
            return await asyncio.to_thread(state.files.sticker, upload.content, upload.name)
        return await asyncio.to_thread(state.files.document, upload.content, upload.name)
    except NotAPhotoError as reason:
        raise bad_request(str(reason)) from None


def replied(state: PlaygroundState, chat: Chat, call: ApiRequest) -> int | None:
    """The message of the same chat that a call replies to; raises ApiError where it is not there."""
    parameters = call.json("reply_parameters")
    if not isinstance(parameters, dict):
        parameters = {
            "message_id": call.integer("reply_to_message_id"),
            "allow_sending_without_reply": call.flag("allow_sending_without_reply"),
        }
    number = parameters.get("message_id")
    if not number:
        return None
    if parameters.get("chat_id") not in {None, chat.id, str(chat.id)}:
        raise ApiError(501, "Not Implemented: the playground knows replies within one chat")
    if state.messages.get(chat.id, int(number)) is None:
        if parameters.get("allow_sending_without_reply"):
            return None
        raise bad_request("message to be replied not found")
    return int(number)
