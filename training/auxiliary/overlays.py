"""The network that tells touching and overlapping digits apart: shown clusters of them, trained, exported.

python -m training.auxiliary.overlays --out model/base/overlays.tflite
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from model.datasets import load, split
from model.model_bundle import ModelBundle
from model.model_card import ModelCard
from model.overlays import HEIGHT, WIDTH, Overlays, strip
from training.auxiliary.cells import Cells, train_cells
from training.auxiliary.helpers import AuxiliaryModelCard, parser
from training.classifier.synthetic_digits import photographed
from training.export.litert import litert_bytes
from training.synthesis.layout import Mark, PageWriter, arrange
from training.synthesis.pens import Ink
from training.synthesis.scene import Contact, everyday
from training.synthesis.writers import PenWriter, SampleDigits, SampleWriter

BATCH = 32
_SOLID = 96  # ink (0..255) from which a pixel belongs to a digit
_PAPER = 0.05  # what a cell without ink weighs beside one with ink
_COUNTS = (1, 2, 3, 4, 5)
_OFTEN = (0.05, 0.45, 0.25, 0.15, 0.1)
_ALONE = 0.25  # of the digits that touch no other: how many are shown


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A cluster: ``ink`` (40, w) uint8 as the network sees it; ``overlays`` (20, w / 2, 2) bool; ``digits`` in it."""

    ink: NDArray[np.uint8]
    overlays: NDArray[np.bool_]
    digits: int


def of_hands(seed: int, count: int, sample_digits: SampleDigits) -> list[Shown]:
    """``count`` rows of digits that run together, as the eye would cut them out of a page."""
    return [each for number in range(count) for each in _of_row(np.random.default_rng((seed, number)), sample_digits)]


def _of_row(rng: np.random.Generator, sample_digits: SampleDigits) -> Iterator[Shown]:
    scene = everyday(rng)
    contact = Contact.TOUCHING if rng.random() < 0.45 else Contact.OVERLAPPING
    slant = float(rng.normal(0, 3))
    layout = replace(scene.layout, contact=contact, size=float(rng.uniform(0.06, 0.13)), slant=slant)
    scene = replace(scene, layout=layout)
    hand: PageWriter = (
        SampleWriter(sample_digits, scene.pen, rng) if rng.random() < 0.4 else PenWriter(scene.pen, rng, breaks=0.03)
    )
    text = "".join(str(digit) for digit in rng.integers(0, 10, rng.choice(_COUNTS, p=_OFTEN)))
    marks = arrange([text], hand, scene, rng)
    for cluster in _clusters(marks):
        if len(cluster) > 1 or rng.random() < _ALONE:
            yield _shown(cluster, rng)


def _clusters(marks: Sequence[Mark]) -> Iterator[list[Ink]]:
    """Those marks together that touch, each on a sheet as large as all of them."""
    left, top = min(mark.x for mark in marks), min(mark.y for mark in marks)
    right = max(mark.x + mark.ink.shape[1] for mark in marks)
    bottom = max(mark.y + mark.ink.shape[0] for mark in marks)
    sheets = []
    for mark in marks:
        sheet = np.zeros((bottom - top, right - left), np.uint8)
        h, w = mark.ink.shape
        sheet[mark.y - top : mark.y - top + h, mark.x - left : mark.x - left + w] = mark.ink
        sheets.append(sheet)
    union = np.max(sheets, axis=0)
    _, labels = cv2.connectedComponents((union > _SOLID).astype(np.uint8))
    owners = [
        int(np.bincount(labels[sheet > _SOLID], minlength=1).argmax()) if (sheet > _SOLID).any() else 0
        for sheet in sheets
    ]
    for owner in sorted(set(owners) - {0}):
        yield [sheet for sheet, its in zip(sheets, owners, strict=True) if its == owner]


