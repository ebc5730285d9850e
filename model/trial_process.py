"""``python -P -m model.trial_process``: run a classifier, or read a photo with one, where a crash harms nobody.

A line of JSON on stdin, then the bytes that it announces; ``passed`` or one sentence on stdout. Started by
``model.trial``.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray

from model.errors import ModelError
from model.litert_session import LiteRtSession
from model.model_bundle import DIGITS_SIGNATURE, ModelBundle
from model.model_card import ModelCard
from model.reader import Reader

PASSED = "passed"
BATCH_SIZES = (1, 7, 256)  # one digit, a number, all digits and junk: more than Classifier gives at once
SUM_TOLERANCE = 0.01  # of a row of probabilities
BATCH_TOLERANCE = 0.05  # between the probabilities of one digit in batches of different size


def main() -> int:
    """0 where the trial was passed; 1 with a sentence where it was not; by a signal where the model is damaged."""
    header = json.loads(sys.stdin.buffer.readline())
    _limit(header["memory_bytes"], header["cpu_s"])
    content, photo = _exactly(sys.stdin.buffer, header["content"]), _exactly(sys.stdin.buffer, header["photo"])
    problem = _read(header, content, photo) if photo else _classify(content)
    print(problem or PASSED)  # noqa: T201 - what the parent reads
    return 1 if problem else 0


def _limit(memory_bytes: int, cpu_s: int) -> None:
    for kind, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # lower already, or unknown to this system
            resource.setrlimit(kind, (most, most))


def _exactly(source: BinaryIO, count: int) -> bytes:
    content = source.read(count)
    if len(content) != count:
        raise SystemExit("the parent ended")
    return content


def _classify(content: bytes) -> str | None:
    """What is wrong with a classifier's outputs on digits and on junk, in batches of each size."""
    images = np.concatenate([_digits(), _junk()])
    try:
        session = LiteRtSession(content, DIGITS_SIGNATURE, name="on trial")
        first: dict[int, NDArray[np.float32]] = {}
        for size in BATCH_SIZES:
            outputs = session.run(images[:size])
            if problem := wrong_outputs(outputs, size):
                return problem
            first[size] = outputs["probabilities"][:1]
    except ModelError as error:
        return str(error).replace("The model on trial", "It", 1)
    if max(np.abs(each - first[1]).max() for each in first.values()) > BATCH_TOLERANCE:
        return "It classifies the same digit differently in batches of different size."
    return None


def wrong_outputs(outputs: Mapping[str, NDArray[Any]], size: int) -> str | None:
    """What is wrong with the outputs for ``size`` digits, in one sentence."""
    probabilities, features = outputs["probabilities"], outputs["features"]
    if probabilities.shape != (size, 10) or features.shape[:1] != (size,):
        return f"Its outputs for {size} digits have the wrong shape."
    if not (np.isfinite(probabilities).all() and np.isfinite(features).all()):
        return "Its outputs are not finite numbers."
    if probabilities.min() < 0 or np.abs(probabilities.sum(axis=1) - 1).max() > SUM_TOLERANCE:
        return "Its probabilities are none: they are negative, or their sum is not 1."
    return None


def _digits() -> NDArray[np.uint8]:
    """(200, 28, 28) uint8: the ten digits, white on black, in 20 places and strengths."""
    images = np.zeros((200, 28, 28), np.uint8)
    for index, image in enumerate(images):
        shift, thickness = divmod(index // 10, 4)
        corner = (4 + shift, 22 - shift)
        cv2.putText(image, str(index % 10), corner, cv2.FONT_HERSHEY_SIMPLEX, 0.75, (255,), 1 + thickness % 3)
    return images


def _junk() -> NDArray[np.uint8]:
    """(56, 28, 28) uint8: nothing, everything, stripes, and noise."""
    rng = np.random.default_rng(28)
    plain = np.stack([np.zeros((28, 28)), np.full((28, 28), 255), np.tile([0, 255], (28, 14))]).astype(np.uint8)
    noise = rng.integers(0, 256, (53, 28, 28)).astype(np.uint8)
    return np.concatenate([plain, noise])


def _read(header: Mapping[str, Any], content: bytes, photo: bytes) -> str | None:
    """Read the photo as the bot would; a photo that is refused was survived."""
    try:
        bundle = ModelBundle(header["name"], content, ModelCard.from_json(header["card"]))
        Reader(bundle, threads=1).read(photo, count=header["count"])
    except ModelError:
        return None
    except Exception as error:  # noqa: BLE001 - memory that ran out comes as many kinds
        return f"It fails: {type(error).__name__}."
    return None


if __name__ == "__main__":
    sys.exit(main())
