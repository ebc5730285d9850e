"""Pictures decoded in one call, as the tests of the decoder ask for them."""

from __future__ import annotations

from model.image_decoding import Photo, PictureFile
from model.reading import Pixels


def decode(content: bytes) -> Pixels:
    """The whole picture upright, as (h, w, 3) RGB uint8. Raises ``PhotoError``."""
    return PictureFile(content).whole().pixels


def decode_reduced(content: bytes, area: int, *, colour: bool = False) -> Photo:
    """The upright picture as ``PictureFile.reduced`` gives it. Raises ``PhotoError``."""
    return PictureFile(content).reduced(area, colour=colour)
