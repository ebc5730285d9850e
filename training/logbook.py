"""TensorBoard summaries, written without the tensorboard package (TensorFlow 2.21 no longer brings it; it is only
needed to look)."""

from __future__ import annotations

from pathlib import Path

import tensorflow as tf

from training.events import EpochEnded, Event, Progress


class Logbook:
    """Writes the scalars of a run to an event file in ``folder``; without a folder it writes nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._writer = tf.summary.create_file_writer(str(folder)) if folder else tf.summary.create_noop_writer()

    def event(self, event: Event) -> None:
        """Keep the numbers of one event, by their batch."""
        match event:
            case Progress():
                self._scalars(event.step, {"batch/loss": event.loss, "batch/accuracy": event.accuracy})
            case EpochEnded():
                names = ("loss", "accuracy", "validation_loss", "validation_accuracy")
                self._scalars(event.step, {f"epoch/{name}": getattr(event, name) for name in names})
            case _:
                pass

    def close(self) -> None:
        self._writer.close()

    def _scalars(self, step: int, values: dict[str, float]) -> None:
        with self._writer.as_default():
            for tag, value in values.items():
                tf.summary.write(tag, tf.constant(value, tf.float32), step=step, metadata=_plugin("scalars"))


def _plugin(name: str) -> tf.compat.v1.SummaryMetadata:
    """What tells TensorBoard which of its pages a summary belongs to."""
    return tf.compat.v1.SummaryMetadata(plugin_data=tf.compat.v1.SummaryMetadata.PluginData(plugin_name=name))
