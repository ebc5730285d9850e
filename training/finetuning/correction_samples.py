"""Corrections as training data: digit images, labels, who gave them, and the holdout of many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.array_files import read_npz
from model.datasets import DataBad, Samples
from model.evaluation.label_errors import NOBODY
from storage.samples import MAX_CROSS_VALIDATED, Review, Sample
from storage.tables import NOT_A_DIGIT


@dataclass(frozen=True, slots=True, eq=False)
class CorrectionSamples:
    """n labelled digit images with their stable ids, in the order of the ids.

    ``people`` (n,) are numbers, or ``NOBODY``; digits that were labelled at once share a number of ``acts`` (n,);
    ``is_approved`` (n,) bool: an admin reviewed the label. ``is_holdout`` (n,) bool: only the promotion gate uses it.
    """

    samples: Samples
    uids: tuple[str, ...]
    people: NDArray[np.int64]
    acts: NDArray[np.int64]
    is_approved: NDArray[np.bool_]
    is_holdout: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.samples)

    def chosen(self, which: NDArray[np.bool_]) -> CorrectionSamples:
        """Those that ``which`` (n,) marks."""
        uids = tuple(uid for uid, marked in zip(self.uids, which, strict=True) if marked)
        samples = self.samples.chosen(which)
        arrays = (self.people[which], self.acts[which], self.is_approved[which], self.is_holdout[which])
        return CorrectionSamples(samples, uids, *arrays)

    @property
    def train(self) -> CorrectionSamples:
        """Those to train on."""
        return self.chosen(~self.is_holdout)

    @property
    def holdout(self) -> CorrectionSamples:
        """Those for the promotion gate alone; none where it cross-validates."""
        return self.chosen(self.is_holdout)

    @property
    def images(self) -> list[bytes]:
        """The digit images as bytes, which can be compared."""
        return [image.tobytes() for image in self.samples.images]

    def digest(self) -> str:
        """SHA-256 of ids, images and labels."""
        return sha256("\n".join(self.uids).encode() + self.samples.digest().encode()).hexdigest()


def from_samples(samples: Iterable[Sample]) -> CorrectionSamples:
    """Samples as arrays; those that are no digit have no class among the ten and are left out.

    A fifth of more than ``MAX_CROSS_VALIDATED`` is held out, by its ids alone: the same digits in every run.
    """
    digits = sorted((each for each in samples if each.label != NOT_A_DIGIT), key=lambda sample: sample.uid)
    images = np.frombuffer(b"".join(sample.image for sample in digits), np.uint8).reshape(-1, 28, 28)
    labels = np.array([sample.label for sample in digits], np.uint8)
    many = len(digits) > MAX_CROSS_VALIDATED
    return CorrectionSamples(
        Samples(images, labels),
        tuple(sample.uid for sample in digits),
        np.array([NOBODY if sample.person is None else sample.person for sample in digits], np.int64),
        _numbered([(sample.person, sample.act or sample.uid) for sample in digits]),
        np.array([sample.review is Review.APPROVED for sample in digits], bool),
        np.array([many and sample.is_holdout for sample in digits], bool),
    )


def from_npz(path: Path) -> CorrectionSamples:
    """An .npz file of ``images`` (n, 28, 28) uint8, ``labels`` (n,) and optionally ``uids``, ``people`` and ``acts``
    (n,), which may be numbers or text.

    Without ids the digest of image and label serves as one; without people the labels are nobody's, and without acts
    each digit was labelled by itself. Raises ``DataBad``.
    """
    try:
        arrays = read_npz(path, ("images", "labels", "uids", "people", "acts"))
        images, labels = arrays["images"], arrays["labels"]
        uids = arrays["uids"].tolist() if "uids" in arrays else _content_uids(images, labels)
        people = _numbered(arrays["people"].tolist()).tolist() if "people" in arrays else [None] * len(labels)
        acts = arrays["acts"].tolist() if "acts" in arrays else uids
        moment = datetime.now(UTC)
        columns = zip(uids, images.astype(np.uint8, casting="safe"), labels, people, acts, strict=True)
        return from_samples(
            Sample(str(uid), image.tobytes(), int(label), moment, person=person, act=str(act))
            for uid, image, label, person, act in columns
        )
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise DataBad(f"{path} is no .npz file of corrections (images, labels, uids): {error}.") from error


def _numbered(keys: Sequence[object]) -> NDArray[np.int64]:
    """A number for each key, equal for equal keys."""
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.array([numbers[key] for key in keys], np.int64)


def _content_uids(images: NDArray[np.generic], labels: NDArray[np.generic]) -> list[str]:
    pairs = zip(images, labels, strict=True)
    return [sha256(image.tobytes() + bytes([label])).hexdigest()[:32] for image, label in pairs]
