"""The pictures the bot sends: the photo with a box round each digit, and what the network was given."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from model.image_decoding import PictureFile
from model.reading import Digit, DigitImage, Reading

LONGEST_SIDE = 1280  # pixels: what Telegram keeps of a photo
MIN_DRAWN_PIXELS = LONGEST_SIDE * 960  # what is left of a photo of 4:3; reading needs as many
SURE_COLOUR = "#1a9850"
UNSURE_COLOUR = "#e66101"
UNREAD_COLOUR = "#d62728"
TILE_SIDE = 112  # pixels: a 28x28 digit image, four times as large
CAPTION_HEIGHT = 26  # pixels
CAPTION_PIXELS = 18  # height of the font
MIN_CAPTION_PIXELS = 9
MAX_TILES = 60


def draw_reading(content: bytes | PictureFile, reading: Reading) -> bytes:
    """A photo (its file, or the bytes of that) with the boxes of its reading, as JPEG; see ``annotate_pixels``.

    Raises PhotoError.
    """
    file = content if isinstance(content, PictureFile) else PictureFile(content)
    return annotate_pixels(file.reduced(MIN_DRAWN_PIXELS, colour=True).pixels, reading)


def annotate_pixels(pixels: NDArray[np.uint8], reading: Reading) -> bytes:
    """The upright photo ((height, width) or (height, width, 3) uint8) with boxes and labels, as JPEG.

    Green is a digit that is sure, orange one that the bot would ask about; red a mark that could not be read.
    """
    photo = Image.fromarray(pixels).convert("RGB")
    photo.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    scale = photo.width / reading.width
    draw = ImageDraw.Draw(photo)
    for box in reading.unread:
        corners = (box.x * scale, box.y * scale, (box.x + box.width) * scale, (box.y + box.height) * scale)
        draw.rectangle(corners, outline=UNREAD_COLOUR, width=max(2, photo.width // 400))
    for digit in reading.digits:
        _draw_box(draw, photo, digit, scale, SURE_COLOUR if digit.sure else UNSURE_COLOUR)
    return _jpeg(photo)


def _draw_box(draw: ImageDraw.ImageDraw, photo: Image.Image, digit: Digit, scale: float, colour: str) -> None:
    """One box with its label above it, or inside where there is no room above."""
    box = digit.box
    line = max(2, photo.width // 400)
    # Two line widths apart, so that the line does not run over the strokes.
    left, top = box.x * scale - 2 * line, box.y * scale - 2 * line
    right, bottom = (box.x + box.width) * scale + 2 * line, (box.y + box.height) * scale + 2 * line
    draw.rectangle((left, top, right, bottom), outline=colour, width=line)
    size = int(min(max(box.height * scale * 0.4, 16), 64))
    font = ImageFont.load_default(size)
    text_left, text_top, text_right, text_bottom = font.getbbox(str(digit.label))
    width, height = text_right - text_left + size // 3, text_bottom - text_top + size // 3
    label_top = top - height if top >= height else top
    label_left = min(max(left, 0), photo.width - width)
    draw.rectangle((label_left, label_top, label_left + width, label_top + height), fill=colour)
    corner = (label_left + size // 6 - text_left, label_top + size // 6 - text_top)
    draw.text(corner, str(digit.label), "white", font)


def contact_sheet(images: Sequence[DigitImage], captions: Sequence[str]) -> bytes:
    """Digit images enlarged without smoothing, so that each of the 28x28 pixels shows, a caption under each; PNG.

    At most ``MAX_TILES`` are shown.
    """
    images, captions = images[:MAX_TILES], captions[:MAX_TILES]
    columns = min(len(images), max(4, math.ceil(math.sqrt(len(images) * 1.5))))
    rows = math.ceil(len(images) / columns)
    gap = TILE_SIDE // 14
    cell_width, cell_height = TILE_SIDE + gap, TILE_SIDE + CAPTION_HEIGHT + gap
    sheet = Image.new("RGB", (columns * cell_width + gap, rows * cell_height + gap), "#f4f4f2")
    draw = ImageDraw.Draw(sheet)
    for position, (image, caption) in enumerate(zip(images, captions, strict=True)):
        left, top = position % columns * cell_width + gap, position // columns * cell_height + gap
        tile = Image.fromarray(image).resize((TILE_SIDE, TILE_SIDE), Image.Resampling.NEAREST)
        sheet.paste(tile, (left, top))
        middle = (left + TILE_SIDE / 2, top + TILE_SIDE + CAPTION_HEIGHT / 2)
        draw.text(middle, caption, "#222222", _fitting_font(caption, TILE_SIDE), anchor="mm")
    return _png(sheet)


def _fitting_font(caption: str, width: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The largest font, of at most ``CAPTION_PIXELS``, in which a caption is no wider than ``width`` pixels."""
    sizes = range(CAPTION_PIXELS, MIN_CAPTION_PIXELS, -1)
    fonts = (ImageFont.load_default(size) for size in sizes)
    fitting = (font for font in fonts if font.getlength(caption) <= width)
    return next(fitting, ImageFont.load_default(MIN_CAPTION_PIXELS))


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
