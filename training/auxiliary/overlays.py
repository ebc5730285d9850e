"""The instance separation network: separates touching and overlapping digits into two overlays.

python -P -m training.auxiliary.overlays --out model/base/overlays.tflite
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
from training.auxiliary.cells import DenseBatch, train_dense
from training.auxiliary.helpers import AuxiliaryModelCard, auxiliary_parser
from training.classifier.synthetic_digits import degrade
from training.export.litert import litert_bytes
from training.synthesis.layout import PageWriter, PlacedGlyph, arrange
from training.synthesis.pens import Ink
from training.synthesis.scene import Contact, everyday
from training.synthesis.writers import PenWriter, SampleDigits, SampleWriter

STRIPS_PER_BATCH = 32
_STROKE_LEVEL = 96  # ink (0..255) from which a pixel belongs to a digit
_PAPER_WEIGHT = 0.05  # in the loss, of a cell without ink; 1 of one with ink
_DIGIT_COUNTS = (1, 2, 3, 4, 5)  # of a row
_COUNT_SHARES = (0.05, 0.45, 0.25, 0.15, 0.1)  # how often each is drawn
_SINGLE_SHARE = 0.25  # of the digits that touch no other are in the training set


@dataclass(frozen=True, slots=True, eq=False)
class OverlayExample:
    """A cluster: ``ink`` (40, w) uint8, the network's input; ``overlays`` (20, w / 2, 2) bool; how many ``digits``."""

    ink: NDArray[np.uint8]
    overlays: NDArray[np.bool_]
    digits: int


def from_rows(seed: int, count: int, sample_digits: SampleDigits) -> list[OverlayExample]:
    """The clusters of ``count`` rows of touching digits, as recognition would cut them out of a page."""
    return [each for number in range(count) for each in _of_row(np.random.default_rng((seed, number)), sample_digits)]


def _of_row(rng: np.random.Generator, sample_digits: SampleDigits) -> Iterator[OverlayExample]:
    scene = everyday(rng)
    contact = Contact.TOUCHING if rng.random() < 0.45 else Contact.OVERLAPPING
    slant = float(rng.normal(0, 3))
    layout = replace(scene.layout, contact=contact, size=float(rng.uniform(0.06, 0.13)), slant=slant)
    scene = replace(scene, layout=layout)
    writer: PageWriter = (
        SampleWriter(sample_digits, scene.pen, rng) if rng.random() < 0.4 else PenWriter(scene.pen, rng, breaks=0.03)
    )
    text = "".join(str(digit) for digit in rng.integers(0, 10, rng.choice(_DIGIT_COUNTS, p=_COUNT_SHARES)))
    glyphs = arrange([text], writer, scene, rng)
    for cluster in _clusters(glyphs):
        if len(cluster) > 1 or rng.random() < _SINGLE_SHARE:
            yield _example(cluster, rng)


def _clusters(glyphs: Sequence[PlacedGlyph]) -> Iterator[list[Ink]]:
    """Groups of touching glyphs, each glyph on a canvas as large as all of them."""
    left, top = min(glyph.x for glyph in glyphs), min(glyph.y for glyph in glyphs)
    right = max(glyph.x + glyph.ink.shape[1] for glyph in glyphs)
    bottom = max(glyph.y + glyph.ink.shape[0] for glyph in glyphs)
    sheets = []
    for glyph in glyphs:
        sheet = np.zeros((bottom - top, right - left), np.uint8)
        h, w = glyph.ink.shape
        sheet[glyph.y - top : glyph.y - top + h, glyph.x - left : glyph.x - left + w] = glyph.ink
        sheets.append(sheet)
    union = np.max(sheets, axis=0)
    _, labels = cv2.connectedComponents((union > _STROKE_LEVEL).astype(np.uint8))
    owners = [
        int(np.bincount(labels[sheet > _STROKE_LEVEL], minlength=1).argmax()) if (sheet > _STROKE_LEVEL).any() else 0
        for sheet in sheets
    ]
    for owner in sorted(set(owners) - {0}):
        yield [sheet for sheet, its in zip(sheets, owners, strict=True) if its == owner]


