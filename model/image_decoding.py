"""Image decoding: photo bytes to upright pixels, safely. Every picture from outside is decoded here."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from PIL import Image

from model.image_files.container import Container, TooManyParts, inspect
from model.image_files.decoding_process import decode_in_process
from model.image_files.page_count import count_pages
from model.image_files.photo_error import PhotoError, PhotoProblem
from model.image_files.pillow_decoding import FORMATS, Photo, decode_image, may_be_image, open_image
from model.limits import IMAGE_LIMITS
from model.profiling import profiled
from model.reading import Pixels
from model.regular_file import open_regular

__all__ = ["FORMATS", "Photo", "PhotoError", "PhotoProblem", "PictureFile", "Pixels"]

_KEPT_AREA = 1280 * 960  # pixels: what reading and drawing need of a picture that is decoded once for both


class PictureFile:
    """The file of one photo, ``content``, decoded when its pixels are asked for; not for several threads at once.

    A JPEG is decoded anew each time, as that takes next to nothing in the size that is asked for; any other file once.
    What takes time and memory by its pixels alone is decoded in this thread, all else in a process that can be ended.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content

    @classmethod
    def at(cls, path: Path) -> Self:
        """The file at a path, of which no more is read than the limit. Raises ``OSError``, also for a pipe or
        a device."""
        with open_regular(path) as file:
            return cls(file.read(IMAGE_LIMITS.file_bytes + 1))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as the file's header says, or as it is decoded. Raises ``PhotoError``."""
        container = self._container
        if container.is_usual:
            return open_image(container.content, IMAGE_LIMITS).size
        return self._decoded_once.width, self._decoded_once.height

    @property
    def pages(self) -> int:
        """How many pages the file has; only the first is decoded."""
        return count_pages(self.content)

    @profiled("decode")
    def reduced(self, area: int, *, colour: bool = False) -> Photo:
        """The upright photo in at least ``area`` pixels where it has as many, and in little more where that is cheap.

        Pixels are (h, w) grey or, with ``colour``, (h, w, 3) RGB, uint8. A JPEG is scaled while it is decoded (the DCT
        gives halves for next to nothing), and without ``colour`` its colours are never decoded. Raises ``PhotoError``.
        """
        mode = "RGB" if colour else "L"
        if self._container.is_scaled:
            return self._decoded(mode, area)
        whole = self._decoded_once if area <= _KEPT_AREA else self._decoded("RGB", area)
        return Photo(_shrunk(whole.pixels, mode, area), whole.width, whole.height)

    def whole(self) -> Photo:
        """The whole photo upright, as (h, w, 3) RGB uint8. Raises ``PhotoError``."""
        return self._decoded("RGB", None)

    @cached_property
    def _decoded_once(self) -> Photo:
        return self._decoded("RGB", _KEPT_AREA)

    @cached_property
    def _container(self) -> Container:
        if not self.content:
            raise PhotoError(PhotoProblem.EMPTY)
        if len(self.content) > IMAGE_LIMITS.file_bytes:
            raise PhotoError(PhotoProblem.TOO_LARGE)
        try:
            return inspect(self.content)
        except TooManyParts as error:
            raise PhotoError(PhotoProblem.TOO_COSTLY) from error

    def _decoded(self, mode: str, area: int | None) -> Photo:
        container = self._container
        if container.is_usual:
            image = open_image(container.content, IMAGE_LIMITS)
            is_scaled = container.is_scaled and area is not None
            if is_scaled or image.width * image.height <= IMAGE_LIMITS.thread_pixels:
                return decode_image(image, container.content, mode, area)
        if not may_be_image(container.content):
            raise PhotoError(PhotoProblem.NOT_AN_IMAGE)
        return decode_in_process(container.content, IMAGE_LIMITS, mode, area)


def _shrunk(pixels: Pixels, mode: str, area: int) -> Pixels:
    """RGB pixels (h, w, 3) in ``mode``, reduced by a whole number to no fewer than ``area``."""
    factor = int((pixels.shape[0] * pixels.shape[1] / area) ** 0.5)
    if mode == "RGB" and factor < 2:
        return pixels
    image = Image.fromarray(pixels)
    return np.asarray((image if mode == "RGB" else image.convert(mode)).reduce(max(1, factor)), np.uint8)
