"""Keras -> what is served: LiteRT bytes with scaling and temperature inside, the card, and the .keras file to learn on
from."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import keras
from keras import layers

from training.quiet import quiet

PROBABILITIES = "probabilities"
FEATURES = "features"


def served_bytes(model: keras.Model, temperature: float) -> bytes:
    """The served file of a network of logits: uint8 digit images in, ``probabilities`` and ``features`` out, batch
    open."""
    logits = layers.Rescaling(1 / temperature, name="temperature")(model.output)
    outputs = {PROBABILITIES: layers.Softmax(name=PROBABILITIES)(logits), FEATURES: model.get_layer(FEATURES).output}
    served = keras.Model(model.inputs[0], outputs, name=model.name)
    with TemporaryDirectory() as folder, quiet():
        path = Path(folder) / "model.tflite"
        served.export(path, format="litert", verbose=False)
        return path.read_bytes()


def keras_bytes(model: keras.Model) -> bytes:
    """The .keras file of a network without its optimiser."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return path.read_bytes()


def load_keras(path: Path) -> keras.Model:
    """A network from its .keras file; nothing in it is run that is not Keras's own."""
    return keras.saving.load_model(path, compile=False, safe_mode=True)
