"""Image decoding: photo bytes to upright pixels, safely. Every picture from outside is decoded here."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pillow_heif import register_heif_opener

from model.errors import ModelError
from model.limits import IMAGE_LIMITS
from model.profiling import profiled

Pixels = NDArray[np.uint8]

_ORIENTATION = 0x0112  # EXIF 2.32, 4.6.4: tag 274
_BRIGHT = 170  # grey level (0..255) from which ink on transparency is taken for chalk
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"II*\x00", b"MM\x00*", b"BM")

Image.init()
register_heif_opener()
# Formats that people send; no EPS, no PDF and the like. Not every build of Pillow has every one.
_WANTED = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "HEIF", "AVIF", "PPM")
FORMATS = tuple(name for name in _WANTED if name in Image.OPEN)
# A header of a decompression bomb is an error, not a warning (Pillow's own limit lies above IMAGE_LIMITS).
warnings.simplefilter("error", Image.DecompressionBombWarning)


class PhotoProblem(StrEnum):
    """Why a file cannot be read."""

    EMPTY = "empty"
    TOO_LARGE = "too large"
    TOO_MANY_PIXELS = "too many pixels"
    NOT_AN_IMAGE = "not an image"
    TRUNCATED = "truncated"


class PhotoError(ModelError):
    """Bytes that are no picture that can be read; ``problem`` says why."""

    def __init__(self, problem: PhotoProblem) -> None:
        super().__init__(f"The picture cannot be read: {problem}.")
        self.problem = problem


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """Pixels of one upright picture: (h, w) grey or (h, w, 3) RGB, uint8.

    ``width`` and ``height`` are those of the full upright photo; the pixels may be a reduced copy of it.
    """

    pixels: Pixels
    width: int
    height: int


def decode(content: bytes) -> Pixels:
    """The whole photo upright, as (h, w, 3) RGB uint8; transparent pixels become paper.

    Raises ``PhotoError``, and nothing else, for bytes that are no readable picture.
    """
    return _read(content, mode="RGB", area=None).pixels


@profiled("decode")
def decode_reduced(content: bytes, area: int, *, colour: bool = False) -> Photo:
    """The upright photo in at least ``area`` pixels where it has as many, and in little more where that is cheap.

    Pixels are (h, w) grey or, with ``colour``, (h, w, 3) RGB, uint8. A JPEG is scaled while it is decoded (the DCT
    gives halves for next to nothing), and without ``colour`` its colours are never decoded. Raises ``PhotoError``.
    """
    return _read(content, mode="RGB" if colour else "L", area=area)


def _read(content: bytes, mode: str, area: int | None) -> Photo:
    image = _open(content)
    try:
        width, height = image.size
        if area is not None:
            _draft(image, mode, area)
        image.load()
        pixels = np.ascontiguousarray(_upright(_flat(image, mode), _orientation(image)))
    except Exception as error:  # decoders of a dozen formats raise what they like at damaged bytes
        raise PhotoError(PhotoProblem.TRUNCATED) from error
    if (pixels.shape[0] > pixels.shape[1]) != (height > width):
        width, height = height, width
    return Photo(pixels, width, height)


def _open(content: bytes) -> Image.Image:
    """Read the header only and check it against the limits: a bomb is refused before a pixel is decoded."""
    if not content:
        raise PhotoError(PhotoProblem.EMPTY)
    if len(content) > IMAGE_LIMITS.file_bytes:
        raise PhotoError(PhotoProblem.TOO_LARGE)
    try:
        image = Image.open(BytesIO(content), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoError(PhotoProblem.TOO_MANY_PIXELS) from error
    except Exception as error:  # as above
        known = content.startswith(_MAGIC)
        raise PhotoError(PhotoProblem.TRUNCATED if known else PhotoProblem.NOT_AN_IMAGE) from error
    if image.width * image.height > IMAGE_LIMITS.pixels:
        raise PhotoError(PhotoProblem.TOO_MANY_PIXELS)
    if image.width == 0 or image.height == 0:
        raise PhotoError(PhotoProblem.NOT_AN_IMAGE)
    return image


def _draft(image: Image.Image, mode: str, area: int) -> None:
    """Ask the JPEG decoder for the smallest of 1/1, 1/2, 1/4, 1/8 that keeps ``area`` pixels (others ignore it)."""
    shrink = max(1, int((image.width * image.height / area) ** 0.5))
    image.draft(mode, (-(-image.width // shrink), -(-image.height // shrink)))


def _orientation(image: Image.Image) -> int:
    """Read the EXIF orientation, 1 to 8; damaged EXIF data says nothing."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - EXIF blocks are written by anybody
        return 1


def _upright(pixels: Pixels, orientation: int) -> Pixels:
    """Undo the eight EXIF orientations (EXIF 2.32, table 6)."""
    if orientation in (5, 6, 7, 8):
        pixels = np.swapaxes(pixels, 0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return pixels


def _flat(image: Image.Image, mode: str) -> Pixels:
    """Bring any Pillow mode to 8-bit ``mode`` ("L" or "RGB")."""
    if image.has_transparency_data:
        image = _on_paper(image)
    if image.mode.startswith(("I", "F")):
        grey = _eight_bits(np.asarray(image))
        return grey if mode == "L" else np.repeat(grey[:, :, None], 3, axis=2)
    if image.mode == "LAB":
        image = image.getchannel("L")
    return np.asarray(image if image.mode == mode else image.convert(mode), dtype=np.uint8)  # it would copy


def _eight_bits(deep: NDArray[np.generic]) -> Pixels:
    """Scale 16-bit, 32-bit and float grey to 0..255 by the range they use: 1, 255, 65535 or their own maximum."""
    values = np.nan_to_num(deep.astype(np.float32), posinf=0, neginf=0)
    values -= min(0.0, float(values.min()))
    top = float(values.max())
    full = next((limit for limit in (1.0, 255.0, 65535.0) if top <= limit), top)
    if deep.dtype == np.uint16:
        full = 65535.0
    return np.asarray(values * (255.0 / full), dtype=np.uint8)


def _on_paper(image: Image.Image) -> Image.Image:
    """Composite a transparent picture onto white, or onto black where bright ink on nothing would vanish."""
    image = image.convert("RGBA")
    alpha = np.asarray(image.getchannel("A"))
    visible = (alpha > 127).astype(np.uint8)
    sparse = cv2.countNonZero(visible) * 2 < alpha.size
    bright = cv2.mean(np.asarray(image.convert("L")), visible)[0] > _BRIGHT
    paper = Image.new("RGB", image.size, "black" if sparse and bright else "white")
    paper.paste(image, mask=image)
    return paper
