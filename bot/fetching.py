"""Pictures in messages: which file it is, and its bytes from Telegram."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Message
from telegram.error import BadRequest, TelegramError

from bot.context import Bot
from model.photo import MAX_BYTES, PhotoError, PhotoProblem


class FetchFailed(Exception):
    """Telegram did not give the file; sending it again is all that helps."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a message. ``size`` in bytes, where Telegram tells it; ``hidden``: sent behind a spoiler."""

    file: str
    size: int | None
    hidden: bool = False


def picture_in(message: Message) -> Picture | None:
    """The picture of a message: its photo in the largest size, its document, or its sticker."""
    if message.photo:
        largest = message.photo[-1]
        return Picture(largest.file_id, largest.file_size, bool(message.has_media_spoiler))
    attached = message.document or message.sticker
    return Picture(attached.file_id, attached.file_size) if attached else None


async def fetch(bot: Bot, picture: Picture) -> bytes:
    """The picture's bytes. Raises PhotoError where it is too large, before it is fetched, else FetchFailed."""
    if (picture.size or 0) > MAX_BYTES:
        raise PhotoError(PhotoProblem.TOO_LARGE)
    try:
        file = await bot.get_file(picture.file)
        return bytes(await file.download_as_bytearray())
    except BadRequest as error:
        if "too big" in error.message:
            raise PhotoError(PhotoProblem.TOO_LARGE) from error
        raise FetchFailed from error
    except TelegramError as error:
        raise FetchFailed from error
