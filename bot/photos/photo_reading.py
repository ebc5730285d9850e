"""From an attachment to a reading: downloaded, read in the reader's threads, drawn."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from enum import StrEnum, auto

from bot.context import Bot
from bot.photos.photo_download import Attachment, download
from bot.pictures.annotated_photo import draw_reading
from bot.services import Services
from model.image_decoding import PhotoError, PhotoProblem, PictureFile
from model.personalization import Personalization
from model.profiling import stage
from model.reader import Reader
from model.reading import Reading
from model.second_reading import is_convincing, only_adds, overlooked
from model.trial import survives_reading

# Nobody writes a longer number by hand, and the search for very many digits takes long.
MAX_REQUESTED_DIGITS = 200


class CountOutcome(StrEnum):
    """What came of the number of digits that somebody gave."""

    AS_READ = auto()  # none was given, or it was read at once, or cannot be found
    CONVINCING = auto()  # it was found by a second reading that convinces by itself
    DOUBTFUL = auto()  # only a doubtful second reading has it, and the first one was kept
    FORCED = auto()  # the doubtful second reading was taken, as was asked for
    ADDED = auto()  # so it was, and it has but whole marks more, which the first one left unread


@dataclass(frozen=True, slots=True, eq=False)
class ReadPhoto:
    """A photo that was read. ``drawing``: the photo with a box for each digit, as JPEG; None without digits.

    ``overlooked``: positions of the digits that only a second reading found, where the first had read nothing;
    ``pages``: how many the file has, of which the first was read.
    """

    attachment: Attachment
    reading: Reading
    drawing: bytes | None
    count_outcome: CountOutcome = CountOutcome.AS_READ
    overlooked: tuple[int, ...] = ()
    pages: int = 1

    @property
    def forced(self) -> bool:
        return self.count_outcome is CountOutcome.FORCED


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """Who wants a photo read (a Telegram id), in which chat, for which update, and how many digits they say there are,
    if they do.

    ``forces``: so many digits are to be found even where that does not convince.
    """

    telegram_id: int
    chat_id: int
    update_id: int
    count: int | None = None
    forces: bool = False


async def read_photo(services: Services, bot: Bot, attachment: Attachment, request: ReadRequest) -> ReadPhoto:
    """Download a photo and read it; where another number of digits than ``count`` is found, look for exactly so many,
    and take that where it convinces.

    Raises PhotoError, DownloadFailed and ModelLoadError.
    """
    async with AsyncExitStack() as held:
        with stage("wait"):
            turn = services.photo_turns.turn(request.telegram_id, request.update_id)
            suspicious = await held.enter_async_context(turn)
        return await _read(services, bot, attachment, request, suspicious=suspicious)


async def _read(
    services: Services, bot: Bot, attachment: Attachment, request: ReadRequest, *, suspicious: bool
) -> ReadPhoto:
    """``suspicious``: processes died while this photo was under way, so that a child process tries it first."""
    with stage("download"):
        content, person = await asyncio.gather(
            download(bot, attachment), services.personal_adapters.of(request.telegram_id, request.chat_id)
        )
    file = PictureFile(content)
    if suspicious and not await survives_reading(services.reader.model, file.content, count=request.count):
        raise PhotoError(PhotoProblem.DEADLY)
    with stage("read"):
        first = await services.reader.read_async(file, person=person)
        reading, outcome = await _read_counting(services.reader, first, file, request, person)
    missed = () if reading is first else overlooked(reading, first)
    reading = reading.as_question()
    with stage("draw"):
        drawing = await services.reader.run_async(lambda: draw_reading(file, reading)) if reading.digits else None
    return ReadPhoto(attachment, reading, drawing, outcome, missed, file.pages)


async def _read_counting(
    reader: Reader, first: Reading, file: PictureFile, request: ReadRequest, person: Personalization | None
) -> tuple[Reading, CountOutcome]:
    """The first reading; or the second, for exactly so many digits, where that convinces or is forced."""
    count = request.count
    if count is None or count > MAX_REQUESTED_DIGITS or len(first.digits) == count:
        return first, CountOutcome.AS_READ
    second = await reader.read_async(file, count=count, person=person)
    if len(second.digits) != count:
        return first, CountOutcome.AS_READ
    if is_convincing(second, first):
        return second, CountOutcome.CONVINCING
    if not request.forces:
        return first, CountOutcome.DOUBTFUL
    return second, CountOutcome.ADDED if only_adds(second, first) else CountOutcome.FORCED
