"""The objectness network: tells digits from everything else that recognition cuts out of pages.

    python -P -m training.auxiliary.digitness --out model/base/digitness.tflite

Its training set are candidates that recognition extracts from synthetic pages with and without digits, as dark ink and
as light, upright and rotated. A candidate is labelled with the digit whose box it fills, or as no digit where it fills
none: letters, doodles, shadows, table edges, parts of digits and pairs of them. Single digits in all written forms,
single letters and figures, and MNIST's training digits are added.
"""

from __future__ import annotations

import sys

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from model.datasets import load, split
from training.auxiliary.helpers import AuxiliaryModelCard, auxiliary_parser
from training.auxiliary.shown import (
    NO_DIGIT_LABEL,
    Images,
    ObjectnessExamples,
    from_collection,
    from_glyphs,
    from_pages,
    from_writers,
)
from training.export.litert import litert_bytes
from training.loop.augmentation import Augmentation
from training.loop.data_loader import DataLoader
from training.synthesis.writers import SampleDigits

IMAGES_PER_BATCH = 128
OBJECTNESS_AUGMENTATION = Augmentation(rotation=6.0, shear=0.1, stretch=0.08, elastic_share=0.2, grey_share=0.1)


def build_network() -> keras.Model:
    """(n, 28, 28) uint8 -> (n, 11) logits of the digits and of no digit: five convolutions, 150,299 parameters."""
    images = keras.Input((28, 28), name="images", dtype="uint8")
    x = layers.Rescaling(1 / 255)(layers.Reshape((28, 28, 1))(images))
    for filters, strides in ((16, 2), (32, 1), (48, 2), (64, 1), (64, 2)):
        x = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Dropout(0.3)(layers.Flatten()(x))
    return keras.Model(images, layers.Dense(NO_DIGIT_LABEL + 1)(layers.Dense(64, activation="relu")(x)))


def train(examples: ObjectnessExamples, epochs: int, seed: int) -> keras.Model:
    """Train on ``examples``; digits weigh half as much again, for a missed digit costs more than a false one."""
    keras.utils.set_random_seed(seed)
    model = build_network()
    batches = DataLoader(examples.images, examples.labels, IMAGES_PER_BATCH, seed, OBJECTNESS_AUGMENTATION)
    steps = epochs * batches.batches_per_epoch
    model.compile(
        keras.optimizers.AdamW(keras.optimizers.schedules.CosineDecay(2e-3, steps), weight_decay=1e-4),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    for number, batch in enumerate(batches.take(steps), 1):
        weights = np.where(batch.labels == NO_DIGIT_LABEL, 1.0, 1.5)
        loss = model.train_on_batch(batch.images, batch.labels, sample_weight=weights)
        if number % 200 == 0:
            sys.stderr.write(f"step {number} of {steps}: loss {float(loss):.3f}\n")
    return model


def objectness(model: keras.Model, images: Images) -> NDArray[np.float32]:
    """The probability that each of (n, 28, 28) uint8 is a digit, (n,) float32, as the served file computes it."""
    logits = np.concatenate([model.predict_on_batch(images[at : at + 512]) for at in range(0, len(images), 512)])
    return np.asarray(1 - keras.ops.softmax(logits).numpy()[:, NO_DIGIT_LABEL], np.float32)


def scale_digit_odds(model: keras.Model, factor: float) -> None:
    """Multiply the odds of being a digit: the training set has far more other candidates than a photo of digits."""
    weights, bias = model.layers[-1].get_weights()
    bias[NO_DIGIT_LABEL] -= np.log(factor)
    model.layers[-1].set_weights([weights, bias])


def served_bytes(model: keras.Model) -> bytes:
    """The LiteRT file: ``images`` (n, 28, 28) uint8 in, ``likeness`` (n, 1) float32, the objectness, out."""
    digits = layers.Dense(1, use_bias=False, name="likeness")
    output = digits(layers.Softmax()(model.output))
    digits.set_weights([np.array([[1.0]] * NO_DIGIT_LABEL + [[0.0]], np.float32)])
    return litert_bytes(keras.Model(model.inputs[0], {"likeness": output}))


def main() -> int:
    """Generate the training set, train, measure on held-out pages, write the file and its card."""
    parser = auxiliary_parser(__doc__)
    parser.add_argument("--pages", type=int, default=5000, help="synthetic pages (default: 5000)")
    parser.add_argument("--glyphs", type=int, default=14_000, help="single glyphs, and as many digits (default: 14000)")
    parser.add_argument("--epochs", type=int, default=8, help="passes over the training set (default: 8)")
    parser.add_argument("--digits", type=int, default=16_000, help="of the collection (default: 16000)")
    parser.add_argument("--odds-factor", type=float, default=5.0, help="multiplies the odds of a digit (default: 5)")
    arguments = parser.parse_args()
    base = split(load(arguments.data)).train
    sample_digits = SampleDigits(base.images, base.labels)
    first = arguments.seed * 1_000_000
    examples = from_pages(first, arguments.pages, sample_digits) + from_glyphs(first, arguments.glyphs)
    examples += from_writers(first, arguments.glyphs)
    examples += from_collection(base.images, base.labels, arguments.seed, arguments.digits)
    sys.stderr.write(f"examples by label: {np.bincount(examples.labels, minlength=NO_DIGIT_LABEL + 1).tolist()}\n")
    model = train(examples, arguments.epochs, arguments.seed)
    scale_digit_odds(model, arguments.odds_factor)
    holdout = from_pages(first + 500_000, max(50, arguments.pages // 10), sample_digits)
    accepted = objectness(model, holdout.images) > 0.5
    content = served_bytes(model)
    card = AuxiliaryModelCard(
        "digitness",
        seed=arguments.seed,
        examples=np.bincount(examples.labels, minlength=NO_DIGIT_LABEL + 1).tolist(),
        holdout_metrics={
            "digits": int((holdout.labels != NO_DIGIT_LABEL).sum()),
            "digits_accepted": float(accepted[holdout.labels != NO_DIGIT_LABEL].mean()),
            "others": int((holdout.labels == NO_DIGIT_LABEL).sum()),
            "others_accepted": float(accepted[holdout.labels == NO_DIGIT_LABEL].mean()),
        },
        parameters=model.count_params(),
    )
    card.write(arguments.out, content)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
