"""What Telegram does to pictures: JPEGs of several sizes, thumbnails of documents, WebP of stickers."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from bot.playground.errors import PlaygroundError

PHOTO_SIDES_PIXELS = (90, 320, 800, 1280)
"""The longest sides of the sizes s, m, x and y (core.telegram.org/api/files#image-thumbnail-types)."""
THUMBNAIL_SIDE_PIXELS = 320
STICKER_SIDE_PIXELS = 512
MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_SIDES_PIXELS = 10_000
"""Width and height together (sendPhoto); it bounds the area to 25 million pixels."""
MAX_SIDE_RATIO = 20
PHOTO_JPEG_QUALITY = 87
DECODING_MARGIN = 1.5
"""A JPEG is decoded at no less than so many times the side that is needed, so that the resampling is not seen."""


class NotAPhotoError(PlaygroundError):
    """These bytes cannot be sent as a photo; Telegram's apps send such a file as a document."""


@dataclass(frozen=True)
class EncodedPhoto:
    """An encoded picture with its size in pixels."""

    content: bytes
    width: int
    height: int


def photo_sizes(content: bytes) -> tuple[EncodedPhoto, ...]:
    """The JPEGs that Telegram makes of a photo, smallest first; raises NotAPhotoError, with Telegram's word for it.

    Limits of sendPhoto: 10 MB, width and height together at most 10,000 pixels, ratio at most 20.
    """
    if len(content) > MAX_PHOTO_BYTES:
        raise NotAPhotoError(
            f"file of size {len(content)} bytes is too big for a photo; the maximum size is {MAX_PHOTO_BYTES} bytes"
        )
    image = _upright(content, PHOTO_SIDES_PIXELS[-1])
    longest = min(max(image.size), PHOTO_SIDES_PIXELS[-1])
    image = _reduced(image, longest, Image.Resampling.LANCZOS)
    made = [_jpeg(image)]
    for side in reversed([side for side in PHOTO_SIDES_PIXELS if side < longest]):
        image = _reduced(image, side)  # from the size above it, not from the original: less to do
        made.append(_jpeg(image))
    return tuple(reversed(made))


def thumbnail(content: bytes) -> EncodedPhoto | None:
    """The JPEG of at most 320 pixels beside a picture sent as a document; None where there is no picture in it."""
    try:
        return _jpeg(_reduced(_upright(content, THUMBNAIL_SIDE_PIXELS), THUMBNAIL_SIDE_PIXELS))
    except NotAPhotoError:
        return None


def sticker(content: bytes) -> EncodedPhoto:
    """A static sticker: WebP, one side 512 pixels, the other at most that; raises NotAPhotoError."""
    image = _open(content, STICKER_SIDE_PIXELS).convert("RGBA")
    image = ImageOps.contain(image, (STICKER_SIDE_PIXELS, STICKER_SIDE_PIXELS))
    out = io.BytesIO()
    image.save(out, "WEBP", quality=90)
    return EncodedPhoto(out.getvalue(), *image.size)


def _upright(content: bytes, side: int) -> Image.Image:
    """An RGB picture, turned as its EXIF says, transparency laid on white, decoded no finer than ``side`` needs."""
    image = _open(content, side)
    ImageOps.exif_transpose(image, in_place=True)
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.new("RGBA", layer.size, "white")
        image.alpha_composite(layer)
    return image if image.mode == "RGB" else image.convert("RGB")


def _open(content: bytes, side: int) -> Image.Image:
    """A decoded picture; a large JPEG is decoded at a half, a quarter or an eighth, as far as ``side`` allows."""
    try:
        image: Image.Image = Image.open(io.BytesIO(content))
        width, height = image.size
        if width + height > MAX_SIDES_PIXELS or max(width, height) > MAX_SIDE_RATIO * min(width, height):
            raise NotAPhotoError("PHOTO_INVALID_DIMENSIONS")
        scale = max(width, height) / (DECODING_MARGIN * side)
        if scale > 1:
            image.draft("RGB", (int(width / scale), int(height / scale)))
        image.load()
    except (UnidentifiedImageError, Image.DecompressionBombWarning, OSError, ValueError, SyntaxError) as error:
        raise NotAPhotoError("IMAGE_PROCESS_FAILED") from error
    except Image.DecompressionBombError as error:
        raise NotAPhotoError("PHOTO_INVALID_DIMENSIONS") from error
    return image


def _reduced(image: Image.Image, side: int, filter_: Image.Resampling = Image.Resampling.BICUBIC) -> Image.Image:
    """The picture with its longest side at most ``side`` pixels."""
    if max(image.size) <= side:
        return image
    copy = image.copy()
    copy.thumbnail((side, side), filter_, reducing_gap=3.0)
    return copy


def _jpeg(image: Image.Image) -> EncodedPhoto:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=PHOTO_JPEG_QUALITY)
    return EncodedPhoto(out.getvalue(), *image.size)
