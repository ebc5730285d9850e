"""Conversion between Keras networks and files: the served LiteRT file, and the .keras file to train on from."""

from __future__ import annotations

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

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

    Raises ``ModelLoadError`` for a damaged file, and for a network that is no recipe's.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        path.write_bytes(content)
        try:
            model = keras.saving.load_model(path, compile=False, safe_mode=True)
        except Exception as error:  # archives, HDF5 and layers raise what they like at damaged bytes
            raise ModelLoadError(
                "The .keras file of the model to train on from is damaged: Keras cannot load it."
            ) from error
    if not _classifies_digits(model):
        raise ModelLoadError(
            "The .keras file of the model to train on from is of another kind: what is needed takes digit images "
            f"(any, 28, 28) and gives 10 logits, with a layer named {FEATURES}."
        )
    return model


def _classifies_digits(model: keras.Model) -> bool:
    """Whether it has the shapes of a recipe's network; one that was never built has none."""
    shapes = (getattr(model, name, None) for name in ("input_shape", "output_shape"))
    return tuple(shapes) == ((None, 28, 28), (None, 10)) and any(layer.name == FEATURES for layer in model.layers)
