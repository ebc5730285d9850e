"""The Reader: photo bytes in, Reading out, from any thread or an event loop; its model can be swapped at any time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from model.deadline import deadline
from model.errors import ModelLoadError
from model.image_decoding import Photo, PictureFile
from model.limits import IMAGE_LIMITS
from model.model_bundle import ModelBundle
from model.networks import ModelNetworks, Networks
from model.personalization import Personalization
from model.profiling import profiled
from model.reading import Box, Digit, Reading
from model.recognition import PHOTO_AREA, Recognition, recognize
from model.text_layout import layout

T = TypeVar("T")

_PREVIEW = 320 * 240  # pixels that show whether a picture is colourful
_CLEAR = 0.98  # confidence from which a digit of a photo that is not sure as a whole is not asked about
_CROWDED = 60  # marks that show in grey, none of them a digit: a page of print, where colours tell no more
_COLOURFUL = 40  # range of the channels (0..255) in the most colourful pixels, from which a colour pass is made


class Reader:
    """Reads photos with one model, which may be swapped at any time.

    Thread-safe. ``threads`` workers serve ``read_async``. ``networks`` are those of all threads (default: those of the
    package); of these two may be missing, which costs accuracy: see ``degraded``. A reader made with None reads from
    the first ``swap`` on. A photo that takes more than ``seconds`` of processor time is refused.
    """

    def __init__(
        self,
        model: ModelBundle | None,
        *,
        threads: int = 2,
        networks: Networks | None = None,
        seconds: float = IMAGE_LIMITS.reading_s,
    ) -> None:
        self._model = model
        self._networks = networks or Networks.packaged()
        self._seconds = seconds
        self._lock = threading.Lock()
        self._loaded: ModelNetworks | None = None  # of the model that was asked for last
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
        return self._networks.missing

    def swap(self, model: ModelBundle) -> None:
        """Let another model answer from the next photo on; readings under way end with the one they began with."""
        self._model = model

    def close(self) -> None:
        """Let the readings under way end, and start no more."""
        self._workers.shutdown(wait=True, cancel_futures=True)

    def read(
        self, content: bytes | PictureFile, *, count: int | None = None, person: Personalization | None = None
    ) -> Reading:
        """Read a photo: its file, or the bytes of that.

        ``count`` asks for exactly so many digits, or as near as can be. ``person``: what the corrections of whoever
        sent it change; of another model's features it is left out. Raises ``PhotoError``, and ``ModelLoadError`` where
        the model cannot be loaded.
        """
        return self.examine(content, count=count, person=person)[0]

    def examine(
        self, content: bytes | PictureFile, *, count: int | None = None, person: Personalization | None = None
    ) -> tuple[Reading, Recognition]:
        """Read a photo, and give what the reading was made from too: all that was judged and decided.

        Raises as ``read`` does.
        """
        start = time.perf_counter()
        networks = self._load()
        file = content if isinstance(content, PictureFile) else PictureFile(content)
        if person is not None and person.model != networks.model.card.sha256:
            person = None
        with deadline(self._seconds):
            seen, photo = _recognized(file, networks, count, person)
        digits = _digits(seen, photo, seen.is_understood(networks.sure_threshold))
        unread = tuple(_in_photo(box, seen, photo) for box in seen.unread)
        taken = time.perf_counter() - start
        name = networks.model.name
        left_out = tuple(_in_photo(seen.judged.found.tight[index], seen, photo) for index in seen.left_out)
        possible = tuple(_digit(index, row, seen, photo, np.inf) for index, row in _places(seen.possible))
        layout = _layout(seen)
        return Reading(digits, name, photo.width, photo.height, taken, layout, unread, possible, left_out), seen

    async def read_async(
        self, content: bytes | PictureFile, *, count: int | None = None, person: Personalization | None = None
    ) -> Reading:
        """Read a photo in a worker thread, leaving the event loop free. Raises as ``read`` does."""
        return await self.run_async(lambda: self.read(content, count=count, person=person))

    async def run_async(self, job: Callable[[], T]) -> T:
        """Do other work on a photo in a worker thread: no more photos are decoded at once than there are workers."""
        return await asyncio.get_running_loop().run_in_executor(self._workers, job)

    @profiled("load")
    def _load(self) -> ModelNetworks:
        """The networks with the model that answers now, made by the first thread that needs them."""
        model = self.model
        with self._lock:
            if self._loaded is None or self._loaded.model is not model:
                self._loaded = ModelNetworks(model, self._networks)
            return self._loaded


def _recognized(
    file: PictureFile, networks: ModelNetworks, count: int | None, person: Personalization | None
) -> tuple[Recognition, Photo]:
    photo = file.reduced(PHOTO_AREA)
    seen = recognize(photo.pixels, networks, count, person)
    is_seen = seen.rows or len(seen.judged.detections.candidates) >= _CROWDED
    coloured = None if is_seen else _colour_pass(file, networks, count, person)
    if coloured is not None and (coloured.rows or not seen.possible):
        seen = coloured
    return seen, photo


@profiled("colours")
def _colour_pass(
    file: PictureFile, networks: ModelNetworks, count: int | None, person: Personalization | None
) -> Recognition | None:
    """Read strokes that are as bright as their paper, and only coloured: yellow on white shows in blue alone. None for
    a grey photo."""
    preview = file.reduced(_PREVIEW, colour=True).pixels
    if np.percentile(np.ptp(preview, axis=2), 99.5) < _COLOURFUL:
        return None
    return recognize(file.reduced(PHOTO_AREA, colour=True).pixels.min(axis=2), networks, count, person)


def _digits(seen: Recognition, photo: Photo, is_understood: bool) -> tuple[Digit, ...]:
    places = _places(seen.rows)
    confidences = [0.0 if _is_taught(index, seen) else _confidence(index, seen) for index, _ in places]
    # Where not all was understood, at least the most doubtful digit is asked about.
    threshold = 0.0 if is_understood else max([_CLEAR, *np.nextafter(sorted(confidences)[:1], 1)])
    return tuple(_digit(index, row, seen, photo, threshold) for index, row in places)


def _places(rows: list[list[int]]) -> list[tuple[int, int]]:
    """Each index with its row's number."""
    return [(index, number) for number, row in enumerate(rows) for index in row]


