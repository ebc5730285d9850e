"""Decoding by Pillow, in this thread: its time and memory are bounded by the caller's choice of files, or by a process.

``image_decoding`` makes that choice. Imports nothing heavy, as ``decoding_process`` starts it anew for each picture.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image
from pillow_heif import register_heif_opener

from model.image_files.container import JPEG_END, JPEG_START
from model.image_files.photo_error import PhotoError, PhotoProblem
from model.image_files.pixel_conversion import upright_pixels
from model.limits import ImageLimits
from model.reading import Pixels

_MAGIC = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"II*\x00", b"MM\x00*", b"BM")
_HEIF_MAGIC = (b"ftyphei", b"ftypmif1", b"ftypavif")  # from the fifth byte on
_CUT_OFF = 64  # bytes that may be missing at the end
_BLOCK_ROWS = 17  # of a JPEG: a row of blocks, and the row above it, into which colours are smoothed
_MAX_MISSING = 0.02  # of the rows, where they are more
_FILLER = b"\x55" * 65536  # coded data that stands for other pixels than none

Image.init()
register_heif_opener()
# Formats that people send; no EPS, no PDF and the like. Not every build of Pillow has every one.
_WANTED = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "HEIF", "AVIF", "PPM")
FORMATS = tuple(name for name in _WANTED if name in Image.OPEN)
# A header of a decompression bomb is an error, not a warning (Pillow's own limit lies above IMAGE_LIMITS).
warnings.simplefilter("error", Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """Pixels of one upright picture: (h, w) grey or (h, w, 3) RGB, uint8.

    ``width`` and ``height`` are those of the full upright photo; the pixels may be a reduced copy of it.
    """

    pixels: Pixels
    width: int
    height: int


def may_be_image(content: bytes) -> bool:
    """Whether the first bytes are those of one of the formats."""
    accepts = (Image.OPEN[name][1] for name in FORMATS)
    return any(accept is None or accept(content[:16]) for accept in accepts)


def open_image(content: bytes, limits: ImageLimits) -> Image.Image:
    """Read the header only and check it against the limits: a bomb is refused before a pixel is decoded.

    Raises ``PhotoError``.
    """
    try:
        image = _opened(content)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoError(PhotoProblem.TOO_MANY_PIXELS) from error
    except MemoryError as error:
        raise PhotoError(PhotoProblem.TOO_COSTLY) from error
    except Exception as error:  # decoders of a dozen formats raise what they like at damaged bytes
        known = _is_known(content)
        raise PhotoError(PhotoProblem.TRUNCATED if known else PhotoProblem.NOT_AN_IMAGE) from error
    if image.width * image.height > limits.pixels:
        raise PhotoError(PhotoProblem.TOO_MANY_PIXELS)
    if max(image.size) > limits.side:
        raise PhotoError(PhotoProblem.TOO_LONG)
    if image.width == 0 or image.height == 0:
        raise PhotoError(PhotoProblem.NOT_AN_IMAGE)
    return image


def decode_image(image: Image.Image, content: bytes, mode: str, area: int | None) -> Photo:
    """The upright pixels of an opened picture, whose file has this ``content``.

    ``mode`` is "L" or "RGB"; with ``area`` the pixels are reduced, but to no fewer. Raises ``PhotoError``.
    """
    width, height = image.size
    try:
        image = _loaded(image, content, mode, area)
        pixels = upright_pixels(image, mode, area)
    except PhotoError:
        raise
    except MemoryError as error:
        raise PhotoError(PhotoProblem.TOO_COSTLY) from error
    except Exception as error:  # as above
        raise PhotoError(PhotoProblem.TRUNCATED) from error
    if (pixels.shape[0] > pixels.shape[1]) != (height > width):
        width, height = height, width
    return Photo(pixels, width, height)


def _loaded(image: Image.Image, content: bytes, mode: str, area: int | None) -> Image.Image:
    """Decode, with what is missing at the very end made up: a download or a disk lost the last bytes."""
    height = image.height
    try:
        return _load(image, mode, area)
    except (OSError, ValueError, SyntaxError):  # what decoders raise at missing data
        if not content.startswith(JPEG_START):
            return _load(_opened(content + bytes(_CUT_OFF)), mode, area)
    content = content.rstrip(b"\xff")  # the half of a marker
    ended, filled = (_load(_opened(content + end), mode, area) for end in (JPEG_END, _FILLER + JPEG_END))
    missing = _differing_share(np.asarray(ended), np.asarray(filled)) * height
    if missing > max(min(_BLOCK_ROWS, height / 4), _MAX_MISSING * height):
        raise PhotoError(PhotoProblem.TRUNCATED)
    return ended


def _opened(content: bytes) -> Image.Image:
    try:
        return Image.open(BytesIO(content), formats=FORMATS)
    except (OSError, ValueError):  # WebP and HEIC are refused as soon as one byte is missing
        if not _is_known(content):
            raise
    return Image.open(BytesIO(content + bytes(_CUT_OFF)), formats=FORMATS)


def _is_known(content: bytes) -> bool:
    return content.startswith(_MAGIC) or content[4:].startswith(_HEIF_MAGIC)


def _load(image: Image.Image, mode: str, area: int | None) -> Image.Image:
    """Decode all pixels; a JPEG in the smallest of 1/1, 1/2, 1/4, 1/8 that keeps ``area`` (others ignore it)."""
    if area is not None:
        shrink = max(1, int((image.width * image.height / area) ** 0.5))
        image.draft(mode, (-(-image.width // shrink), -(-image.height // shrink)))
    image.load()
    return image


def _differing_share(one: Pixels, other: Pixels) -> float:
    """The share of rows from the first in which two pictures differ: what the end of the data decides."""
    rows = np.flatnonzero((one != other).reshape(len(one), -1).any(axis=1))
    return 1 - float(rows[0]) / len(one) if len(rows) else 0.0
