"""Training loop of the networks with dense output: handwriting mask and instance separation."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

# A batch: pictures uint8, target masks bool, and the weight of each cell of a mask in the loss, float64.
DenseBatch = tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.float64]]


def train_dense(
    model: keras.Model,
    batches: Callable[[], Iterator[DenseBatch]],
    steps: int,
    epochs: int,
    checkpoint: Path | None = None,
) -> None:
    """Train a network of logits for ``epochs`` passes over ``batches``, ``steps`` in all; after each pass it is saved
    to ``checkpoint``."""
    model.compile(
        keras.optimizers.AdamW(keras.optimizers.schedules.CosineDecay(3e-3, steps), weight_decay=1e-4),
        keras.losses.BinaryCrossentropy(from_logits=True),
    )
    for epoch in range(1, epochs + 1):
        losses = [
            float(model.train_on_batch(pictures, masks.astype(np.float32), sample_weight=weights))
            for pictures, masks, weights in batches()
        ]
        sys.stderr.write(f"epoch {epoch} of {epochs}: loss {np.mean(losses):.4f}\n")
        if checkpoint is not None:
            model.save(checkpoint)
