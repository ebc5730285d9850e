"""From a picture in a chat to a reading: fetched, read in the reader's threads, boxed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.context import Bot
from bot.messages.pictures import draw_reading
from bot.photos.photo_download import Attachment, download
from bot.services import Services
from model.reading import Reading

# Nobody writes a longer number by hand, and looking for very many digits takes long.
MAX_DIGITS = 200


@dataclass(frozen=True, slots=True, eq=False)
class ReadPhoto:
    """A picture that was read. ``boxes``: the same picture with a box a digit, as JPEG; None where no digit is."""

    attachment: Attachment
    reading: Reading
    boxes: bytes | None


async def read_photo(services: Services, bot: Bot, attachment: Attachment, count: int | None = None) -> ReadPhoto:
    """Fetch a picture and read it; where ``count`` digits were asked for and others found, look for exactly so many.

    Raises PhotoError and DownloadFailed.
    """
    content = await download(bot, attachment)
    reading = await services.reader.read_async(content)
    if count is not None and count <= MAX_DIGITS and len(reading.digits) != count:
        again = await services.reader.read_async(content, count=count)
        reading = again if len(again.digits) == count else reading
    boxes = await asyncio.to_thread(draw_reading, content, reading, services.threshold) if reading.digits else None
    return ReadPhoto(attachment, reading, boxes)
