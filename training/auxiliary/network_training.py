"""How the auxiliary networks are trained: the same optimiser and schedule for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import keras

_RATE = 3e-3  # the highest learning rate


@dataclass(frozen=True, slots=True)
class Objective:
    """What is trained for, by the names of a network's outputs: ``losses``, their ``weights`` (none: alike), and the
    ``metrics`` that are shown."""

    losses: Mapping[str, keras.losses.Loss]
    weights: Mapping[str, float] | None = None
    metrics: Mapping[str, Sequence[str]] = field(default_factory=dict)


def train_network(
    model: keras.Model,
    batches: keras.utils.PyDataset,
    objective: Objective,
    epochs: int,
    kept: Path | None = None,
) -> None:
    """Train with AdamW, a warm-up and a cosine, and leave the average of the weights; after each epoch what there is is
    saved to ``kept``."""
    steps = epochs * len(batches)
    rate = keras.optimizers.schedules.CosineDecay(
        _RATE / 30, max(1, steps - steps // 20), warmup_target=_RATE, warmup_steps=max(1, steps // 20)
    )
    optimizer = keras.optimizers.AdamW(rate, weight_decay=1e-4, clipnorm=10.0, use_ema=True, ema_momentum=0.998)
    weights = dict(objective.weights) if objective.weights else None
    metrics = {name: list(each) for name, each in objective.metrics.items()} or None
    model.compile(optimizer, dict(objective.losses), loss_weights=weights, metrics=metrics)
    callbacks = [keras.callbacks.ModelCheckpoint(kept)] if kept else []
    model.fit(batches, epochs=epochs, verbose=2, callbacks=callbacks)
    optimizer.finalize_variable_values(model.trainable_variables)
