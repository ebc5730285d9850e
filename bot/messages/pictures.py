"""The pictures the bot sends: the photo with a box round each digit, and what the network was given."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from model.image_decoding import decode_reduced
from model.reading import Digit, DigitImage, Reading

LONGEST_SIDE = 1280  # what Telegram keeps of a photo
MOST_PIXELS = LONGEST_SIDE * LONGEST_SIDE  # enough to draw on, whatever its shape
SURE = "#1a9850"
ASKING = "#e66101"
TILE = 112  # a 28x28 digit image, four times as large
CAPTION = 26
MOST_TILES = 60


def draw_reading(content: bytes, reading: Reading, threshold: float) -> bytes:
    """A photo's file with the boxes of its reading, as ``annotate_pixels`` has it. Raises PhotoError.

    A digit is told (green) from that confidence on, and asked about (orange) below it.
    """
    photo = decode_reduced(content, MOST_PIXELS, colour=True)
    return annotate_pixels(photo.pixels, reading, [digit.confidence >= threshold for digit in reading.digits])


def annotate_pixels(pixels: NDArray[np.uint8], reading: Reading, sure: Sequence[bool]) -> bytes:
    """The upright photo ((height, width) or (height, width, 3) uint8) with boxes and labels, as JPEG.

    ``sure`` tells for each digit of the reading whether the bot would tell (green) rather than ask (orange).
    """
    photo = Image.fromarray(pixels).convert("RGB")
    photo.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    scale = photo.width / reading.width
    draw = ImageDraw.Draw(photo)
    for digit, certain in zip(reading.digits, sure, strict=True):
        _mark(draw, photo, digit, scale, SURE if certain else ASKING)
    return _jpeg(photo)


def _mark(draw: ImageDraw.ImageDraw, photo: Image.Image, digit: Digit, scale: float, colour: str) -> None:
    """One box with its label above it, or inside where there is no room above."""
    box = digit.box
    line = max(2, photo.width // 400)
    # A little air, so that the line does not run over the ink.
    left, top = box.x * scale - 2 * line, box.y * scale - 2 * line
    right, bottom = (box.x + box.width) * scale + 2 * line, (box.y + box.height) * scale + 2 * line
    draw.rectangle((left, top, right, bottom), outline=colour, width=line)
    size = int(min(max(box.height * scale * 0.4, 16), 64))
    font = ImageFont.load_default(size)
    text_left, text_top, text_right, text_bottom = font.getbbox(str(digit.label))
    width, height = text_right - text_left + size // 3, text_bottom - text_top + size // 3
    flag_top = top - height if top >= height else top
    flag_left = min(max(left, 0), photo.width - width)
    draw.rectangle((flag_left, flag_top, flag_left + width, flag_top + height), fill=colour)
    draw.text((flag_left + size // 6 - text_left, flag_top + size // 6 - text_top), str(digit.label), "white", font)


def contact_sheet(images: Sequence[DigitImage], captions: Sequence[str]) -> bytes:
    """Digit images enlarged without smoothing, so that each of the 28x28 points shows, a line under each; PNG.

    At most ``MOST_TILES`` are shown.
    """
    images, captions = images[:MOST_TILES], captions[:MOST_TILES]
    columns = min(len(images), max(4, math.ceil(math.sqrt(len(images) * 1.5))))
    rows = math.ceil(len(images) / columns)
    gap = TILE // 14
    cell_width, cell_height = TILE + gap, TILE + CAPTION + gap
    sheet = Image.new("RGB", (columns * cell_width + gap, rows * cell_height + gap), "#f4f4f2")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(18)
    for place, (image, caption) in enumerate(zip(images, captions, strict=True)):
        left, top = place % columns * cell_width + gap, place // columns * cell_height + gap
        tile = Image.fromarray(image).resize((TILE, TILE), Image.Resampling.NEAREST)
        sheet.paste(tile, (left, top))
        draw.text((left + TILE / 2, top + TILE + CAPTION / 2), caption, "#222222", font, anchor="mm")
    return _png(sheet)


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
