"""TensorBoard summaries of a run; ``tensorboard --logdir DIR`` serves them at http://localhost:6006."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import cv2
import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from PIL import Image

from model.classification.classifier import Classifier
from model.datasets import Samples
from model.evaluation.digit_metrics import score
from training.export.candidate import Candidate
from training.export.litert import load_network
from training.loop import plots
from training.loop.events import EpochEnded, Event, Progress

MAX_MISREAD = 100  # misread digits in one picture
SHEET_COLUMNS = 20  # of that picture


class TensorBoardWriter:
    """Writes a run to an event file in ``folder``: numbers as scalars, then graph, confusion matrix and misread digits.

    Without a folder it writes nothing. Raises ``OSError`` where there can be no such folder.
    """

    def __init__(self, folder: Path | None) -> None:
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
        self._writer = tf.summary.create_file_writer(str(folder)) if folder else None
        self._step = 0

    def event(self, event: Event) -> None:
        """Write the numbers of one event, by their batch."""
        match event:
            case Progress():
                self._step = event.step
                self._scalars({"batch/loss": event.loss, "batch/accuracy": event.accuracy})
            case EpochEnded():
                self._step = event.step
                names = ("loss", "accuracy", "validation_loss", "validation_accuracy")
                self._scalars({f"epoch/{name}": float(getattr(event, name)) for name in names})
            case _:
                pass

    def result(self, candidate: Candidate, test: Samples) -> None:
        """Write the finished network's graph and, as pictures, how the served model classifies the test digits."""
        if self._writer is None:
            return
        with self._writer.as_default():
            tf.summary.graph(_graph(load_network(candidate.keras)))
        predictions = Classifier(candidate.served).classify(test.images)
        scores = score(predictions, test.labels)
        self._image(
            "test/confusion", plots.confusion_figure(scores.confusion, f"{scores.correct:,} of {scores.n:,} right")
        )
        wrong = np.flatnonzero(predictions.labels != test.labels)[:MAX_MISREAD]
        if wrong.size:
            captions = [f"{test.labels[at]}>{predictions.labels[at]}" for at in wrong]
            self._image("test/misread (label>read)", digit_sheet(test.images[wrong], captions))

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()

    def _scalars(self, values: dict[str, float]) -> None:
        for tag, value in values.items():
            self._write(tag, tf.constant(value, tf.float32), "scalars")

    def _image(self, tag: str, png: bytes) -> None:
        """TensorBoard's form of a picture: width, height and the PNG file, all as strings."""
        width, height = Image.open(BytesIO(png)).size
        self._write(tag, tf.constant([str(width).encode(), str(height).encode(), png]), "images")

    def _write(self, tag: str, value: tf.Tensor, plugin: str) -> None:
        """``plugin``: the TensorBoard plugin that displays it."""
        if self._writer is not None:
            data = tf.compat.v1.SummaryMetadata.PluginData(plugin_name=plugin)
            with self._writer.as_default():
                tf.summary.write(tag, value, self._step, tf.compat.v1.SummaryMetadata(plugin_data=data))


def _graph(model: keras.Model) -> tf.Graph:
    def logits(images: tf.Tensor) -> tf.Tensor:
        return model(images, training=False)

    images = tf.TensorSpec((None, 28, 28), tf.uint8, "images")
    return tf.function(logits).get_concrete_function(images).graph


def digit_sheet(images: NDArray[np.uint8], captions: list[str]) -> bytes:
    """Digit images (n, 28, 28), enlarged, each above its caption, as one PNG picture."""
    cells = [_cell(image, caption) for image, caption in zip(images, captions, strict=True)]
    cells += [np.zeros_like(cells[0])] * (-len(cells) % SHEET_COLUMNS)
    rows = [np.hstack(cells[at : at + SHEET_COLUMNS]) for at in range(0, len(cells), SHEET_COLUMNS)]
    return bytes(cv2.imencode(".png", np.vstack(rows))[1].tobytes())


def _cell(image: NDArray[np.uint8], caption: str) -> NDArray[np.uint8]:
    cell = np.zeros((72, 60), np.uint8)
    cell[2:58, 2:58] = cv2.resize(image, (56, 56), interpolation=cv2.INTER_NEAREST)
    cv2.putText(cell, caption, (14, 70), cv2.FONT_HERSHEY_PLAIN, 0.9, 255)
    return cell
