"""The network that finds the ink of digits in whole pictures: shown generated pages, trained, exported.

    python -m training.auxiliary.handwriting --out model/base/handwriting.tflite

It sees pages as the eye sees them, and learns where the generator wrote digits; pages without digits, with everything
else that leaves marks, have none.
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
from training.auxiliary.cells import Cells, train_cells
from training.auxiliary.helpers import AuxiliaryModelCard, parser
from training.export.litert import litert_bytes
from training.synthesis import negatives, pages
from training.synthesis.conditions import CONDITIONS, applied, mixed
from training.synthesis.layout import PageWriter, arrange
from training.synthesis.pens import Ink
from training.synthesis.printed_text import WORDS, PrintWriter
from training.synthesis.scene import Scene, everyday
from training.synthesis.writers import PenWriter, SampleDigits

BATCH = 4
NO_DIGIT = 0.32  # of the pages
FORMS = 0.12  # of the pages, with words or other marks beside the digits
WEIGHT = 2.0  # of a cell with a digit's ink beside one without
# Conditions that leave much beside the digits; they are shown more often, and the hardest most often of all.
HARDEST = ["window-light", "table-edge"]
HARD = [
    *(4 * HARDEST),
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


# Pages without digits that are most easily taken for digits; they are shown twice as often as others.
MISTAKEN = ["blank", "letters", "alphabets", "curls", "figures", "other-scripts"]


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A page: ``seen`` (h, w, 3) uint8 as the network sees it; ``written`` (h / 2, w / 2) bool, digits' ink."""

    seen: NDArray[np.uint8]
    written: NDArray[np.bool_]