def _example(sheets: Sequence[Ink], rng: np.random.Generator) -> OverlayExample:
    """A cluster, degraded and cut out, with its digits on two overlays alternately."""
    union = np.max(sheets, axis=0)
    photo = degrade(union, rng)
    margin = (photo.shape[0] - union.shape[0]) // 2
    padded = [np.pad(sheet, margin) for sheet in sheets]
    x, y, width, height = cv2.boundingRect((np.maximum(photo, np.max(padded, axis=0)) > _STROKE_LEVEL).astype(np.uint8))
    cut = slice(y, y + height), slice(x, x + width)
    ink = strip(np.ascontiguousarray(photo[cut]))
    on = np.zeros((HEIGHT // 2, ink.shape[1] // 2, 2), np.bool_)
    for number, sheet in enumerate(padded):
        digit = strip(np.ascontiguousarray(np.where(sheet[cut] > _STROKE_LEVEL, 255, 0).astype(np.uint8)))
        small = cv2.resize(digit, (ink.shape[1] // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA)
        on[..., number % 2] |= small > 100
    return OverlayExample(ink, on, len(sheets))


def build_network() -> keras.Model:
    """Encoder down to an eighth, with a receptive field of several digits, decoder up to a half; two logits a cell."""
    strips = keras.Input((HEIGHT, WIDTH), name="strip", dtype="uint8")
    x = layers.Rescaling(1 / 255)(layers.Reshape((HEIGHT, WIDTH, 1))(strips))
    half = _conv(_conv(x, 16, strides=2), 16)
    quarter = _conv(_conv(half, 32, strides=2), 32)
    x = _conv(quarter, 48, strides=2)
    for _ in range(5):
        x = layers.Add()([x, _row_conv(x, 48)])
    x = _conv(layers.Concatenate()([layers.UpSampling2D()(x), quarter]), 32)
    x = _conv(layers.Concatenate()([layers.UpSampling2D()(x), half]), 16)
    return keras.Model(strips, layers.Conv2D(2, 3, padding="same")(x))


def _conv(x: keras.KerasTensor, filters: int, strides: int = 1) -> keras.KerasTensor:
    x = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization()(x))


def _row_conv(x: keras.KerasTensor, filters: int) -> keras.KerasTensor:
    """A wide convolution of each channel along the row, then one across the channels."""
    x = layers.DepthwiseConv2D(9, padding="same", use_bias=False)(x)
    x = layers.Conv2D(filters, 1, use_bias=False)(layers.BatchNormalization()(x))
    return layers.ReLU()(layers.BatchNormalization()(x))


def train(examples: Sequence[OverlayExample], epochs: int, seed: int) -> keras.Model:
    """Train on batches of strips."""
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    model = build_network()
    steps = epochs * (len(examples) // STRIPS_PER_BATCH)
    train_dense(model, lambda: _batches(examples, rng), steps, epochs)
    return model


def _batches(examples: Sequence[OverlayExample], rng: np.random.Generator) -> Iterator[DenseBatch]:
    """All strips once, padded to the width of the served input, so that the padding tells nothing."""
    order = rng.permutation(len(examples))
    for at in range(0, len(order) - STRIPS_PER_BATCH + 1, STRIPS_PER_BATCH):
        ink = np.zeros((STRIPS_PER_BATCH, HEIGHT, WIDTH), np.uint8)
        overlays = np.zeros((STRIPS_PER_BATCH, HEIGHT // 2, WIDTH // 2, 2), np.bool_)
        for row, index in enumerate(order[at : at + STRIPS_PER_BATCH]):
            width = examples[index].ink.shape[1]
            ink[row, :, :width], overlays[row, :, : width // 2] = examples[index].ink, examples[index].overlays
        yield ink, overlays, np.where(ink[:, ::2, ::2] > _STROKE_LEVEL, 1.0, _PAPER_WEIGHT)


def served_bytes(model: keras.Model) -> bytes:
    """The LiteRT file: ``strip`` (1, 40, 128) uint8 in, ``overlays`` (1, 20, 64, 2) float32 out."""
    output = layers.Activation("sigmoid", name="overlays")(model.output)
    return litert_bytes(keras.Model(model.inputs[0], {"overlays": output}))


def measured(content: bytes, holdout: Sequence[OverlayExample]) -> dict[str, float]:
    """How many clusters the served file separates into as many digits as they have."""
    network = Overlays(ModelBundle("overlays", content, ModelCard()))
    right = [len(network.masks(each.ink)) == each.digits for each in holdout]
    several = [one for one, each in zip(right, holdout, strict=True) if each.digits > 1]
    return {
        "clusters": len(holdout),
        "counted_right": float(np.mean(right)),
        "several": len(several),
        "several_right": float(np.mean(several)),
    }


def main() -> int:
    """Generate the training set, train, measure on held-out clusters, write the file and its card."""
    parser = auxiliary_parser(__doc__)
    parser.add_argument("--rows", type=int, default=40_000, help="rows of digits (default: 40000)")
    parser.add_argument("--epochs", type=int, default=8, help="passes over the training set (default: 8)")
    arguments = parser.parse_args()
    base = split(load(arguments.data))
    sample_digits = SampleDigits(base.train.images, base.train.labels)
    examples = from_rows(arguments.seed, arguments.rows, sample_digits)
    sys.stderr.write(f"training set: {len(examples)} clusters\n")
    model = train(examples, arguments.epochs, arguments.seed)
    content = served_bytes(model)
    unseen = SampleDigits(base.validation.images, base.validation.labels)
    holdout = from_rows(arguments.seed + 1_000_000, max(100, arguments.rows // 20), unseen)
    card = AuxiliaryModelCard(
        "overlays",
        seed=arguments.seed,
        examples=len(examples),
        holdout_metrics=measured(content, holdout),
        parameters=model.count_params(),
    )
    card.write(arguments.out, content)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
