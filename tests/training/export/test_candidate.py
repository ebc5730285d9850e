from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from model.classification.classifier import Classifier
from model.datasets import Split
from model.errors import ModelLoadError
from model.model_bundle import ModelBundle
from model.model_card import ModelCard

if TYPE_CHECKING:
    import keras

    from training.export.candidate import Candidate

pytest.importorskip("tensorflow", reason="needs the train extra")
pytestmark = pytest.mark.usefixtures("settled")


@pytest.fixture(scope="module")
def network(settled: None, digits: Split) -> keras.Model:
    """The digits network after a few batches: its normalisation has seen digits, its answers differ."""
    from training.classifier.recipes import DIGITS_RECIPE
    from training.loop.fit import Schedule, fit, seed_everything

    seed_everything(1)
    model = DIGITS_RECIPE.build()
    list(
        fit(
            model,
            replace(DIGITS_RECIPE, augmentation=None, ema_decay=0.0),
            digits.train,
            digits.validation,
            Schedule(12),
        )
    )
    return model


@pytest.fixture(scope="module")
def candidate(network: keras.Model, digits: Split) -> Candidate:
    from training.export.candidate import make_candidate, measured

    return measured(make_candidate(network, ModelCard(name="trial", recipe="digits", seed=1), 1.25), digits)


def test_what_serves_says_what_the_network_says(network: keras.Model, candidate: Candidate, digits: Split) -> None:
    from training.loop.fit import predict

    logits = predict(network, digits.test.images).astype(np.float64) / candidate.served.card.temperature
    softmax = np.exp(logits - logits.max(axis=1, keepdims=True))
    softmax /= softmax.sum(axis=1, keepdims=True)
    served = Classifier(candidate.served).classify(digits.test.images)
    np.testing.assert_allclose(served.probabilities, softmax, atol=1e-4)


def test_the_features_are_the_penultimate_layer(network: keras.Model, candidate: Candidate, digits: Split) -> None:
    from training.loop.fit import predict

    images = digits.test.images[:50]
    features = Classifier(candidate.served).classify(images).features
    kernel, bias = network.get_layer("logits").get_weights()
    np.testing.assert_allclose(features @ kernel + bias, predict(network, images), rtol=1e-3, atol=1e-3)


def test_the_card_tells_what_was_measured(candidate: Candidate, digits: Split) -> None:
    card = candidate.served.card
    assert card.fits(candidate.served.content)
    assert card.size_bytes == len(candidate.served.content) < 3_000_000
    assert card.parameters == 604_650
    assert card.metrics["test"]["n"] == len(digits.test)
    assert card.metrics["validation"]["n"] == len(digits.validation)
    assert {"python", "keras", "ai-edge-litert"} <= card.versions.keys()
    assert 0.5 <= card.metrics["sure_on_digits"]["threshold"] <= 1


def test_what_is_measured_on_digits_is_no_threshold_for_photos(candidate: Candidate) -> None:
    card = candidate.served.card
    assert card.page_calibration is None
    assert card.sure_threshold == ModelCard().sure_threshold


def test_it_is_written_whole_and_read_back(candidate: Candidate, digits: Split, tmp_path: Path) -> None:
    from training.export.litert import load_network as load
    from training.loop.fit import predict

    path = candidate.write(tmp_path / "out")
    assert sorted(each.name for each in path.parent.iterdir()) == ["digits.keras", "digits.tflite", "model_card.json"]
    assert ModelBundle.load(path) == candidate.served
    again = load(path.with_suffix(".keras").read_bytes())
    served = Classifier(candidate.served).classify(digits.test.images)
    np.testing.assert_array_equal(predict(again, digits.test.images).argmax(axis=1), served.labels)


def test_a_network_of_another_kind_is_refused() -> None:
    import keras

    from training.export.litert import keras_bytes, load_network

    foreign = keras.Sequential([keras.Input((5,)), keras.layers.Dense(3)])
    with pytest.raises(ModelLoadError, match="is of another kind"):
        load_network(keras_bytes(foreign))


def test_a_damaged_network_is_refused(candidate: Candidate) -> None:
    from training.export.litert import load_network

    # The method of compression of the last entry in the archive's directory is none.
    content = bytearray(candidate.keras)
    content[content.rindex(b"PK\x01\x02") + 10] = 77
    for damaged in (bytes(content), candidate.keras[:-1000], b""):
        with pytest.raises(ModelLoadError, match="is damaged"):
            load_network(damaged)


@pytest.mark.slow
def test_the_same_network_gives_the_same_bytes(network: keras.Model) -> None:
    from training.export.litert import served_bytes

    assert served_bytes(network, 1.25) == served_bytes(network, 1.25)


def test_what_the_converter_writes_to_stderr_appears_only_when_it_fails(capfd: pytest.CaptureFixture[str]) -> None:
    import os

    from training.export.stderr import silence_stderr

    with silence_stderr():
        os.write(2, b"chatter")
    assert capfd.readouterr().err == ""

    def fail() -> None:
        with silence_stderr():
            os.write(2, b"the reason")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert capfd.readouterr().err == "the reason"
