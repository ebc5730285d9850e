"""The handwriting mask network: segments the ink of digits in whole pictures.

    python -P -m training.auxiliary.handwriting --out model/base/handwriting.tflite

Its inputs are synthetic pages preprocessed as in recognition, its targets the ink of their digits; those of pages
without digits, which have everything else that leaves marks, are empty.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import keras
import numpy as np
import tensorflow as tf
from keras import layers
from numpy.typing import NDArray

from model.datasets import load, split
from model.handwriting import Handwriting, sight
from model.ink import working_copy
from model.model_bundle import ModelBundle
from model.model_card import ModelCard
from training.auxiliary.cells import DenseBatch, train_dense
from training.auxiliary.helpers import AuxiliaryModelCard, auxiliary_parser
from training.export.litert import litert_bytes
from training.synthesis import negatives, pages
from training.synthesis.conditions import CONDITIONS, applied, mixed
from training.synthesis.layout import PageWriter, arrange
from training.synthesis.pens import Ink
from training.synthesis.printed_text import PRINTED_WORDS, PrintWriter
from training.synthesis.scene import Scene, everyday
from training.synthesis.writers import PenWriter, SampleDigits

PAGES_PER_BATCH = 4
NEGATIVE_PAGE_SHARE = 0.32  # of the pages have no digits
FORM_SHARE = 0.12  # of the pages have words or other marks beside the digits
INK_WEIGHT = 2.0  # in the loss, of a cell with a digit's ink; 1 of one without
# Conditions with much clutter beside the digits are oversampled, the hardest most of all.
HARDEST_CONDITIONS = ["window-light", "table-edge"]
HARD_CONDITIONS = [
    *(4 * HARDEST_CONDITIONS),
    "second-sheet",
    "fingers",
    "wrinkles",
    "hard-shadow",
    "screen-photo",
    "perspective",
    "ruled-paper",
    "squared-paper",
    "pencil",
    "broken-strokes",
    "thumbnail",
    "tiny-digits",
]


# Subjects of negative pages that are most easily taken for digits; they are sampled about twice as often as others.
CONFUSABLE_SUBJECTS = ["blank", "letters", "alphabets", "curls", "figures", "other-scripts"]


@dataclass(frozen=True, slots=True, eq=False)
class MaskExample:
    """A page: ``image`` (h, w, 3) uint8, the network's input; ``mask`` (h / 2, w / 2) bool, the digits' ink."""

    image: NDArray[np.uint8]
    mask: NDArray[np.bool_]


def from_page(page: pages.Page) -> MaskExample:
    """The page preprocessed as in recognition, with the mask of its digits' ink."""
    grey = np.asarray(cv2.cvtColor(page.pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    image = sight(working_copy(grey, grey.shape[1])[0])
    height, width = (side // 2 for side in image.shape[:2])
    shares = cv2.resize((_digits_ink(page) > 96).astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    return MaskExample(image, shares > 0.12)


def _digits_ink(page: pages.Page) -> Ink:
    """The ink of the page's digits without that of anything else."""
    digits = np.zeros_like(page.ink)
    for box in page.boxes:
        part = slice(box.y, box.y + box.height), slice(box.x, box.x + box.width)
        digits[part] = page.ink[part]
    return digits


def from_pages(seed: int, count: int, sample_digits: SampleDigits) -> Iterator[MaskExample]:
    """``count`` synthetic pages, some of them without digits, some of them forms."""
    for number in range(count):
        yield from_page(_page(np.random.default_rng((seed, number)), sample_digits))


def _page(rng: np.random.Generator, sample_digits: SampleDigits) -> pages.Page:
    share = rng.random()
    if share < NEGATIVE_PAGE_SHARE:
        return _negative_page(rng)
    if share < NEGATIVE_PAGE_SHARE + FORM_SHARE:
        return _form_page(rng)
    return pages.render_page(rng, _conditions(rng), sample_digits=sample_digits)


def _conditions(rng: np.random.Generator) -> tuple[str, ...]:
    """A hard one on most pages; any, or a mixture, on the others."""
    share = rng.random()
    if share < 0.2:
        return mixed(rng)
    names = HARD_CONDITIONS if share > 0.4 else [name for name in CONDITIONS if name != "twelve-megapixels"]
    return (str(rng.choice(names)),)


def _negative_page(rng: np.random.Generator) -> pages.Page:
    """A page without digits; half of them in hard conditions."""
    subject = str(rng.choice([*negatives.SUBJECTS, *CONFUSABLE_SUBJECTS]))
    return negatives.render_negative_page(
        rng, subject, (str(rng.choice(HARD_CONDITIONS)),) if rng.random() < 0.5 else None
    )


class _FormWriter:
    """Writes digits with the pen of the scene; words and other marks are left to another writer."""

    def __init__(self, other: PageWriter, scene: Scene, rng: np.random.Generator) -> None:
        self._other, self._pen = other, PenWriter(scene.pen, rng)

    def ink(self, character: str, height: int) -> Ink:
        return (self._pen if character.isdigit() else self._other).ink(character, height)


def _form_page(rng: np.random.Generator) -> pages.Page:
    """A page with printed words or glyphs that are no digits, and digits written between them."""
    scene = applied(everyday(rng), mixed(rng, 2), rng)
    scene = replace(scene, layout=replace(scene.layout, size=min(0.2, scene.layout.size), gap=(0.2, 0.7)))
    if rng.random() < 0.5:
        writer: PageWriter = PrintWriter(rng, outline=bool(rng.integers(2)))
        beside = [
            [str(word) for word in rng.choice(PRINTED_WORDS, rng.integers(1, 3))] for _ in range(rng.integers(1, 4))
        ]
    else:
        writer, beside = negatives.glyph_rows(scene.pen, rng, max_rows=2)
    digits = [[str(digit) for digit in rng.integers(0, 10, rng.integers(1, 7))] for _ in range(rng.integers(1, 3))]
    rows = [*beside, *digits]
    glyphs = arrange([rows[i] for i in rng.permutation(len(rows))], _FormWriter(writer, scene, rng), scene, rng)
    return pages.compose(scene, sorted(glyphs, key=lambda glyph: not glyph.is_digit), rng)


def build_network() -> keras.Model:
    """Encoder down to a sixteenth, with a receptive field of a third of the picture, decoder up to a half; logits."""
    images = keras.Input((None, None, 3), name="sight", dtype="uint8")
    x = layers.Conv2D(24, 6, strides=4, padding="same", use_bias=False)(layers.Rescaling(1 / 128, offset=-1)(images))
    quarter = _slim(layers.ReLU()(layers.BatchNormalization()(x)), 24)
    eighth = _slim(_slim(_slim(quarter, 48, strides=2), 48), 48)
    x = _slim(eighth, 96, strides=2)
    for reach in (1, 2, 4, 1):
        x = layers.Add()([x, _slim(x, 96, reach=reach)])
    x = _slim(layers.Add()([_up(x, 48), eighth]), 48)
    x = _slim(layers.Add()([_up(x, 24), quarter]), 24)
    return keras.Model(images, _Spread()(layers.Conv2D(4, 3, padding="same")(x)))


def _slim(x: keras.KerasTensor, filters: int, strides: int = 1, reach: int = 1) -> keras.KerasTensor:
    """A convolution of each channel, then one across the channels (Howard et al. 2017)."""
    x = layers.DepthwiseConv2D(3, strides=strides, dilation_rate=reach, padding="same", use_bias=False)(x)
    x = layers.Conv2D(filters, 1, use_bias=False)(layers.BatchNormalization()(x))
    return layers.ReLU()(layers.BatchNormalization()(x))


def _up(x: keras.KerasTensor, filters: int) -> keras.KerasTensor:
    """Twice as large: channels laid side by side (Shi et al. 2016), whatever the size of the picture."""
    return _Spread()(layers.Conv2D(4 * filters, 1)(x))


@keras.saving.register_keras_serializable("digitbot")
class _Spread(layers.Layer):  # type: ignore[misc]
    """(n, h, w, 4 c) -> (n, 2 h, 2 w, c)."""

    def call(self, x: keras.KerasTensor) -> keras.KerasTensor:
        return tf.nn.depth_to_space(x, 2)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        n, h, w, c = shape
        return n, h and 2 * h, w and 2 * w, c and c // 4


def train(examples: Sequence[MaskExample], epochs: int, seed: int, checkpoint: Path | None = None) -> keras.Model:
    """Train on batches of pages of one shape; after each epoch the network is saved to ``checkpoint``."""
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    model = build_network()
    steps = sum(1 for _ in _batches(examples, rng)) * epochs
    train_dense(model, lambda: _batches(examples, rng), steps, epochs, checkpoint)
    return model


def _batches(examples: Sequence[MaskExample], rng: np.random.Generator) -> Iterator[DenseBatch]:
    """All pages once, those of one shape together; incomplete batches are dropped."""
    shapes: dict[tuple[int, ...], list[int]] = {}
    for index in rng.permutation(len(examples)):
        shapes.setdefault(examples[index].image.shape, []).append(int(index))
    batches = [
        same[at : at + PAGES_PER_BATCH]
        for same in shapes.values()
        for at in range(0, len(same) - PAGES_PER_BATCH + 1, PAGES_PER_BATCH)
    ]
    for at in rng.permutation(len(batches)):
        yield _augmented([examples[index] for index in batches[at]], rng)


def _augmented(examples: Sequence[MaskExample], rng: np.random.Generator) -> DenseBatch:
    """Change brightness and contrast, and invert one page in five."""
    images = np.stack([example.image for example in examples])
    for each in images:
        gain, lift = rng.uniform(0.6, 1.2), rng.uniform(-25, 25)
        each[:, :, 0] = cv2.convertScaleAbs(np.maximum(0, each[:, :, 0] * np.float32(gain) + np.float32(lift)))
        each[:, :, 1:] = cv2.convertScaleAbs(each[:, :, 1:], alpha=float(rng.uniform(0.8, 1.25)))
        if rng.random() < 0.2:
            each[:, :, 0], each[:, :, 1], each[:, :, 2] = 255 - each[:, :, 0], each[:, :, 2].copy(), each[:, :, 1]
    masks = np.stack([example.mask for example in examples])[:, :, :, None]
    return images, masks, np.where(masks, INK_WEIGHT, 1.0)


def served_bytes(model: keras.Model) -> bytes:
    """The LiteRT file: ``sight`` (1, h, w, 3) uint8 in, ``written`` (1, h / 2, w / 2, 1) float32, the mask, out."""
    output = layers.Activation("sigmoid", name="written")(model.output)
    return litert_bytes(keras.Model(model.inputs[0], {"written": output}))


def measured(content: bytes, holdout: Sequence[MaskExample]) -> dict[str, float]:
    """Recall and precision of the served file's mask by cell, and how many pages without digits have an empty mask."""
    network = Handwriting(ModelBundle("handwriting", content, ModelCard()))
    masks = [network.written(page.image) > 0.5 for page in holdout]
    right = sum(int((found & page.mask).sum()) for found, page in zip(masks, holdout, strict=True))
    empty = [not found.any() for found, page in zip(masks, holdout, strict=True) if not page.mask.any()]
    return {
        "pages": len(holdout),
        "ink_found": right / max(1, sum(int(page.mask.sum()) for page in holdout)),
        "found_right": right / max(1, sum(int(found.sum()) for found in masks)),
        "pages_without_digits": len(empty),
        "left_empty": sum(empty),
    }


def main() -> int:
    """Generate the training set, train, measure on held-out pages, write the file and its card."""
    parser = auxiliary_parser(__doc__)
    parser.add_argument("--pages", type=int, default=9000, help="synthetic pages (default: 9000)")
    parser.add_argument("--epochs", type=int, default=12, help="passes over them (default: 12)")
    parser.add_argument("--checkpoint", type=Path, metavar="FILE.keras", help="save the network there after each epoch")
    arguments = parser.parse_args()
    base = split(load(arguments.data)).train
    sample_digits = SampleDigits(base.images, base.labels)
    first = arguments.seed * 1_000_000
    examples = list(from_pages(first, arguments.pages, sample_digits))
    sys.stderr.write(f"training set: {len(examples)} pages\n")
    model = train(examples, arguments.epochs, arguments.seed, arguments.checkpoint)
    content = served_bytes(model)
    holdout = list(from_pages(first + 500_000, max(50, arguments.pages // 10), sample_digits))
    card = AuxiliaryModelCard(
        "handwriting",
        seed=arguments.seed,
        examples=len(examples),
        holdout_metrics=measured(content, holdout),
        parameters=model.count_params(),
    )
    card.write(arguments.out, content)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
