"""The network that tells digits from everything else the eye cuts out of pages: shown, trained, exported.

    python -m training.auxiliary.digitness --out model/base/digitness.tflite

Pages with digits and pages without are generated and read by the eye, as dark ink and as light, upright and turned;
whatever it weighs as a digit is shown to the network: as the digit whose box it fills, or as none where it fills no
box: letters, doodles, shadows and table edges, halves of digits and pairs of them. Beside them are shown single digits
in all written forms, single letters and figures, and MNIST's training digits.
"""

from __future__ import annotations

import sys

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from model.datasets import load, split
from training.auxiliary.helpers import AuxiliaryModelCard, parser
from training.auxiliary.shown import NONE, Images, Shown, of_collection, of_glyphs, of_hands, of_pages
from training.export.litert import litert_bytes
from training.loop.augmentation import Augmentation
from training.loop.data_loader import DataLoader
from training.synthesis.writers import SampleDigits

BATCH = 128
AUGMENTATION = Augmentation(rotation=6.0, shear=0.1, stretch=0.08, elastic_share=0.2, grey_share=0.1)


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
    batches = DataLoader(shown.images, shown.labels, BATCH, seed, AUGMENTATION)
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
    return litert_bytes(keras.Model(model.inputs[0], {"likeness": output}))


def main() -> int:
    """Generate, train, measure on pages held back, write the file and its card."""
    asked = parser(__doc__)
    asked.add_argument("--pages", type=int, default=5000)
    asked.add_argument("--glyphs", type=int, default=14_000)
    asked.add_argument("--epochs", type=int, default=8)
    asked.add_argument("--digits", type=int, default=16_000, help="how many of the collection's")
    asked.add_argument("--benefit", type=float, default=5.0, help="of the doubt: times the odds of being a digit")
    arguments = asked.parse_args()
    base = split(load(arguments.data)).train
    sample_digits = SampleDigits(base.images, base.labels)
    first = arguments.seed * 1_000_000
    shown = of_pages(first, arguments.pages, sample_digits) + of_glyphs(first, arguments.glyphs)
    shown += of_hands(first, arguments.glyphs)
    shown += of_collection(base.images, base.labels, arguments.seed, arguments.digits)
    sys.stderr.write(f"shown: {np.bincount(shown.labels, minlength=NONE + 1).tolist()}\n")
    model = train(shown, arguments.epochs, arguments.seed)
    lenient(model, arguments.benefit)
    held = of_pages(first + 500_000, max(50, arguments.pages // 10), sample_digits)
    believed = likeness(model, held.images) > 0.5
    content = served_bytes(model)
    helper = AuxiliaryModelCard(
        "digitness",
        seed=arguments.seed,
        shown=np.bincount(shown.labels, minlength=NONE + 1).tolist(),
        is_holdout={
            "digits": int((held.labels != NONE).sum()),
            "digits_believed": float(believed[held.labels != NONE].mean()),
            "others": int((held.labels == NONE).sum()),
            "others_believed": float(believed[held.labels == NONE].mean()),
        },
        parameters=model.count_params(),
    )
    helper.write(arguments.out, content)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
