"""The Reader: photo bytes in, Reading out, from any thread or an event loop; its model can be swapped at any time."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Self

import numpy as np
from numpy.typing import NDArray

from model.classification.confidence_calibration import PageCalibrator
from model.errors import ModelLoadError
from model.found import Found
from model.image_decoding import Photo, decode_reduced
from model.ink import AREA, working_copy
from model.looking import LEAST, look
from model.model_bundle import ModelBundle
from model.networks import NetworkFactories, ThreadNetworks
from model.profiling import profiled
from model.reading import Box, Digit, Reading
from model.turned import Seen

_PREVIEW = AREA // 4  # pixels that show whether a picture is colourful
_COLOURFUL = 40  # range of the channels (0..255) in the most colourful pixels, from which a colour pass is made


class Reader:
    """Reads photos with one model, which may be swapped at any time.

    Thread-safe: every thread has networks of its own. ``threads`` workers serve ``read_async``. ``networks`` makes
    them (default: those of the package); of these three may be missing, which costs accuracy: see ``degraded``.
    A reader made with None reads from the first ``swap`` on.
    """

    def __init__(
        self, model: ModelBundle | None, *, threads: int = 2, networks: NetworkFactories | None = None
    ) -> None:
        self._model = model
        self._factories = networks or NetworkFactories.packaged()
        self._local = threading.local()
        self._workers = ThreadPoolExecutor(threads, thread_name_prefix="reader")

    @classmethod
    def base(cls, *, threads: int = 2) -> Self:
        """A reader with the classifier that comes with the package. Raises ``ModelLoadError``."""
        return cls(ModelBundle.base(), threads=threads)

    @property
    def model(self) -> ModelBundle:
        """The model that answers now. Raises ``ModelLoadError`` where none was given yet."""
        if self._model is None:
            raise ModelLoadError("No model has been loaded yet, so that no photo can be read.")
        return self._model

    @property
    def has_model(self) -> bool:
        return self._model is not None

    @property
    def degraded(self) -> tuple[str, ...]:
        """The names of the networks that photos are read without, as they are missing or damaged; () is normal."""
        return self._factories.missing

    def swap(self, model: ModelBundle) -> None:
        """Let another model answer from the next photo on; readings under way end with the one they began with."""
        self._model = model

    def close(self) -> None:
        """Let the readings under way end, and start no more."""
        self._workers.shutdown(wait=True, cancel_futures=True)

    def read(self, content: bytes, *, count: int | None = None) -> Reading:
        """Read a photo (the bytes of its file). ``count`` asks for exactly so many digits, or as near as can be.

        Raises ``PhotoError``, and ``ModelLoadError`` where the model cannot be loaded.
        """
        return self.examine(content, count=count)[0]

    def examine(self, content: bytes, *, count: int | None = None) -> tuple[Reading, Seen]:
        """Read a photo, and give what the reading was made from too: likeness and probabilities before calibration.

        Raises as ``read`` does.
        """
        start = time.perf_counter()
        networks = self._networks()
        seen, photo = _see(content, networks, count)
        digits = _digits(seen, photo, networks.calibrator, networks.sure_threshold)
        taken = time.perf_counter() - start
        return Reading(digits, networks.model.name, photo.width, photo.height, taken), seen

    async def read_async(self, content: bytes, *, count: int | None = None) -> Reading:
        """Read a photo in a worker thread, leaving the event loop free. Raises as ``read`` does."""
        return await asyncio.get_running_loop().run_in_executor(self._workers, lambda: self.read(content, count=count))

    @profiled("load")
    def _networks(self) -> ThreadNetworks:
        """This thread's networks, with the model that answers now."""
        model = self.model
        networks: ThreadNetworks | None = getattr(self._local, "networks", None)
        if networks is None or networks.model is not model:
            networks = self._local.networks = ThreadNetworks(model, self._factories)
        return networks


def _see(content: bytes, networks: ThreadNetworks, count: int | None) -> tuple[Seen, Photo]:
    networks.thorough = count is not None
    photo = decode_reduced(content, 4 * AREA)
    seen = look(*working_copy(photo.pixels, photo.width), networks, count)
    if not seen.found.rows:
        seen = _colour_pass(content, networks, count) or seen
    return seen, photo


@profiled("colours")
def _colour_pass(content: bytes, networks: ThreadNetworks, count: int | None) -> Seen | None:
    """Read ink that is as bright as its paper, and only coloured: yellow on white shows in blue alone."""
    preview = decode_reduced(content, _PREVIEW, colour=True).pixels
    if np.percentile(np.ptp(preview, axis=2), 99.5) < _COLOURFUL:
        return None
    photo = decode_reduced(content, 4 * AREA, colour=True)
    seen = look(*working_copy(photo.pixels.min(axis=2), photo.width), networks, count)
    return seen if seen.found.weight >= LEAST else None


def _digits(seen: Seen, photo: Photo, calibrator: PageCalibrator, threshold: float) -> tuple[Digit, ...]:
    found = [(each, row) for row, line in enumerate(seen.found.rows) for each in line]
    return tuple(
        _digit(each, row, calibrator.probabilities(each.probabilities, context), _box(each, seen, photo), threshold)
        for (each, row), context in zip(found, seen.contexts, strict=True)
    )


def _digit(found: Found, row: int, calibrated: NDArray[np.float64], box: Box, threshold: float) -> Digit:
    label = int(found.probabilities.argmax())
    probabilities = tuple(float(value) for value in calibrated)
    confidence = probabilities[label]
    return Digit(label, confidence, probabilities, box, found.image, row, sure=confidence >= threshold)


def _box(found: Found, seen: Seen, photo: Photo) -> Box:
    """Give the box of what was found in pixels of the full photo."""
    box, scale = seen.upright(found.place.box), seen.scale
    x, y = min(int(box.x * scale), photo.width - 1), min(int(box.y * scale), photo.height - 1)
    width, height = max(1, round(box.width * scale)), max(1, round(box.height * scale))
    return Box(x, y, min(width, photo.width - x), min(height, photo.height - y))
