"""The limits on pictures and data from outside, checked before they cost anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """The most that is taken of one picture, be it a photo, a document, a sticker or a file on the command line.

    ``file_bytes`` is the size of the file as it came; ``pixels`` is the width times the height of the whole picture and
    ``side`` the longer of both, whatever is decoded of it. ``thread_pixels`` are decoded in a thread of this process
    (a baseline JPEG is scaled while it is decoded, and may have them all); what has more, or any other form than the
    usual, is decoded in a process of its own, which gets ``decoding_bytes`` of memory and ``decoding_s`` seconds of
    processor time. ``reading_s`` are the seconds of processor time that decoding in a thread and recognition may take
    together: a busy machine refuses nothing that an idle one reads.
    """

    file_bytes: int = 20 * 1024 * 1024  # what a bot may download from Telegram (Bot API, getFile)
    pixels: int = 50_000_000  # a phone's 48-megapixel file passes
    side: int = 20_000  # a panorama of 16,384 passes
    thread_pixels: int = 16_000_000  # a phone's usual 12 megapixels; 0.2 s and 200 MB at worst
    decoding_bytes: int = 832 * 2**20
    decoding_s: float = 1.0
    reading_s: float = 1.5


@dataclass(frozen=True, slots=True)
class DataLimits:
    """The most that is taken of one dataset of digit images: ``digits`` in each half, ``file_bytes`` of one array."""

    digits: int = 1_000_000  # EMNIST, the largest in use, has 280,000
    file_bytes: int = 1_000_000 * 28 * 28 + 2**20


IMAGE_LIMITS: Final = ImageLimits()
DATA_LIMITS: Final = DataLimits()
