"""From a picture in a chat to a reading: fetched, read in the reader's threads, boxed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.context import Bot
from bot.fetching import Picture, fetch
from bot.house import House
from bot.pictures import drawn
from model.reading import Reading

# Nobody writes a longer number by hand, and looking for very many digits takes long.
MOST_DIGITS = 200


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A picture that was read. ``boxes``: the same picture with a box a digit, as JPEG; None where no digit is."""

    picture: Picture
    reading: Reading
    boxes: bytes | None


async def look(house: House, bot: Bot, picture: Picture, count: int | None = None) -> Seen:
    """Fetch a picture and read it; where ``count`` digits were asked for and others found, look for exactly so many.

    Raises PhotoError and FetchFailed.
    """
    content = await fetch(bot, picture)
    reading = await house.reader.read_async(content)
    if count is not None and count <= MOST_DIGITS and len(reading.digits) != count:
        again = await house.reader.read_async(content, count=count)
        reading = again if len(again.digits) == count else reading
    boxes = await asyncio.to_thread(drawn, content, reading, house.threshold) if reading.digits else None
    return Seen(picture, reading, boxes)
