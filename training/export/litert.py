"""Keras -> what is served: LiteRT bytes with scaling and temperature inside, the card, and the .keras file to learn on
from."""

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
    """The served file of a network of logits: uint8 digit images in, ``probabilities`` and ``features`` out, batch
    open."""
    logits = layers.Rescaling(1 / temperature, name="temperature")(model.output)
    outputs = {PROBABILITIES: layers.Softmax(name=PROBABILITIES)(logits), FEATURES: model.get_layer(FEATURES).output}
    return litert_bytes(keras.Model(model.inputs[0], outputs, name=model.name))


def litert_bytes(served: keras.Model) -> bytes:
    """The LiteRT file of a network whose outputs have names."""
    with TemporaryDirectory() as folder, silence_stderr():
        path = Path(folder) / "model.tflite"
        served.export(path, format="litert", verbose=False)
        return path.read_bytes()


def keras_bytes(model: keras.Model) -> bytes:
    """The .keras file of a network without its optimiser."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        with warnings.catch_warnings():
            # Keras 3.15 gives NumPy 2 tensors of TensorFlow's, whose __array__ knows no `copy` yet.
            warnings.simplefilter("ignore", DeprecationWarning)
            model.save(path)
        return path.read_bytes()


def network(content: bytes) -> keras.Model:
    """The network of a .keras file, to learn on from; nothing in it is run that is not Keras's own.

    Raises ``ModelLoadError``.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        path.write_bytes(content)
        try:
            return keras.saving.load_model(path, compile=False, safe_mode=True)
        except (OSError, ValueError, TypeError, KeyError, BadZipFile) as error:
            raise ModelLoadError("The .keras file of the root model is damaged: Keras cannot load it.") from error
