"""The photo with an outline and a label for each digit and each mark that could not be read."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from bot.pictures.ink_mask import CELL, cells, ink_mask
from bot.pictures.label_placement import FreeSpace, LabelledOutline, place_labels
from bot.pictures.mark_styles import (
    SURE_STYLE,
    UNREAD_LABEL,
    UNREAD_STYLE,
    UNSURE_STYLE,
    MarkStyle,
    Rectangle,
    draw_label,
    draw_outline,
)
from model import palette
from model.image_decoding import PictureFile
from model.reading import Box, Reading

LONGEST_SIDE: Final = 1280  # pixels: what Telegram keeps of a photo
SHORTEST_LONG_SIDE: Final = 800  # a smaller photo is enlarged, so that lines and labels can be seen
SENT_SIDE_RATIO: Final = 20  # of a photo that Telegram takes (Bot API, sendPhoto)
MIN_DRAWN_PIXELS: Final = LONGEST_SIDE * 960  # what is left of a photo of 4:3; reading needs as many
SENT_JPEG_QUALITY: Final = 85
LABEL_HEIGHTS: Final = (26, 64)  # pixels, least and most: 26 of 1280 are 8 on a phone of 390 pixels
LABEL_SHARE: Final = 0.45  # of the height of the digits


def draw_reading(content: bytes | PictureFile, reading: Reading) -> bytes:
    """A photo (its file, or the bytes of that) with the boxes of its reading, as JPEG; see ``annotate_pixels``.

    Raises PhotoError.
    """
    file = content if isinstance(content, PictureFile) else PictureFile(content)
    return annotate_pixels(file.reduced(MIN_DRAWN_PIXELS, colour=True).pixels, reading)


def annotate_pixels(pixels: NDArray[np.uint8], reading: Reading) -> bytes:
    """``annotated`` as JPEG."""
    annotated(pixels, reading).save(buffer := io.BytesIO(), "JPEG", quality=SENT_JPEG_QUALITY)
    return buffer.getvalue()


def annotated(pixels: NDArray[np.uint8], reading: Reading) -> Image.Image:
    """The upright photo ((height, width) or (height, width, 3) uint8) with boxes and labels, RGB.

    A digit that is sure has an unbroken outline, one that the bot would ask about a dashed one and a "?" after its
    label, a mark that could not be read a dotted one. Nothing is drawn over ink. Where a label has no room beside its
    box, the picture gets a margin; and one that is longer than Telegram takes photos lies on a broader sheet.
    """
    photo = sized(pixels)
    scale = photo.shape[1] / reading.width
    marks = [_Mark(_scaled(box, scale), UNREAD_LABEL, UNREAD_STYLE) for box in reading.unread]
    for digit in reading.digits:
        style = SURE_STYLE if digit.sure else UNSURE_STYLE
        marks.append(_Mark(_scaled(digit.box, scale), f"{digit.label}{style.sign}", style))
    return _broadened(_annotated(photo, marks))


@dataclass(frozen=True, slots=True)
class _Mark:
    """A digit or another mark: its box in pixels of the picture, its label, and how it is drawn."""

    box: Rectangle
    text: str
    style: MarkStyle


def sized(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The photo in the size that is sent, (height, width, 3) RGB."""
    longest = max(pixels.shape[:2])
    factor = min(1.0, LONGEST_SIDE / longest) * max(1.0, SHORTEST_LONG_SIDE / longest)
    colour = pixels if pixels.ndim == 3 else cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB)
    if factor == 1:
        return np.asarray(colour, np.uint8)
    size = max(1, round(pixels.shape[1] * factor)), max(1, round(pixels.shape[0] * factor))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(colour, size, interpolation=how), np.uint8)


def _scaled(box: Box, scale: float) -> Rectangle:
    right, bottom = box.x + box.width, box.y + box.height
    return Rectangle(*(round(edge * scale) for edge in (box.x, box.y, right, bottom)))


