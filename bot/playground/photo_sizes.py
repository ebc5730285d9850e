"""What Telegram does to pictures: JPEGs of several sizes, thumbnails of documents, WebP of stickers."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from bot.errors import BotError

SIDES = (90, 320, 800, 1280)
"""The longest sides of the sizes s, m, x and y, in pixels (core.telegram.org/api/files#image-thumbnail-types)."""
MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 60_000_000
QUALITY = 87


class NotAPhotoError(BotError):
    """These bytes cannot be sent as a photo; Telegram's apps send such a file as a document."""


@dataclass(frozen=True)
class EncodedPhoto:
    """An encoded picture with its size in pixels."""

    content: bytes
    width: int
    height: int


def photo_sizes(content: bytes) -> tuple[EncodedPhoto, ...]:
    """The JPEGs that Telegram makes of a photo, smallest first; raises NotAPhotoError, with Telegram's word for it.

    Limits of sendPhoto: 10 MB, width and height together at most 10,000, ratio at most 20.
    """
    if len(content) > MAX_PHOTO_BYTES:
        raise NotAPhotoError(
            f"file of size {len(content)} bytes is too big for a photo; the maximum size is 10485760 bytes"
        )
    image = _upright(content, SIDES[-1])
    longest = max(image.size)
    sides = [side for side in SIDES if side < longest]
    sides.append(min(longest, SIDES[-1]))
    return tuple(_jpeg(image, side) for side in sorted(set(sides)))


def thumbnail(content: bytes) -> EncodedPhoto | None:
    """The JPEG of at most 320 pixels beside a picture sent as a document; None where there is no picture in it."""
    try:
        return _jpeg(_upright(content, 320), 320)
    except NotAPhotoError:
        return None


def sticker(content: bytes) -> EncodedPhoto:
    """A static sticker: WebP, one side 512 pixels, the other at most that; raises NotAPhotoError."""
    image = _open(content, 512)
    image = ImageOps.contain(image.convert("RGBA"), (512, 512))
    out = io.BytesIO()
    image.save(out, "WEBP", quality=90)
    return EncodedPhoto(out.getvalue(), *image.size)


def _upright(content: bytes, side: int) -> Image.Image:
    """An RGB picture, turned as its EXIF says, transparency laid on white, decoded no finer than ``side`` needs."""
    image = ImageOps.exif_transpose(_open(content, side))
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.new("RGBA", layer.size, "white")
        image.alpha_composite(layer)
    return image.convert("RGB")


def _open(content: bytes, side: int) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(content))
        width, height = image.size
        if width + height > 10_000 or max(width, height) > 20 * min(width, height) or width * height > MAX_PIXELS:
            raise NotAPhotoError("PHOTO_INVALID_DIMENSIONS")
        image.draft("RGB", (2 * side, 2 * side))
        image.load()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise NotAPhotoError("IMAGE_PROCESS_FAILED") from error
    return image


def _jpeg(image: Image.Image, side: int) -> EncodedPhoto:
    copy = image.copy()
    copy.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    out = io.BytesIO()
    copy.save(out, "JPEG", quality=QUALITY)
    return EncodedPhoto(out.getvalue(), *copy.size)
