"""Conversion between Keras networks and files: the served LiteRT file, and the .keras file to train on from."""

from __future__ import annotations

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import BadZipFile

import keras
from keras import layers

from model.errors import ModelLoadError
from training.export.stderr import silence_stderr

PROBABILITIES = "probabilities"
FEATURES = "features"


def served_bytes(model: keras.Model, temperature: float) -> bytes:
    """The LiteRT file of a network of logits: digit images (n, 28, 28) uint8 in; ``probabilities`` (n, 10), softmax of
    logits / ``temperature``, and ``features`` (n, F) out, float32."""
    logits = layers.Rescaling(1 / temperature, name="temperature")(model.output)
    outputs = {PROBABILITIES: layers.Softmax(name=PROBABILITIES)(logits), FEATURES: model.get_layer(FEATURES).output}
    return litert_bytes(keras.Model(model.inputs[0], outputs, name=model.name))


def litert_bytes(served: keras.Model) -> bytes:
    """The LiteRT file of a network with named outputs."""
    with TemporaryDirectory() as folder, silence_stderr():
        path = Path(folder) / "model.tflite"
        served.export(path, format="litert", verbose=False)
        return path.read_bytes()


def keras_bytes(model: keras.Model) -> bytes:
    """The .keras file of a network, without optimiser state."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        with warnings.catch_warnings():
            # Keras 3.15 gives NumPy 2 tensors of TensorFlow's, whose __array__ knows no `copy` yet.
            warnings.simplefilter("ignore", DeprecationWarning)
            model.save(path)
        return path.read_bytes()


def load_network(content: bytes) -> keras.Model:
    """The network of a .keras file, to train on from; safe mode runs no code of the file.

    Raises ``ModelLoadError`` for a damaged file.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        path.write_bytes(content)
        try:
            return keras.saving.load_model(path, compile=False, safe_mode=True)
        except (OSError, ValueError, TypeError, KeyError, BadZipFile) as error:
            raise ModelLoadError(
                "The .keras file of the model to train on from is damaged: Keras cannot load it."
            ) from error
