"""The Reader: photo bytes in, Reading out, from any thread or from an event loop, while models are swapped beneath it."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Self

import numpy as np

from model.classifier import Classified, Classifier
from model.digit_image import digit_image
from model.ink import AREA, Ink, ink_of, working_copy
from model.photo import Photo, decode_reduced
from model.reading import Box, Digit, Reading
from model.segment import Place, find_places
from model.served import ServedModel


class Reader:
    """Reads photos with one model, which may be swapped at any time.

    Thread-safe: every thread has a classifier of its own. ``threads`` workers serve ``read_async``.
    """

    def __init__(self, model: ServedModel, *, threads: int = 2) -> None:
        self._model = model
        self._local = threading.local()
        self._workers = ThreadPoolExecutor(threads, thread_name_prefix="reader")

    @classmethod
    def base(cls, *, threads: int = 2) -> Self:
        """Make a reader of the model that comes with the package."""
        return cls(ServedModel.base(), threads=threads)

    @property
    def model(self) -> ServedModel:
        """The model that answers now."""
        return self._model

    def swap(self, model: ServedModel) -> None:
        """Let another model answer from the next photo on; readings under way end with the one they began with."""
        self._model = model

    def close(self) -> None:
        self._workers.shutdown(wait=True, cancel_futures=True)

    def read(self, content: bytes, *, count: int | None = None) -> Reading:
        """Read a photo (the bytes of its file). ``count`` asks for exactly so many digits, or fewer where it cannot be.

        Raises PhotoError.
        """
        start = time.perf_counter()
        model = self._model
        photo = decode_reduced(content, 4 * AREA)
        grey, scale = working_copy(photo.pixels, photo.width)
        ink = ink_of(grey, scale)
        rows = find_places(ink)
        digits = self._digits(model, ink, rows, photo)
        sure = bool(digits) and all(digit.confidence >= model.card.sure_threshold for digit in digits)
        return Reading(digits, model.name, sure, photo.width, photo.height, time.perf_counter() - start)

    async def read_async(self, content: bytes, *, count: int | None = None) -> Reading:
        """Read a photo in a worker thread. Raises PhotoError."""
        return await asyncio.get_running_loop().run_in_executor(self._workers, lambda: self.read(content, count=count))

    def _classify(self, model: ServedModel, images: list[np.ndarray]) -> Classified:
        classifier: Classifier | None = getattr(self._local, "classifier", None)
        if classifier is None or classifier.model is not model:
            classifier = self._local.classifier = Classifier(model)
        return classifier.classify(np.stack(images) if images else np.zeros((0, 28, 28), np.uint8))

    def _digits(self, model: ServedModel, ink: Ink, rows: list[list[Place]], photo: Photo) -> tuple[Digit, ...]:
        places = [(place, row) for row, line in enumerate(rows) for place in line]
        images = [digit_image(place.ink(ink)) for place, _ in places]
        found = self._classify(model, images)
        return tuple(
            Digit(
                int(p.argmax()), float(p.max()), tuple(float(v) for v in p), _in_photo(place.box, ink.scale, photo), image, row
            )
            for (place, row), image, p in zip(places, images, found.probabilities, strict=True)
        )


def _in_photo(box: Box, scale: float, photo: Photo) -> Box:
    """Give a box of the working copy in pixels of the full photo."""
    x, y = min(int(box.x * scale), photo.width - 1), min(int(box.y * scale), photo.height - 1)
    width, height = max(1, round(box.width * scale)), max(1, round(box.height * scale))
    return Box(x, y, min(width, photo.width - x), min(height, photo.height - y))
