"""TensorBoard summaries, written without the tensorboard package: TensorFlow 2.21 no longer brings it, and only whoever
looks at them needs it."""

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
from training.export.litert import network
from training.loop import plots
from training.loop.events import EpochEnded, Event, Progress

MISREAD = 100  # misread digits on one sheet
COLUMNS = 20


class TensorBoardWriter:
    """Writes a run to an event file in ``folder``: numbers as scalars, then graph, confusion matrix and misread digits.

    Without a folder it writes nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self._writer = tf.summary.create_file_writer(str(folder)) if folder else None
        self._step = 0

    def event(self, event: Event) -> None:
        """Keep the numbers of one event, by their batch."""
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
        """Keep the finished network's graph and, as pictures, what the served model does with the test digits."""
        if self._writer is None:
            return
        with self._writer.as_default():
            tf.summary.graph(_graph(network(candidate.keras)))
        answers = Classifier(candidate.served).classify(test.images)
        scores = score(answers, test.labels)
        self._image("test/confusion", plots.confusion(scores.confusion, f"{scores.correct:,} of {scores.n:,} right"))
        wrong = np.flatnonzero(answers.labels != test.labels)[:MISREAD]
        if wrong.size:
            told = [f"{test.labels[at]}>{answers.labels[at]}" for at in wrong]
            self._image("test/misread (label>read)", sheet(test.images[wrong], told))

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

    def _write(self, tag: str, value: tf.Tensor, page: str) -> None:
        """``page``: which of TensorBoard's pages shows it."""
        if self._writer is not None:
            plugin = tf.compat.v1.SummaryMetadata.PluginData(plugin_name=page)
            with self._writer.as_default():
                tf.summary.write(tag, value, self._step, tf.compat.v1.SummaryMetadata(plugin_data=plugin))


def _graph(model: keras.Model) -> tf.Graph:
    def logits(images: tf.Tensor) -> tf.Tensor:
        return model(images, training=False)

    images = tf.TensorSpec((None, 28, 28), tf.uint8, "images")
    return tf.function(logits).get_concrete_function(images).graph


def sheet(images: NDArray[np.uint8], captions: list[str]) -> bytes:
    """Digit images (n, 28, 28), enlarged, each above its caption, as one PNG picture."""
    cells = [_cell(image, caption) for image, caption in zip(images, captions, strict=True)]
    cells += [np.zeros_like(cells[0])] * (-len(cells) % COLUMNS)
    rows = [np.hstack(cells[at : at + COLUMNS]) for at in range(0, len(cells), COLUMNS)]
    return bytes(cv2.imencode(".png", np.vstack(rows))[1].tobytes())


def _cell(image: NDArray[np.uint8], caption: str) -> NDArray[np.uint8]:
    cell = np.zeros((72, 60), np.uint8)
    cell[2:58, 2:58] = cv2.resize(image, (56, 56), interpolation=cv2.INTER_NEAREST)
    cv2.putText(cell, caption, (14, 70), cv2.FONT_HERSHEY_PLAIN, 0.9, 255)
    return cell
