"""What readers of the tutorials stumbled over when they tried the network on a picture of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

from model.datasets import Split
from model.model_bundle import ModelBundle
from model.reader import Reader

if TYPE_CHECKING:
    from training.classifier.recipe import Recipe

pytest.importorskip("tensorflow", reason="needs the train extra")
pytestmark = pytest.mark.usefixtures("settled")

Change = Callable[[Image.Image], Image.Image]


def drawn(digit: int) -> Image.Image:
    """A digit drawn with a dark pen on white, 400 pixels square, grey."""
    pixels = np.full((400, 400), 255, np.uint8)
    cv2.putText(pixels, str(digit), (120, 290), cv2.FONT_HERSHEY_SIMPLEX, 8, 0, 24, cv2.LINE_AA)
    return Image.fromarray(pixels)


def on_nothing(picture: Image.Image) -> Image.Image:
    """Dark strokes on a transparent ground: what a paint program saves."""
    ink = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    ink.putalpha(ImageOps.invert(picture))
    return ink


CHANGES: dict[str, Change] = {
    "a picture of 232,764 values, which no 784 fit": lambda picture: picture.resize((482, 482)),
    "28 by 28 pixels already": lambda picture: picture.resize((28, 28), Image.Resampling.BOX),
    "white on black, like MNIST": ImageOps.invert,
    "colour": lambda picture: picture.convert("RGB"),
    "an alpha channel": on_nothing,
    "a palette": lambda picture: picture.convert("P"),
    "two levels": lambda picture: picture.convert("1"),
    "sixteen bits": lambda picture: Image.fromarray(np.asarray(picture).astype(np.uint16) * 257),
    "much wider than high": lambda picture: ImageOps.pad(picture, (1200, 400), color=255),
}


def png(picture: Image.Image) -> bytes:
    content = BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def trained(recipe: Recipe, data: Split) -> ModelBundle:
    """The recipe's network after a short run on scikit-learn's digits, as it would be served."""
    from model.model_card import ModelCard
    from training.export.candidate import make_candidate
    from training.loop.fit import Schedule, fit, seed_everything

    seed_everything(1)
    network = recipe.build()
    list(fit(network, recipe, data.train, data.validation, Schedule(40)))
    return make_candidate(network, ModelCard(name=recipe.name, recipe=recipe.name), 1.0).served


@pytest.fixture(scope="module", params=["softmax", "mlp-relu", "cnn"])
def reader(request: pytest.FixtureRequest, settled: None, digits: Split) -> Iterator[Reader]:
    from training.classifier.recipes import RECIPES

    with closing(Reader(trained(RECIPES[request.param], digits), threads=1)) as reader:
        yield reader


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.slow
def test_the_same_digit_reads_the_same_however_it_is_saved(reader: Reader, change: Change) -> None:
    for digit in (2, 7):
        plain = reader.read(png(drawn(digit))).digits
        changed = reader.read(png(change(drawn(digit)))).digits
        assert len(plain) == len(changed) == 1
        assert changed[0].label == plain[0].label


def test_not_everything_is_the_same_digit(reader: Reader) -> None:
    """The network that "always says 2" was fed 0 to 255 after training on 0 to 1."""
    read = {reader.read(png(drawn(digit))).text for digit in range(10)}
    assert len(read) >= 4


def test_the_base_model_reads_what_was_drawn() -> None:
    with closing(Reader(ModelBundle.base(), threads=1)) as reader:
        assert [reader.read(png(drawn(digit))).text for digit in (2, 3, 5, 8)] == ["2", "3", "5", "8"]
