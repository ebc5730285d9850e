"""The network that tells digits from everything else the eye cuts out of pages: shown, trained, exported.

    python -m training.digitness --out model/base/digitness.tflite

Pages with digits and pages without are generated and read by the eye, as dark ink and as light, upright and turned;
whatever it weighs as a digit is shown to the network: as the digit whose box it fills, or as none where it fills no
box: letters, doodles, shadows and table edges, halves of digits and pairs of them. Beside them are shown single digits
in all written forms, single letters and figures, and MNIST's training digits.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from model.digit_image import digit_image
from model.ink import Ink, ink_of, working_copy
from model.interpret import Found, Judged, first_look, interpret
from model.reading import Box
from model.segment import find_places
from model.sources import load, split
from training import negatives, pages
from training.augment import Augmentation
from training.batches import Batches
from training.conditions import CONDITIONS
from training.forms import DIGITS
from training.hands import PenHand, Specimens
from training.pens import PENS
from training.quiet import quiet

Images = NDArray[np.uint8]
NONE = 10  # the label of what is no digit
_WAYS_UP = (0.76, 0.08, 0.08, 0.08)  # how often letters and figures are turned by so many quarters
BATCH = 128
AUGMENTATION = Augmentation(rotation=6.0, shear=0.1, stretch=0.08, elastic_share=0.2, grey_share=0.1)
# Conditions that leave much beside the digits; they are shown more often.
_HARD = [
    "touching",
    "overlapping",
    "broken-strokes",
    "wrinkles",
    "window-light",
    "table-edge",
    "perspective",
    "fingers",
    "second-sheet",
    "hard-shadow",
    "squared-paper",
    "screen-photo",
    "webcam-noise",
]
# Pages with no letters that look like digits once they are turned, as an M like a 3.
_NONE_ANY_WAY_UP = {f"no-digit:{subject}" for subject in ("figures", "scribbles", "curls", "texture", "face")}


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """``images`` (n, 28, 28) uint8 and ``labels`` (n,) uint8: 0 to 9, or NONE."""

    images: Images
    labels: NDArray[np.uint8]

    def __add__(self, other: Shown) -> Shown:
        return Shown(np.concatenate([self.images, other.images]), np.concatenate([self.labels, other.labels]))


def of_pages(seed: int, count: int, specimens: Specimens) -> Shown:
    """What the eye weighs on ``count`` generated pages, a third of them without digits."""
    rng = np.random.default_rng(seed)
    shown = [each for number in range(count) for each in _of_page(_page(seed + number, rng, specimens), rng)]
    return _stacked(shown)


def of_glyphs(seed: int, count: int) -> Shown:
    """Single letters, figures and scribbles, each with a pen of its own, every fourth lying on its side or upside
    down: there is no digit in a page of letters held wrongly either."""
    rng = np.random.default_rng(seed)
    return _stacked([(digit_image(_glyph(rng)), NONE) for _ in range(count)])


def of_hands(seed: int, count: int) -> Shown:
    """Single digits in all written forms and pens, upright or leaning as in slanted rows; every third a 1 or a 7, for
    a stroke with a flag or a bar is the easiest to take for something else."""
    rng = np.random.default_rng(seed)
    return _stacked([_written(int(rng.choice((1, 1, 7) if i % 3 == 0 else range(10))), rng) for i in range(count)])


def of_collection(images: Images, labels: NDArray[np.uint8], seed: int, count: int = 16_000) -> Shown:
    """``count`` digits as they are; and, as none, digits turned that look like no other when they are."""
    rng = np.random.default_rng(seed)
    upright = rng.permutation(len(images))[:count]
    sideways = rng.permutation(np.flatnonzero(np.isin(labels, (2, 3, 4, 5, 7))))[:3000]
    over = rng.permutation(np.flatnonzero(np.isin(labels, (3, 4, 7))))[:1500]
    turned = [np.rot90(images[i], 1 + 2 * int(rng.integers(2))) for i in sideways] + [
        np.rot90(images[i], 2) for i in over
    ]
    return Shown(images[upright], labels[upright]) + _stacked([(image, NONE) for image in turned])


def network() -> keras.Model:
    """150,299 parameters: five convolutions, eleven logits."""
    images = keras.Input((28, 28), name="images", dtype="uint8")
    x = layers.Rescaling(1 / 255)(layers.Reshape((28, 28, 1))(images))
    for filters, strides in ((16, 2), (32, 1), (48, 2), (64, 1), (64, 2)):
        x = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Dropout(0.3)(layers.Flatten()(x))
    return keras.Model(images, layers.Dense(NONE + 1)(layers.Dense(64, activation="relu")(x)))


def train(shown: Shown, epochs: int, seed: int) -> keras.Model:
    """Train on all that is shown; digits weigh half as much again, for a digit lost is worse than a stranger met."""
    keras.utils.set_random_seed(seed)
    model = network()
    batches = Batches(shown.images, shown.labels, BATCH, seed, AUGMENTATION)
    steps = epochs * batches.per_epoch
    model.compile(
        keras.optimizers.AdamW(keras.optimizers.schedules.CosineDecay(2e-3, steps), weight_decay=1e-4),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    for number, batch in enumerate(batches.take(steps), 1):
        weights = np.where(batch.labels == NONE, 1.0, 1.5)
        loss = model.train_on_batch(batch.images, batch.labels, sample_weight=weights)
        if number % 200 == 0:
            sys.stderr.write(f"step {number} of {steps}: loss {float(loss):.3f}\n")
    return model


def likeness(model: keras.Model, images: Images) -> NDArray[np.float32]:
    """How much each of (n, 28, 28) looks like a digit, as the served file says it."""
    logits = np.concatenate([model.predict_on_batch(images[at : at + 512]) for at in range(0, len(images), 512)])
    return np.asarray(1 - keras.ops.softmax(logits).numpy()[:, NONE], np.float32)


def lenient(model: keras.Model, benefit: float) -> None:
    """Multiply the odds of being a digit: it was shown far more strangers than a photo of digits has."""
    weights, bias = model.layers[-1].get_weights()
    bias[NONE] -= np.log(benefit)
    model.layers[-1].set_weights([weights, bias])


def served_bytes(model: keras.Model) -> bytes:
    """The LiteRT file: ``images`` (n, 28, 28) uint8 in, ``likeness`` (n, 1) float32 out."""
    digits = layers.Dense(1, use_bias=False, name="likeness")
    output = digits(layers.Softmax()(model.output))
    digits.set_weights([np.array([[1.0]] * NONE + [[0.0]], np.float32)])
    with TemporaryDirectory() as folder, quiet():
        path = Path(folder) / "digitness.tflite"
        keras.Model(model.inputs[0], {"likeness": output}).export(path, format="litert", verbose=False)
        return path.read_bytes()


def _glyph(rng: np.random.Generator) -> Images:
    height = int(rng.integers(40, 110))
    ink = np.rot90(np.pad(negatives.glyph(rng, height), height // 10), int(rng.choice(4, p=_WAYS_UP)))
    wider = int(rng.integers(1, height // 6)) if rng.random() < 0.4 else 1
    pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wider, wider))
    return np.asarray(cv2.dilate(np.ascontiguousarray(ink), pen), np.uint8)


def _written(label: int, rng: np.random.Generator) -> tuple[Images, int]:
    pen = PENS[str(rng.choice(list(PENS)))]
    hand = PenHand(pen, rng, forms={label: tuple(DIGITS[label])}, breaks=0.1)
    ink = np.pad(hand.ink(str(label), int(rng.integers(30, 110))), 24)
    lean = cv2.getRotationMatrix2D((ink.shape[1] / 2, ink.shape[0] / 2), float(rng.normal(0, 6)), 1.0)
    turned = np.asarray(cv2.warpAffine(ink, lean, ink.shape[::-1]), np.uint8)
    blurred = cv2.GaussianBlur(turned, (0, 0), float(rng.uniform(0.3, 0.03 * ink.shape[0])))
    return digit_image(np.asarray(cv2.convertScaleAbs(blurred, alpha=255 / blurred.max()), np.uint8)), label


def _page(seed: int, rng: np.random.Generator, specimens: Specimens) -> pages.Page:
    """A page with digits the right way up, or without any."""
    share = rng.random()
    if share < 0.35:
        return negatives.generate(seed)
    upright = [name for name in CONDITIONS if not name.startswith("turned")]
    names = [*_HARD, *upright] if share < 0.65 else upright
    chosen = [str(name) for name in rng.permutation(names)[:1]]
    return pages.generate(seed, chosen if share < 0.85 else (), specimens=specimens)


def _undecided(images: Images) -> Judged:
    """A judge who thinks everything possible, so that every way to cut and join is tried and shown."""
    return Judged(np.full((len(images), 10), 0.1, np.float32), np.full(len(images), 0.5, np.float32))


def _of_page(page: pages.Page, rng: np.random.Generator) -> Iterator[tuple[Images, int]]:
    grey, scale = working_copy(
        np.asarray(cv2.cvtColor(page.pixels, cv2.COLOR_RGB2GRAY), np.uint8), page.pixels.shape[1]
    )
    boxes = [
        Box(round(b.x / scale), round(b.y / scale), round(b.width / scale), round(b.height / scale)) for b in page.boxes
    ]
    ink = ink_of(grey)
    yield from _of_ink(ink, boxes, page.labels, 14, rng)
    if page.labels:
        return
    # The eye looks at a picture in which it finds nothing again, for light ink; and turned.
    yield from _of_ink(ink_of(grey, dark=not ink.dark), (), (), 8, rng)
    if page.conditions[0] in _NONE_ANY_WAY_UP:
        turned = np.ascontiguousarray(np.rot90(grey, int(rng.integers(1, 4))))
        yield from _of_ink(ink_of(turned, dark=ink.dark), (), (), 8, rng)


def _of_ink(
    ink: Ink, boxes: Sequence[Box], labels: Sequence[int], most: int, rng: np.random.Generator
) -> Iterator[tuple[Images, int]]:
    """All digits and at most so many others."""
    interpretation = interpret(first_look(find_places(ink)[:80], ink, _undecided), ink, _undecided)
    strangers = 0
    weighed = list({id(found): found for found in interpretation.weighed}.values())
    for index in rng.permutation(len(weighed)):
        found = weighed[index]
        label = _label(found, boxes, labels)
        strangers += label == NONE
        if label is not None and (label != NONE or strangers <= most):
            yield found.image, label


def _label(found: Found, boxes: Sequence[Box], labels: Sequence[int]) -> int | None:
    """The digit whose box it fills, NONE where it fills none, None where that is hard to say."""
    shares = [_overlap(found.place.box, box) for box in boxes]
    best = int(np.argmax(shares)) if shares else -1
    if shares and shares[best] > 0.7:
        return labels[best]
    # No picture tells an upright stroke that is none from a 1: what stands around it must.
    stroke = (found.image > 60).any(axis=0).sum() <= 8 and (found.image > 60).any(axis=1).sum() >= 14
    return None if stroke or (shares and shares[best] >= 0.45) else NONE


def _overlap(a: Box, b: Box) -> float:
    """Intersection over union."""
    width = max(0, min(a.x + a.width, b.x + b.width) - max(a.x, b.x))
    height = max(0, min(a.y + a.height, b.y + b.height) - max(a.y, b.y))
    return width * height / (a.width * a.height + b.width * b.height - width * height)


def _stacked(shown: Sequence[tuple[Images, int]]) -> Shown:
    return Shown(np.stack([image for image, _ in shown]), np.array([label for _, label in shown], np.uint8))


def main() -> int:
    """Generate, train, measure on pages held back, write the file and its card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=5000)
    parser.add_argument("--glyphs", type=int, default=14_000)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--digits", type=int, default=16_000, help="how many of the collection's")
    parser.add_argument("--benefit", type=float, default=5.0, help="of the doubt: times the odds of being a digit")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", default="mnist")
    arguments = parser.parse_args()
    base = split(load(arguments.data)).train
    specimens = Specimens(base.images, base.labels)
    first = arguments.seed * 1_000_000
    shown = of_pages(first, arguments.pages, specimens) + of_glyphs(first, arguments.glyphs)
    shown += of_hands(first, arguments.glyphs)
    shown += of_collection(base.images, base.labels, arguments.seed, arguments.digits)
    sys.stderr.write(f"shown: {np.bincount(shown.labels, minlength=NONE + 1).tolist()}\n")
    model = train(shown, arguments.epochs, arguments.seed)
    lenient(model, arguments.benefit)
    held = of_pages(first + 500_000, max(50, arguments.pages // 10), specimens)
    believed = likeness(model, held.images) > 0.5
    content = served_bytes(model)
    card = {
        "name": "digitness-1",
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": "python -m training.digitness " + " ".join(sys.argv[1:]),
        "seed": arguments.seed,
        "shown": np.bincount(shown.labels, minlength=NONE + 1).tolist(),
        "held_back": {
            "digits": int((held.labels != NONE).sum()),
            "digits_believed": float(believed[held.labels != NONE].mean()),
            "others": int((held.labels == NONE).sum()),
            "others_believed": float(believed[held.labels == NONE].mean()),
        },
        "parameters": model.count_params(),
        "size_bytes": len(content),
        "sha256": sha256(content).hexdigest(),
    }
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_bytes(content)
    arguments.out.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(card["held_back"]) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