def of_page(page: pages.Page) -> Shown:
    """The page as the eye sees it, and where its digits' ink is."""
    grey = np.asarray(cv2.cvtColor(page.pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    seen = sight(working_copy(grey, grey.shape[1])[0])
    height, width = (side // 2 for side in seen.shape[:2])
    shares = cv2.resize((_digits_ink(page) > 96).astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    return Shown(seen, shares > 0.12)


def _digits_ink(page: pages.Page) -> Ink:
    """The ink of the page's digits without that of anything else."""
    digits = np.zeros_like(page.ink)
    for box in page.boxes:
        part = slice(box.y, box.y + box.height), slice(box.x, box.x + box.width)
        digits[part] = page.ink[part]
    return digits


def of_pages(seed: int, count: int, sample_digits: SampleDigits) -> Iterator[Shown]:
    """``count`` generated pages, some of them without digits, and some forms."""
    for number in range(count):
        yield of_page(_page(np.random.default_rng((seed, number)), sample_digits))


def _page(rng: np.random.Generator, sample_digits: SampleDigits) -> pages.Page:
    share = rng.random()
    if share < NO_DIGIT:
        return _empty(rng)
    if share < NO_DIGIT + FORMS:
        return _form(rng)
    return pages.generate(rng, _conditions(rng), sample_digits=sample_digits)


def _conditions(rng: np.random.Generator) -> tuple[str, ...]:
    """A hard one on most pages; any, or a mixture, on the others."""
    share = rng.random()
    if share < 0.2:
        return mixed(rng)
    names = HARD if share > 0.4 else [name for name in CONDITIONS if name != "twelve-megapixels"]
    return (str(rng.choice(names)),)


def _empty(rng: np.random.Generator) -> pages.Page:
    """A page without digits; half of them in hard conditions."""
    subject = str(rng.choice([*negatives.SUBJECTS, *MISTAKEN]))
    return negatives.generate(rng, subject, (str(rng.choice(HARD)),) if rng.random() < 0.5 else None)


class _FormWriter:
    """Writes digits; words and anything else are another hand's."""

    def __init__(self, other: PageWriter, scene: Scene, rng: np.random.Generator) -> None:
        self._other, self._pen = other, PenWriter(scene.pen, rng)

    def ink(self, character: str, height: int) -> Ink:
        return (self._pen if character.isdigit() else self._other).ink(character, height)


def _form(rng: np.random.Generator) -> pages.Page:
    """A page with printed words, or with marks that are no digits, and digits written between them."""
    scene = applied(everyday(rng), mixed(rng, 2), rng)
    scene = replace(scene, layout=replace(scene.layout, size=min(0.2, scene.layout.size), gap=(0.2, 0.7)))
    if rng.random() < 0.5:
        hand: PageWriter = PrintWriter(rng, outline=bool(rng.integers(2)))
        beside = [[str(word) for word in rng.choice(WORDS, rng.integers(1, 3))] for _ in range(rng.integers(1, 4))]
    else:
        hand, beside = negatives.marks(scene.pen, rng, most=2)
    digits = [[str(digit) for digit in rng.integers(0, 10, rng.integers(1, 7))] for _ in range(rng.integers(1, 3))]
    rows = [*beside, *digits]
    marks = arrange([rows[i] for i in rng.permutation(len(rows))], _FormWriter(hand, scene, rng), scene, rng)
    return pages.compose(scene, sorted(marks, key=lambda mark: not mark.is_digit), rng)


def network() -> keras.Model:
    """Down to a sixteenth, where it sees a third of the picture at once, and up again to a half; logits."""
    seen = keras.Input((None, None, 3), name="sight", dtype="uint8")
    x = layers.Conv2D(24, 6, strides=4, padding="same", use_bias=False)(layers.Rescaling(1 / 128, offset=-1)(seen))
    quarter = _slim(layers.ReLU()(layers.BatchNormalization()(x)), 24)
    eighth = _slim(_slim(_slim(quarter, 48, strides=2), 48), 48)
    x = _slim(eighth, 96, strides=2)
    for reach in (1, 2, 4, 1):
        x = layers.Add()([x, _slim(x, 96, reach=reach)])
    x = _slim(layers.Add()([_up(x, 48), eighth]), 48)
    x = _slim(layers.Add()([_up(x, 24), quarter]), 24)
    return keras.Model(seen, _Spread()(layers.Conv2D(4, 3, padding="same")(x)))


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


def train(shown: Sequence[Shown], epochs: int, seed: int, kept: Path | None = None) -> keras.Model:
    """Train on batches of pages of one shape; after each epoch what there is is saved to ``kept``."""
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    model = network()
    steps = sum(1 for _ in _batches(shown, rng)) * epochs
    train_cells(model, lambda: _batches(shown, rng), steps, epochs, kept)
    return model


def _batches(shown: Sequence[Shown], rng: np.random.Generator) -> Iterator[Cells]:
    """All pages once, those of one shape together, each as it is or mirrored; what does not fill a batch waits."""
    shapes: dict[tuple[int, ...], list[int]] = {}
    for index in rng.permutation(len(shown)):
        shapes.setdefault(shown[index].seen.shape, []).append(int(index))
    batches = [same[at : at + BATCH] for same in shapes.values() for at in range(0, len(same) - BATCH + 1, BATCH)]
    for at in rng.permutation(len(batches)):
        yield _varied([shown[index] for index in batches[at]], rng)


def _varied(pages_: Sequence[Shown], rng: np.random.Generator) -> Cells:
    """Brighter or darker, softer or harder, now and then in negative."""
    seen = np.stack([page.seen for page in pages_])
    for each in seen:
        gain, lift = rng.uniform(0.6, 1.2), rng.uniform(-25, 25)
        each[:, :, 0] = cv2.convertScaleAbs(np.maximum(0, each[:, :, 0] * np.float32(gain) + np.float32(lift)))
        each[:, :, 1:] = cv2.convertScaleAbs(each[:, :, 1:], alpha=float(rng.uniform(0.8, 1.25)))
        if rng.random() < 0.2:
            each[:, :, 0], each[:, :, 1], each[:, :, 2] = 255 - each[:, :, 0], each[:, :, 2].copy(), each[:, :, 1]
    written = np.stack([page.written for page in pages_])[:, :, :, None]
    return seen, written, np.where(written, WEIGHT, 1.0)


def served_bytes(model: keras.Model) -> bytes:
    """The LiteRT file: ``sight`` (1, h, w, 3) uint8 in, ``written`` (1, h / 2, w / 2, 1) float32 out."""
    output = layers.Activation("sigmoid", name="written")(model.output)
    return litert_bytes(keras.Model(model.inputs[0], {"written": output}))


def measured(content: bytes, held: Sequence[Shown]) -> dict[str, float]:
    """Of the cells with a digit's ink the share found, of those found the share right, and how many pages without
    digits show none, as the served file says it."""
    network = Handwriting(ModelBundle("handwriting", content, ModelCard()))
    judged = [network.written(page.seen) > 0.5 for page in held]
    right = sum(int((found & page.written).sum()) for found, page in zip(judged, held, strict=True))
    empty = [not found.any() for found, page in zip(judged, held, strict=True) if not page.written.any()]
    return {
        "pages": len(held),
        "ink_found": right / max(1, sum(int(page.written.sum()) for page in held)),
        "found_right": right / max(1, sum(int(found.sum()) for found in judged)),
        "pages_without_digits": len(empty),
        "left_empty": sum(empty),
    }


def main() -> int:
    """Generate, train, measure on pages held back, write the file and its card."""
    asked = parser(__doc__)
    asked.add_argument("--pages", type=int, default=9000)
    asked.add_argument("--epochs", type=int, default=12)
    asked.add_argument("--kept", type=Path, metavar="FILE", help="save the network there (.keras) after each epoch")
    arguments = asked.parse_args()
    base = split(load(arguments.data)).train
    sample_digits = SampleDigits(base.images, base.labels)
    first = arguments.seed * 1_000_000
    shown = list(of_pages(first, arguments.pages, sample_digits))
    sys.stderr.write(f"shown: {len(shown)} pages\n")
    model = train(shown, arguments.epochs, arguments.seed, arguments.kept)
    content = served_bytes(model)
    held = list(of_pages(first + 500_000, max(50, arguments.pages // 10), sample_digits))
    helper = AuxiliaryModelCard(
        "handwriting",
        seed=arguments.seed,
        shown=len(shown),
        is_holdout=measured(content, held),
        parameters=model.count_params(),
    )
    helper.write(arguments.out, content)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