def _annotated(photo: NDArray[np.uint8], marks: Sequence[_Mark]) -> Image.Image:
    if not marks:
        return Image.fromarray(photo)
    high = median(mark.box.bottom - mark.box.top for mark in marks)
    label = round(min(max(high * LABEL_SHARE, LABEL_HEIGHTS[0]), LABEL_HEIGHTS[1]))
    line = min(max(round(high / 18), 2), 5)
    grey = np.asarray(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), np.uint8)
    ink = ink_mask(grey, [mark.box for mark in marks])
    places = _placed(photo.shape, ink, marks, line, label)
    if None in places:
        margin = (label + 4 * line + CELL) // CELL * CELL
        wider, wider_ink = _with_margin(photo, ink, margin)
        moved = [_Mark(mark.box.moved(margin, margin), mark.text, mark.style) for mark in marks]
        roomier = _placed(wider.shape, wider_ink, moved, line, label)
        if roomier.count(None) < places.count(None):
            photo, ink, marks, places = wider, wider_ink, moved, roomier
    return _drawn(photo, ink, marks, places, line)


def _placed(
    shape: tuple[int, ...], ink: NDArray[np.bool_], marks: Sequence[_Mark], line: int, label: int
) -> list[Rectangle | None]:
    space = FreeSpace(shape[1], shape[0], ink)
    return place_labels(space, [LabelledOutline(mark.box.grown(2 * line), mark.text) for mark in marks], label)


def _with_margin(
    photo: NDArray[np.uint8], ink: NDArray[np.bool_], margin: int
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The photo and its mask of ink on a larger sheet."""
    ground = tuple(int(palette.PAPER[at : at + 2], 16) for at in (1, 3, 5))
    sheet = cv2.copyMakeBorder(photo, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=ground)
    return np.asarray(sheet, np.uint8), np.pad(ink, margin // CELL)


def _broadened(picture: Image.Image) -> Image.Image:
    """The picture amid a sheet whose longer side is at most ``SENT_SIDE_RATIO`` times the shorter one."""
    least = -(-max(picture.size) // SENT_SIDE_RATIO)
    width, height = (max(side, least) for side in picture.size)
    if (width, height) == picture.size:
        return picture
    sheet = Image.new("RGB", (width, height), palette.PAPER)
    sheet.paste(picture, ((width - picture.width) // 2, (height - picture.height) // 2))
    return sheet


def _drawn(
    photo: NDArray[np.uint8],
    ink: NDArray[np.bool_],
    marks: Sequence[_Mark],
    places: Sequence[Rectangle | None],
    line: int,
) -> Image.Image:
    """The photo with everything drawn on it, and its ink over that."""
    picture = Image.fromarray(photo)
    draw = ImageDraw.Draw(picture)
    for mark in marks:
        draw_outline(draw, mark.box.grown(line), line, mark.style)
    for mark, place in zip(marks, places, strict=True):
        if place:
            draw_label(draw, place, mark.text, mark.style)
    for mark in marks:
        for edge in mark.box.grown(3 * line).edges(3 * line):
            _lay_ink_over(picture, photo, ink, edge)
    for place in filter(None, places):
        _lay_ink_over(picture, photo, ink, place)
    return picture


def _lay_ink_over(picture: Image.Image, photo: NDArray[np.uint8], ink: NDArray[np.bool_], place: Rectangle) -> None:
    """Put the photo's ink back where something was drawn."""
    rows, columns = cells(place)
    part = ink[rows, columns]
    if not part.any():
        return
    left, top = columns.start * CELL, rows.start * CELL
    mask = cv2.resize(part.astype(np.uint8) * 255, None, fx=CELL, fy=CELL, interpolation=cv2.INTER_NEAREST)
    area = np.ascontiguousarray(photo[top : top + mask.shape[0], left : left + mask.shape[1]])
    mask = np.ascontiguousarray(mask[: area.shape[0], : area.shape[1]])
    picture.paste(Image.fromarray(area), (left, top), Image.fromarray(mask))
