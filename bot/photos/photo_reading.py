"""From an attachment to a reading: downloaded, read in the reader's threads, drawn."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.context import Bot
from bot.messages.pictures import draw_reading
from bot.photos.photo_download import Attachment, download
from bot.services import Services
from model.reading import Reading

# Nobody writes a longer number by hand, and the search for very many digits takes long.
MAX_REQUESTED_DIGITS = 200


@dataclass(frozen=True, slots=True, eq=False)
class ReadPhoto:
    """A photo that was read. ``drawing``: the photo with a box for each digit, as JPEG; None without digits."""

    attachment: Attachment
    reading: Reading
    drawing: bytes | None


async def read_photo(services: Services, bot: Bot, attachment: Attachment, count: int | None = None) -> ReadPhoto:
    """Download a photo and read it; where another number of digits than ``count`` is found, look for exactly so many.

    Raises PhotoError, DownloadFailed and ModelLoadError.
    """
    content = await download(bot, attachment)
    reading = await services.reader.read_async(content)
    if count is not None and count <= MAX_REQUESTED_DIGITS and len(reading.digits) != count:
        again = await services.reader.read_async(content, count=count)
        reading = again if len(again.digits) == count else reading
    drawing = await asyncio.to_thread(draw_reading, content, reading) if reading.digits else None
    return ReadPhoto(attachment, reading, drawing)