def _digit(index: int, row: int, seen: Recognition, photo: Photo, threshold: float) -> Digit:
    found, label = seen.judged.found, int(seen.decided.labels[index].argmax())
    probabilities = tuple(float(value) for value in seen.decided.probabilities(index))
    box, confidence = _in_photo(found.tight[index], seen, photo), probabilities[label]
    unadapted = None
    if seen.unadapted is not seen.decided:
        unadapted = tuple(float(value) for value in seen.unadapted.probabilities(index))
    is_sure = bool(confidence >= threshold and not _is_taught(index, seen))
    features = tuple(seen.decided.features[index].tolist())
    return Digit(label, confidence, probabilities, box, found.images[index], row, is_sure, unadapted, features)


def _confidence(index: int, seen: Recognition) -> float:
    return float(seen.decided.probabilities(index).max())


def _is_taught(index: int, seen: Recognition) -> bool:
    """Whether its person's corrections changed the label of a hypothesis."""
    return int(seen.decided.labels[index].argmax()) != int(seen.unadapted.labels[index].argmax())


def _layout(seen: Recognition) -> str:
    labels = [[str(int(seen.decided.labels[index].argmax())) for index in row] for row in seen.rows]
    boxes = [seen.judged.found.boxes[row] for row in seen.rows]
    return layout(labels, boxes, seen.judged.detections.candidates)


def _in_photo(box: NDArray[np.float32], seen: Recognition, photo: Photo) -> Box:
    """A box (4,) of the picture that was read, turned upright, in whole pixels of the full photo as it came."""
    height, width = seen.judged.detections.grey.shape
    x, y, wide, high = (float(side) for side in box)
    for _ in range(seen.judged.detections.turns):
        x, y, wide, high, width, height = height - y - high, x, high, wide, height, width
    scale = photo.width / width
    left, top = min(max(0, int(x * scale)), photo.width - 1), min(max(0, int(y * scale)), photo.height - 1)
    right, bottom = round((x + wide) * scale), round((y + high) * scale)
    return Box(left, top, max(1, min(right, photo.width) - left), max(1, min(bottom, photo.height) - top))
