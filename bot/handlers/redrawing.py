"""The picture of an answer, drawn anew with the labels that stand after a correction."""

from __future__ import annotations

import contextlib

from telegram import InputMediaPhoto, Message
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.handlers._requests import ButtonRequest, MessageRequest
from bot.identity import is_private
from bot.messages.keyboards import Keyboards
from bot.messages.reading_message import render
from bot.photos.photo_download import Attachment, DownloadFailed, download
from bot.photos.reading_mapping import to_reading
from bot.pictures.annotated_photo import draw_reading
from bot.services import Services
from model.image_decoding import PhotoError, PictureFile
from storage.readings import ReadingRecord


async def redraw(
    services: Services,
    request: MessageRequest | ButtonRequest,
    keyboards: Keyboards,
    reading: ReadingRecord,
    answer: Message | None,
) -> None:
    """Draw a reading as it is now into its answer, which its text has been edited into already.

    The photo is downloaded again for that; where that, drawing or sending fails, the old picture stays under the new
    text. In groups it always does: they take 20 messages a minute (Telegram's FAQ for bots), and edits count.
    """
    if answer is None or reading.photo_file is None or not is_private(reading.chat_id):
        return
    with contextlib.suppress(PhotoError, DownloadFailed, TelegramError):
        async with services.photo_turns.turn(keyboards.owner, request.update_id) as suspicious:
            if suspicious:
                return
            file = PictureFile(await download(request.bot, Attachment(reading.photo_file, None)))
            drawing = await services.reader.run_async(lambda: draw_reading(file, to_reading(reading)))
        rendered, hidden = render(keyboards, reading), bool(answer.has_media_spoiler)
        picture = InputMediaPhoto(drawing, rendered.text, ParseMode.HTML, filename="reading.jpg", has_spoiler=hidden)
        await answer.edit_media(picture, rendered.keyboard)
