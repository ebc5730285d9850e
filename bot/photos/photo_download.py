"""The picture attached to a message, and its download from Telegram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from telegram import Message, PhotoSize
from telegram.error import BadRequest, TelegramError

from bot.context import Bot
from bot.errors import BotError
from bot.updates.message_kinds import Treatment, treatment_of
from model.image_decoding import PhotoError, PhotoProblem
from model.limits import IMAGE_LIMITS

# Pixels of the longer side. Of 244 photos and pages of tiny digits that Telegram keeps in 320, 800 and 1280 pixels,
# 211, 225 and 223 are read exactly, 120, 131 and 131 are sure, and none of these is wrong (docs/performance.md).
READ_SIDE: Final = 800


class DownloadFailed(BotError):
    """Telegram did not give the file."""

    sentence = "The picture could not be downloaded from Telegram: send it again."


@dataclass(frozen=True, slots=True)
class Attachment:
    """The picture of a message. ``file``: Telegram's file id; ``size`` in bytes, if known; ``hidden``: by a spoiler."""

    file: str
    size: int | None
    hidden: bool = False


def attachment_in(message: Message) -> Attachment | None:
    """The picture of a message: its photo in the size that is read, its document, or its sticker; None where it is
    none."""
    if treatment_of(message) is not Treatment.PICTURE:
        return None
    if message.photo:
        size = _read_size(message.photo)
        return Attachment(size.file_id, size.file_size, bool(message.has_media_spoiler))
    attached = message.document or message.sticker
    return Attachment(attached.file_id, attached.file_size) if attached else None


def _read_size(sizes: Sequence[PhotoSize]) -> PhotoSize:
    """The smallest size with a side of ``READ_SIDE`` pixels or more, the largest where none has."""
    by_side = sorted(sizes, key=lambda size: max(size.width, size.height))
    return next((size for size in by_side if max(size.width, size.height) >= READ_SIDE), by_side[-1])


async def download(bot: Bot, attachment: Attachment) -> bytes:
    """The picture's bytes. Raises PhotoError where it is too large, before it is downloaded, else DownloadFailed."""
    if (attachment.size or 0) > IMAGE_LIMITS.file_bytes:
        raise PhotoError(PhotoProblem.TOO_LARGE)
    try:
        file = await bot.get_file(attachment.file)
        if (file.file_size or 0) > IMAGE_LIMITS.file_bytes:
            raise PhotoError(PhotoProblem.TOO_LARGE)
        return bytes(await file.download_as_bytearray())
    except BadRequest as error:
        if "too big" in error.message:
            raise PhotoError(PhotoProblem.TOO_LARGE) from error
        raise DownloadFailed from error
    except TelegramError as error:
        raise DownloadFailed from error
