"""Corrections as training data: digit images, labels, and the holdout that is never trained on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.array_files import read_npz
from model.datasets import DataBad, Samples
from storage.samples import Sample
from storage.tables import NOT_A_DIGIT


@dataclass(frozen=True, slots=True, eq=False)
class CorrectionSamples:
    """Labelled digit images with their stable ids, in the order of the ids.

    ``is_holdout`` (n,) bool marks the fifth that only the promotion gate uses; the id alone decides
    (``storage.samples``), so that they are the same digits in every run.
    """

    samples: Samples
    uids: tuple[str, ...]
    is_holdout: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.samples)

    @property
    def train(self) -> Samples:
        """Those to train on."""
        return self.samples.chosen(~self.is_holdout)

    @property
    def holdout(self) -> Samples:
        """Those for the promotion gate."""
        return self.samples.chosen(self.is_holdout)

    @property
    def trained_on(self) -> tuple[str, ...]:
        """The ids of those to train on."""
        return tuple(uid for uid, held in zip(self.uids, self.is_holdout, strict=True) if not held)

    def digest(self) -> str:
        """SHA-256 of ids, images and labels of those to train on."""
        return sha256("\n".join(self.trained_on).encode() + self.train.digest().encode()).hexdigest()


def from_samples(samples: Iterable[Sample]) -> CorrectionSamples:
    """Samples of the database as arrays; those that are no digit have no class among the ten and are left out."""
    digits = sorted((sample for sample in samples if sample.label != NOT_A_DIGIT), key=lambda sample: sample.uid)
    images = np.frombuffer(b"".join(sample.image for sample in digits), np.uint8).reshape(-1, 28, 28)
    labels = np.array([sample.label for sample in digits], np.uint8)
    is_holdout = np.array([sample.is_holdout for sample in digits], bool)
    return CorrectionSamples(Samples(images, labels), tuple(sample.uid for sample in digits), is_holdout)


def from_npz(path: Path) -> CorrectionSamples:
    """An .npz file of ``images`` (n, 28, 28) uint8, ``labels`` (n,) and optionally ``uids`` (n,).

    Without ids the digest of image and label serves as one, so that equal digits are held out alike. Raises
    ``DataBad``.
    """
    try:
        arrays = read_npz(path, ("images", "labels", "uids"))
        images, labels = arrays["images"], arrays["labels"]
        uids: Iterable[object] | None = arrays.get("uids")
        if uids is None:
            uids = [
                sha256(image.tobytes() + bytes([label])).hexdigest()[:32]
                for image, label in zip(images, labels, strict=True)
            ]
        moment = datetime.now(UTC)
        pairs = zip(uids, images.astype(np.uint8, casting="safe"), labels, strict=True)
        return from_samples(Sample(str(uid), image.tobytes(), int(label), moment) for uid, image, label in pairs)
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise DataBad(f"{path} is no .npz file of corrections (images, labels, uids): {error}.") from error
