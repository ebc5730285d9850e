"""The network that tells a digit's own ink from all else in a crop, and which digit it is: trained, exported.

    python -P -m training.auxiliary.segmenter --out model/base/segmenter.tflite [--pages 40000] [--jobs 2]

It is given crops of generated pages around digits, as a detector might place them, and around other marks, parts and
pairs of digits, and learns to draw the digit alone, or nothing.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from model.detection.crops import SIDE
from model.detection.segments import NONE
from training.auxiliary.helpers import AuxiliaryModelCard, auxiliary_parser, require_outputs
from training.auxiliary.network_training import Objective, train_network
from training.auxiliary.page_pool import PagePool, rendered
from training.auxiliary.separable import convolved, merged, separable
from training.exit_status import exit_status
from training.export.litert import litert_bytes

CROPS_A_BATCH = 128
_MASK = 8.0  # weight of the mask beside the label


def network() -> keras.Model:
    """Crops (n, 48, 48, 2) uint8 -> ``mask`` (n, 48, 48, 1) and ``kind`` (n, 11) logits."""
    crops = keras.Input((SIDE, SIDE, 2), name="crops", dtype="uint8")
    whole = convolved(layers.Rescaling(1 / 128, offset=-1)(crops), 16)
    half = separable(separable(whole, 32, strides=2), 32)
    quarter = separable(separable(half, 64, strides=2), 64)
    x = separable(separable(separable(quarter, 128, strides=2), 128), 128)
    kind = layers.Flatten()(layers.ReLU()(layers.Conv2D(32, 1)(x)))
    kind = layers.Dense(64, activation="relu")(layers.Dropout(0.2)(kind))
    x = merged(x, quarter, 64)
    x = merged(x, half, 32)
    x = merged(x, whole, 16)
    outputs = {"mask": layers.Conv2D(1, 3, padding="same")(x), "kind": layers.Dense(NONE + 1)(kind)}
    return keras.Model(crops, outputs, name="segmenter")


class CropBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """Batches of crops, each varied a little, in an order of their own each epoch."""

    def __init__(self, pool: PagePool, batch: int, seed: int, workers: int = 2) -> None:
        super().__init__(workers=workers, max_queue_size=4 * workers)
        self._crops, self._batch, self._rng = pool.crops, batch, np.random.default_rng(seed)
        self.on_epoch_end()

    def __len__(self) -> int:
        return len(self._order) // self._batch

    def __getitem__(self, index: int) -> tuple[NDArray[np.uint8], dict[str, NDArray[np.generic]]]:
        which = self._order[index * self._batch : (index + 1) * self._batch]
        pixels, masks, labels = (each[which] for each in self._crops)
        pixels = varied(pixels, np.random.default_rng((index, int(which[0]))))
        return pixels, {"mask": masks[..., None] / np.float32(255), "kind": labels.astype(np.int32)}

    def on_epoch_end(self) -> None:
        """Another order."""
        self._order = self._rng.permutation(len(self._crops[0]))


def varied(crops: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Softer or harder, lighter or darker, grainy, often in negative: (n, 48, 48, 2) uint8."""
    count = len(crops)
    sign = np.where(rng.random(count) < 0.25, -1, 1) * rng.uniform(0.6, 1.15, count)
    grey = (crops[..., 0].astype(np.float32) - 128) * sign[:, None, None].astype(np.float32) + 128
    grey += rng.uniform(-12, 12, (count, 1, 1)).astype(np.float32)
    grey += rng.standard_normal(grey.shape, np.float32) * rng.uniform(0, 8, (count, 1, 1)).astype(np.float32)
    return np.stack([np.clip(grey, 0, 255).astype(np.uint8), crops[..., 1]], axis=-1)


@keras.saving.register_keras_serializable("digitbot")
class MaskLoss(keras.losses.Loss):  # type: ignore[misc]
    """Cross-entropy of each pixel's cover; those with ink weigh more, for they are few."""

    def call(self, y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
        """``y_true`` (n, 48, 48, 1) 0..1, ``y_pred`` logits of that shape; gives (n,)."""
        logits = ops.cast(y_pred, "float32")
        each = ops.maximum(logits, 0) - logits * y_true + ops.log1p(ops.exp(-ops.abs(logits)))
        return ops.mean(each * (1 + 2 * y_true), axis=(1, 2, 3))


def train(model: keras.Model, batches: keras.utils.PyDataset, epochs: int, kept: Path | None = None) -> None:
    """Train as all auxiliary networks are: ``network_training.train_network``."""
    losses = {"mask": MaskLoss(), "kind": keras.losses.SparseCategoricalCrossentropy(from_logits=True)}
    objective = Objective(losses, {"mask": _MASK, "kind": 1.0}, {"kind": ["accuracy"]})
    train_network(model, batches, objective, epochs, kept)


def served_bytes(model: keras.Model) -> bytes:
    """The LiteRT file: ``crops`` (n, 48, 48, 2) uint8 in; ``mask`` (n, 48, 48, 1) 0..1 and ``kind`` (n, 11)
    probabilities out."""
    outputs = {
        "mask": layers.Activation("sigmoid", name="mask")(model.output["mask"]),
        "kind": layers.Softmax(name="kind")(model.output["kind"]),
    }
    return litert_bytes(keras.Model(model.inputs[0], outputs))


def main() -> int:
    """Generate, train, write the file and its card; the exit status."""
    arguments = auxiliary_parser(__doc__, epochs=6).parse_args()
    return exit_status(lambda: _make(arguments))


def _make(arguments: argparse.Namespace) -> None:
    require_outputs(arguments)
    keras.utils.set_random_seed(arguments.seed)
    pool = rendered(arguments.seed, arguments.pages, arguments.data, arguments.jobs)
    sys.stderr.write(f"crops: {pool.counts()}\n")
    model = network()
    train(model, CropBatches(pool, CROPS_A_BATCH, arguments.seed), arguments.epochs, arguments.kept)
    content = served_bytes(model)
    AuxiliaryModelCard("segmenter", arguments.seed, arguments.pages, {}, model.count_params()).write(
        arguments.out, content
    )


if __name__ == "__main__":
    raise SystemExit(main())
