"""From an attachment to a reading: downloaded, read in the reader's threads, drawn."""

from __future__ import annotations

from dataclasses import dataclass

from bot.context import Bot
from bot.messages.pictures import draw_reading
from bot.photos.photo_download import Attachment, download
from bot.services import Services
from model.image_decoding import PhotoError, PhotoFile, PhotoProblem
from model.reading import Reading
from model.trial import survives_reading

# Nobody writes a longer number by hand, and the search for very many digits takes long.
MAX_REQUESTED_DIGITS = 200


@dataclass(frozen=True, slots=True, eq=False)
class ReadPhoto:
    """A photo that was read. ``drawing``: the photo with a box for each digit, as JPEG; None without digits."""

    attachment: Attachment
    reading: Reading
    drawing: bytes | None


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """Who wants a photo read (a Telegram id), for which update, and how many digits they say there are, if they do."""

    telegram_id: int
    update_id: int
    count: int | None = None


async def read_photo(services: Services, bot: Bot, attachment: Attachment, request: ReadRequest) -> ReadPhoto:
    """Download a photo and read it; where another number of digits than ``count`` is found, look for exactly so many.

    Raises PhotoError, DownloadFailed and ModelLoadError.
    """
    async with services.photo_turns.turn(request.telegram_id, request.update_id) as suspicious:
        return await _read(services, bot, attachment, request.count, suspicious=suspicious)


async def _read(
    services: Services, bot: Bot, attachment: Attachment, count: int | None, *, suspicious: bool
) -> ReadPhoto:
    """``suspicious``: processes died while this photo was under way, so that a child process tries it first."""
    file = PhotoFile(await download(bot, attachment))
    if suspicious and not await survives_reading(services.reader.model, file.content, count=count):
        raise PhotoError(PhotoProblem.DEADLY)
    reading = await services.reader.read_async(file)
    if count is not None and count <= MAX_REQUESTED_DIGITS and len(reading.digits) != count:
        again = await services.reader.read_async(file, count=count)
        reading = again if len(again.digits) == count else reading
    drawing = await services.reader.run_async(lambda: draw_reading(file, reading)) if reading.digits else None
    return ReadPhoto(attachment, reading, drawing)
