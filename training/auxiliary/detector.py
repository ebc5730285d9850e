"""The network that finds digits and other marks in whole photos: trained on generated pages, exported.

    python -P -m training.auxiliary.detector --out model/base/detector.tflite [--pages 40000] [--jobs 2]

It is given views as the reader makes them, of whole pages and of parts of them, and learns where digits stand, how
large they are, which they are and which way up, and where other marks do.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import cv2
import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from model.detection.decoding import CHANNELS, LEVELS, OTHER
from training.argument_types import positive
from training.auxiliary.detector_loss import LevelLoss
from training.auxiliary.helpers import AuxiliaryModelCard, auxiliary_parser, require_outputs
from training.auxiliary.network_training import Objective, train_network
from training.auxiliary.page_pool import PagePool, rendered
from training.auxiliary.separable import convolved, merged, residual, separable
from training.exit_status import exit_status
from training.export.dilation import natively_dilated
from training.export.litert import litert_bytes

VIEWS_A_BATCH = 8  # views of one shape
_ROTATED = 0.3  # share of the batches that are turned by quarters
_RARE = -4.0  # bias of objectness: at first nearly no cell holds anything
Batch = tuple[NDArray[np.uint8], NDArray[np.float32]]


def network() -> keras.Model:
    """Views (n, h, w, 3) uint8 -> the maps of the three levels, (n, h / stride, w / stride, channels) logits."""
    view = keras.Input((None, None, 3), name="view", dtype="uint8")
    x = convolved(layers.Rescaling(1 / 128, offset=-1)(view), 16, strides=2)
    quarter = separable(convolved(x, 32, strides=2), 32)
    eighth = residual(residual(separable(quarter, 80, strides=2)))
    x = separable(eighth, 160, strides=2)
    for dilation in (1, 2, 4, 1, 2, 4):
        x = residual(x, dilation)
    eighth = merged(x, eighth, 80)
    quarter = merged(eighth, quarter, 48)
    maps = {f"level_{level.stride}": _head(each) for level, each in zip(LEVELS, (quarter, eighth, x), strict=True)}
    return keras.Model(view, maps, name="detector")


def _head(x: keras.KerasTensor) -> keras.KerasTensor:
    marks = layers.Conv2D(OTHER + 1, 1, bias_initializer=keras.initializers.Constant(_RARE))
    x = separable(x, 64)
    return layers.Concatenate()([marks(x), layers.Conv2D(CHANNELS - OTHER - 1, 1)(x)])


class ViewBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """Batches of views of one shape, each varied a little, in an order of their own each epoch."""

    def __init__(self, pool: PagePool, batch: int, seed: int, workers: int = 2) -> None:
        super().__init__(workers=workers, max_queue_size=4 * workers)
        self._pool, self._batch, self._rng = pool, batch, np.random.default_rng(seed)
        self.on_epoch_end()

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, index: int) -> tuple[NDArray[np.uint8], dict[str, NDArray[np.float32]]]:
        shape, which = self._order[index]
        views, marks = self._pool.views[shape]
        rng = np.random.default_rng((index, int(which[0])))
        pixels, known = varied(views[which], rng), marks[which]
        pixels, known = turned(pixels, known, self._turns(index, pixels.shape[1] < pixels.shape[2], rng))
        return pixels, {f"level_{level.stride}": known for level in LEVELS}

    @staticmethod
    def _turns(index: int, is_wide: bool, rng: np.random.Generator) -> int:
        """Quarter turns of a batch. Keras takes the shapes of all from the first two: one of these lies, one stands."""
        if index < 2:
            return int(is_wide == bool(index))
        return int(rng.integers(1, 4)) if rng.random() < _ROTATED else 0

    def on_epoch_end(self) -> None:
        """Another order."""
        batches = []
        for shape, (views, _) in self._pool.views.items():
            order = self._rng.permutation(len(views))
            starts = range(0, len(order) - self._batch + 1, self._batch)
            batches += [(shape, order[at : at + self._batch]) for at in starts]
        shuffled = [batches[at] for at in self._rng.permutation(len(batches))]
        first = [batch for batch in shuffled if batch[0][0] != batch[0][1]][:2]  # see _turns
        self._order = first + [batch for batch in shuffled if not any(batch is other for other in first)]


def turned(views: NDArray[np.uint8], marks: NDArray[np.float32], turns: int) -> Batch:
    """Views (n, h, w, 3) and their marks (n, m, 7) after so many clockwise quarter turns."""
    moved = marks.copy()
    height, width = views.shape[1:3]
    for _ in range(turns):
        x, y, wide, high = (moved[..., index].copy() for index in range(4))
        moved[..., 0], moved[..., 1], moved[..., 2], moved[..., 3] = height - y - high, x, high, wide
        height, width = width, height
    moved[..., 6] = (moved[..., 6] + turns) % 4
    return np.ascontiguousarray(np.rot90(views, -turns, axes=(1, 2))), moved


def varied(views: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Brighter or darker, softer or harder, now and then in negative: (n, h, w, 3) uint8."""
    varied_ = np.empty_like(views)
    levels = np.arange(256, dtype=np.float32)
    for view, other in zip(views, varied_, strict=True):
        gain, lift = rng.uniform(0.6, 1.2), rng.uniform(-25, 25)
        bright = np.clip(levels * gain + lift, 0, 255).astype(np.uint8)
        strong = np.clip(levels * rng.uniform(0.8, 1.25), 0, 255).astype(np.uint8)
        negative = rng.random() < 0.15
        table = np.stack([255 - bright if negative else bright, strong, strong], axis=-1)
        cv2.LUT(view[:, :, [0, 2, 1]] if negative else view, table[None], dst=other)
    return varied_


def train(model: keras.Model, batches: keras.utils.PyDataset, epochs: int, kept: Path | None = None) -> None:
    """Train as all auxiliary networks are: ``network_training.train_network``."""
    train_network(
        model, batches, Objective({f"level_{level.stride}": LevelLoss(level) for level in LEVELS}), epochs, kept
    )


def served_bytes(model: keras.Model) -> bytes:
    """The LiteRT file: ``view`` (1, h, w, 3) uint8 in, ``level_4``, ``level_8`` and ``level_16`` out."""
    return litert_bytes(natively_dilated(model))


def main() -> int:
    """Generate, train, write the file and its card; the exit status."""
    parser = auxiliary_parser(__doc__, epochs=8)
    parser.add_argument("--batch", type=positive, default=VIEWS_A_BATCH)
    arguments = parser.parse_args()
    return exit_status(lambda: _make(arguments))


def _make(arguments: argparse.Namespace) -> None:
    require_outputs(arguments)
    keras.utils.set_random_seed(arguments.seed)
    pool = rendered(arguments.seed, arguments.pages, arguments.data, arguments.jobs)
    sys.stderr.write(f"views: {pool.counts()}\n")
    model = network()
    train(model, ViewBatches(pool, arguments.batch, arguments.seed), arguments.epochs, arguments.kept)
    content = served_bytes(model)
    AuxiliaryModelCard("detector", arguments.seed, arguments.pages, {}, model.count_params()).write(
        arguments.out, content
    )


if __name__ == "__main__":
    raise SystemExit(main())
