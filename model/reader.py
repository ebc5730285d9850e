"""The Reader: photo bytes in, Reading out, from any thread or an event loop, while models are swapped beneath it."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Self

import numpy as np
from numpy.typing import NDArray

from model.classification.classifier import Classifier
from model.classification.confidence_calibration import PageCalibrator
from model.cuts import Split
from model.digitness import Digitness, digitness_model
from model.found import Found, Judged
from model.handwriting import Handwriting, handwriting_model
from model.image_decoding import Photo, decode_reduced
from model.ink import AREA, working_copy
from model.looking import LEAST, look
from model.model_bundle import ModelBundle
from model.overlays import Overlays, overlays_model
from model.profiling import profiled
from model.reading import Box, Digit, Reading
from model.turned import Seen

_HOPELESS = 0.002  # likeness below which no company of digits makes a digit of it
_GLANCE = AREA // 4  # pixels that show whether a picture is colourful
_COLOURFUL = 40  # range of the channels (0..255) in the most colourful pixels of a picture worth another look


class Reader:
    """Reads photos with one model, which may be swapped at any time.

    Thread-safe: every thread has interpreters of its own. ``threads`` workers serve ``read_async``.
    """

    def __init__(self, model: ModelBundle, *, threads: int = 2, belief: PageCalibrator | None = None) -> None:
        self._model = model
        self._belief = belief or PageCalibrator.base()
        self._digitness = digitness_model()
        self._handwriting = handwriting_model()
        self._overlays = overlays_model()
        self._local = threading.local()
        self._workers = ThreadPoolExecutor(threads, thread_name_prefix="reader")

    @classmethod
    def base(cls, *, threads: int = 2) -> Self:
        """Make a reader of the model that comes with the package. Raises ModelLoadError."""
        return cls(ModelBundle.base(), threads=threads)

    @property
    def model(self) -> ModelBundle:
        """The model that answers now."""
        return self._model

    def swap(self, model: ModelBundle) -> None:
        """Let another model answer from the next photo on; readings under way end with the one they began with."""
        self._model = model

    def close(self) -> None:
        """Let the readings under way end, and start no more."""
        self._workers.shutdown(wait=True, cancel_futures=True)

    def read(self, content: bytes, *, count: int | None = None) -> Reading:
        """Read a photo (the bytes of its file). ``count`` asks for exactly so many digits, or as near as can be.

        Raises PhotoError, and ModelLoadError where the model cannot be loaded.
        """
        return self.examine(content, count=count)[0]

    def examine(self, content: bytes, *, count: int | None = None) -> tuple[Reading, Seen]:
        """Read a photo, and give what stands behind the reading too: likeness and probabilities as the networks told
        them. Raises as ``read`` does."""
        start = time.perf_counter()
        judge = self._judge()
        seen, photo = _see(content, judge, count)
        digits = _digits(seen, photo, self._belief, judge.model.card.sure_threshold)
        taken = time.perf_counter() - start
        return Reading(digits, judge.model.name, photo.width, photo.height, taken), seen

    async def read_async(self, content: bytes, *, count: int | None = None) -> Reading:
        """Read a photo in a worker thread. Raises as ``read`` does."""
        return await asyncio.get_running_loop().run_in_executor(self._workers, lambda: self.read(content, count=count))

    @profiled("load")
    def _judge(self) -> _Judge:
        """Give this thread's interpreters of the model that answers now."""
        model = self._model
        judge: _Judge | None = getattr(self._local, "judge", None)
        if judge is None or judge.model is not model:
            judge = self._local.judge = _Judge(model, self._digitness, self._handwriting, self._overlays)
        return judge


class _Judge:
    """The networks of one thread."""

    def __init__(self, model: ModelBundle, digitness: bytes, handwriting: bytes, overlays: bytes) -> None:
        self.model = model
        self._classifier = Classifier(model)
        self._digitness = Digitness(digitness)
        self.thorough = False
        self.handwriting = Handwriting(handwriting)
        self.overlays: Split = Overlays(overlays)

    def __call__(self, images: NDArray[np.uint8]) -> Judged:
        """Judge (n, 28, 28) uint8; which digit it is is asked only of what may be one, unless ``thorough``."""
        likeness = self._digitness.likeness(images)
        probabilities = np.full((len(images), 10), 0.1, np.float32)
        hopeful = np.full(len(images), True) if self.thorough else likeness >= _HOPELESS
        if hopeful.any():
            probabilities[hopeful] = self._classifier.classify(images[hopeful]).probabilities
        return Judged(probabilities, likeness)


def _see(content: bytes, judge: _Judge, count: int | None) -> tuple[Seen, Photo]:
    judge.thorough = count is not None
    photo = decode_reduced(content, 4 * AREA)
    seen = look(*working_copy(photo.pixels, photo.width), judge, count)
    if not seen.found.rows:
        seen = _look_at_colours(content, judge, count) or seen
    return seen, photo


@profiled("colours")
def _look_at_colours(content: bytes, judge: _Judge, count: int | None) -> Seen | None:
    """Look for ink that is as bright as its paper, and only coloured: yellow on white shows in blue alone."""
    glance = decode_reduced(content, _GLANCE, colour=True).pixels
    if np.percentile(np.ptp(glance, axis=2), 99.5) < _COLOURFUL:
        return None
    photo = decode_reduced(content, 4 * AREA, colour=True)
    seen = look(*working_copy(photo.pixels.min(axis=2), photo.width), judge, count)
    return seen if seen.found.weight >= LEAST else None


def _digits(seen: Seen, photo: Photo, belief: PageCalibrator, threshold: float) -> tuple[Digit, ...]:
    found = [(each, row) for row, line in enumerate(seen.found.rows) for each in line]
    return tuple(
        _digit(each, row, belief.probabilities(each.probabilities, sight), _box(each, seen, photo), threshold)
        for (each, row), sight in zip(found, seen.sights, strict=True)
    )


def _digit(found: Found, row: int, believed: NDArray[np.float64], box: Box, threshold: float) -> Digit:
    label = int(found.probabilities.argmax())
    probabilities = tuple(float(value) for value in believed)
    confidence = probabilities[label]
    return Digit(label, confidence, probabilities, box, found.image, row, sure=confidence >= threshold)


def _box(found: Found, seen: Seen, photo: Photo) -> Box:
    """Give the box of what was found in pixels of the full photo."""
    box, scale = seen.upright(found.place.box), seen.scale
    x, y = min(int(box.x * scale), photo.width - 1), min(int(box.y * scale), photo.height - 1)
    width, height = max(1, round(box.width * scale)), max(1, round(box.height * scale))
    return Box(x, y, min(width, photo.width - x), min(height, photo.height - y))
