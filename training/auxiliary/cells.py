"""Training networks that mark the cells of a picture: handwriting, overlays."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

# A batch: pictures uint8; what is marked in their cells, bool; and how much each cell weighs, float.
Cells = tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.float64]]


def train_cells(
    model: keras.Model, batches: Callable[[], Iterator[Cells]], steps: int, epochs: int, kept: Path | None = None
) -> None:
    """Train a network of logits on ``epochs`` rounds of ``batches``, ``steps`` in all; after each round it is saved to
    ``kept``."""
    model.compile(
        keras.optimizers.AdamW(keras.optimizers.schedules.CosineDecay(3e-3, steps), weight_decay=1e-4),
        keras.losses.BinaryCrossentropy(from_logits=True),
    )
    for epoch in range(1, epochs + 1):
        losses = [
            float(model.train_on_batch(pictures, marked.astype(np.float32), sample_weight=weights))
            for pictures, marked, weights in batches()
        ]
        sys.stderr.write(f"epoch {epoch} of {epochs}: loss {np.mean(losses):.4f}\n")
        if kept is not None:
            model.save(kept)
