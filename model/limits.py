"""The limits on pictures that are read, checked before they cost anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """The most that is taken of one picture, be it a photo, a document, a sticker or a file on the command line.

    ``file_bytes`` is the size of the file as it came; ``pixels`` is the width times the height of the whole picture,
    whatever is decoded of it.
    """

    file_bytes: int = 20 * 1024 * 1024  # what a bot may download from Telegram (Bot API, getFile)
    pixels: int = 50_000_000  # a phone's 48-megapixel file passes; decoded in full it takes 150 MB


IMAGE_LIMITS: Final = ImageLimits()