def _shown(sheets: Sequence[Ink], rng: np.random.Generator) -> Shown:
    """A cluster photographed and cut out, with its digits on two overlays by turns."""
    union = np.max(sheets, axis=0)
    seen = photographed(union, rng)
    margin = (seen.shape[0] - union.shape[0]) // 2
    padded = [np.pad(sheet, margin) for sheet in sheets]
    x, y, width, height = cv2.boundingRect((np.maximum(seen, np.max(padded, axis=0)) > _SOLID).astype(np.uint8))
    cut = slice(y, y + height), slice(x, x + width)
    ink = strip(np.ascontiguousarray(seen[cut]))
    on = np.zeros((HEIGHT // 2, ink.shape[1] // 2, 2), np.bool_)
    for number, sheet in enumerate(padded):
        digit = strip(np.ascontiguousarray(np.where(sheet[cut] > _SOLID, 255, 0).astype(np.uint8)))
        small = cv2.resize(digit, (ink.shape[1] // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA)
        on[..., number % 2] |= small > 100
    return Shown(ink, on, len(sheets))


def network() -> keras.Model:
    """Down to an eighth, where it sees the neighbours' neighbours, and up again to a half; two logits a cell."""
    seen = keras.Input((HEIGHT, WIDTH), name="strip", dtype="uint8")
    x = layers.Rescaling(1 / 255)(layers.Reshape((HEIGHT, WIDTH, 1))(seen))
    half = _bent(_bent(x, 16, strides=2), 16)
    quarter = _bent(_bent(half, 32, strides=2), 32)
    x = _bent(quarter, 48, strides=2)
    for _ in range(5):
        x = layers.Add()([x, _along(x, 48)])
    x = _bent(layers.Concatenate()([layers.UpSampling2D()(x), quarter]), 32)
    x = _bent(layers.Concatenate()([layers.UpSampling2D()(x), half]), 16)
    return keras.Model(seen, layers.Conv2D(2, 3, padding="same")(x))


def _bent(x: keras.KerasTensor, filters: int, strides: int = 1) -> keras.KerasTensor:
    x = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization()(x))


def _along(x: keras.KerasTensor, filters: int) -> keras.KerasTensor:
    """A wide convolution of each channel along the row, then one across the channels."""
    x = layers.DepthwiseConv2D(9, padding="same", use_bias=False)(x)
    x = layers.Conv2D(filters, 1, use_bias=False)(layers.BatchNormalization()(x))
    return layers.ReLU()(layers.BatchNormalization()(x))


def train(shown: Sequence[Shown], epochs: int, seed: int) -> keras.Model:
    """Train on batches of strips."""
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    model = network()
    steps = epochs * (len(shown) // BATCH)
    train_cells(model, lambda: _batches(shown, rng), steps, epochs)
    return model


def _batches(shown: Sequence[Shown], rng: np.random.Generator) -> Iterator[Cells]:
    """All strips once, as wide as they are served: how far the paper reaches must tell nothing."""
    order = rng.permutation(len(shown))
    for at in range(0, len(order) - BATCH + 1, BATCH):
        ink = np.zeros((BATCH, HEIGHT, WIDTH), np.uint8)
        overlays = np.zeros((BATCH, HEIGHT // 2, WIDTH // 2, 2), np.bool_)
        for row, index in enumerate(order[at : at + BATCH]):
            width = shown[index].ink.shape[1]
            ink[row, :, :width], overlays[row, :, : width // 2] = shown[index].ink, shown[index].overlays
        yield ink, overlays, np.where(ink[:, ::2, ::2] > _SOLID, 1.0, _PAPER)


def served_bytes(model: keras.Model) -> bytes:
    """The LiteRT file: ``strip`` (1, 40, 128) uint8 in, ``overlays`` (1, 20, 64, 2) float32 out."""
    output = layers.Activation("sigmoid", name="overlays")(model.output)
    return litert_bytes(keras.Model(model.inputs[0], {"overlays": output}))


def measured(content: bytes, held: Sequence[Shown]) -> dict[str, float]:
    """How many clusters come apart into as many digits as they have, as the served file says it."""
    network = Overlays(ModelBundle("overlays", content, ModelCard()))
    right = [len(network.masks(each.ink)) == each.digits for each in held]
    several = [one for one, each in zip(right, held, strict=True) if each.digits > 1]
    return {
        "clusters": len(held),
        "counted_right": float(np.mean(right)),
        "several": len(several),
        "several_right": float(np.mean(several)),
    }


def main() -> int:
    """Generate, train, measure on clusters held back, write the file and its card."""
    asked = parser(__doc__)
    asked.add_argument("--rows", type=int, default=40_000)
    asked.add_argument("--epochs", type=int, default=8)
    arguments = asked.parse_args()
    base = split(load(arguments.data))
    sample_digits = SampleDigits(base.train.images, base.train.labels)
    shown = of_hands(arguments.seed, arguments.rows, sample_digits)
    sys.stderr.write(f"shown: {len(shown)} clusters\n")
    model = train(shown, arguments.epochs, arguments.seed)
    content = served_bytes(model)
    unseen = SampleDigits(base.validation.images, base.validation.labels)
    held = of_hands(arguments.seed + 1_000_000, max(100, arguments.rows // 20), unseen)
    helper = AuxiliaryModelCard(
        "overlays",
        seed=arguments.seed,
        shown=len(shown),
        is_holdout=measured(content, held),
        parameters=model.count_params(),
    )
    helper.write(arguments.out, content)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
