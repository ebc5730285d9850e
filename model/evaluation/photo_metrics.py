"""Metrics of readings of labelled photos: the numbers of ``digitbot evaluate --photos DIR``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from model.evaluation.labelled_photos import LabelledPhoto
from model.image_decoding import PhotoError, PhotoFile
from model.reader import Reader
from model.reading import Reading


@dataclass(frozen=True, slots=True, eq=False)
class ScoredPhoto:
    """A photo and its reading; None where the file could not be decoded."""

    photo: LabelledPhoto
    reading: Reading | None

    @property
    def text(self) -> str:
        return self.reading.text if self.reading else ""

    @property
    def right(self) -> bool:
        return self.reading is not None and self.text == self.photo.label

    @property
    def digits(self) -> int:
        return len(self.photo.label.replace(" ", ""))


@dataclass(frozen=True, slots=True)
class Singles:
    """Photos of one digit: how many, and the share read exactly (0..1; None of none)."""

    n: int
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Several:
    """Photos of several digits: how many, the share read exactly (0..1), and the edits needed per digit (rows left
    aside)."""

    n: int
    exact: float | None
    digit_error_rate: float | None


@dataclass(frozen=True, slots=True)
class Empty:
    """Photos without digits: how many, and in how many of them digits were read all the same."""

    n: int
    false_readings: int


@dataclass(frozen=True, slots=True)
class Sure:
    """Of the photos in which digits were read, the share that was sure (0..1); of these, the share read exactly."""

    share: float | None
    right: float | None


@dataclass(frozen=True, slots=True)
class Milliseconds:
    """From bytes to Reading: median and 95th percentile."""

    p50: float | None
    p95: float | None


@dataclass(frozen=True, slots=True)
class PhotoScores:
    """All metrics of one folder of photos; a share of nothing is None."""

    photos: int
    exact: float | None
    single: Singles
    several: Several
    none: Empty
    sure: Sure
    milliseconds: Milliseconds

    def to_json(self) -> str:
        """One JSON object, as ``digitbot evaluate --photos DIR --json`` prints it."""
        return json.dumps(asdict(self))


def read_photos(reader: Reader, photos: Iterable[LabelledPhoto]) -> Iterator[ScoredPhoto]:
    """Read photo after photo, as the bot would; one that cannot be decoded counts as misread.

    Raises ``ModelLoadError`` where the reader's model cannot be loaded.
    """
    for photo in photos:
        try:
            yield ScoredPhoto(photo, reader.read(PhotoFile.at(photo.path)))
        except (PhotoError, OSError):
            yield ScoredPhoto(photo, None)


def score(photos: Sequence[ScoredPhoto]) -> PhotoScores:
    """The metrics of photos that were read."""
    singles = [photo for photo in photos if photo.digits == 1]
    several = [photo for photo in photos if photo.digits > 1]
    empty = [photo for photo in photos if photo.digits == 0]
    read = [photo for photo in photos if photo.reading is not None and photo.reading.digits]
    sure = [photo for photo in read if photo.reading is not None and photo.reading.sure]
    return PhotoScores(
        photos=len(photos),
        exact=_share(photos),
        single=Singles(len(singles), _share(singles)),
        several=Several(len(several), _share(several), _digit_error_rate(several)),
        none=Empty(len(empty), sum(photo.text != "" for photo in empty)),
        sure=Sure(len(sure) / len(read) if read else None, _share(sure)),
        milliseconds=_milliseconds([photo.reading.seconds for photo in photos if photo.reading]),
    )


def _share(photos: Sequence[ScoredPhoto]) -> float | None:
    return sum(photo.right for photo in photos) / len(photos) if photos else None


def _digit_error_rate(photos: Sequence[ScoredPhoto]) -> float | None:
    digits = sum(photo.digits for photo in photos)
    edits = sum(distance(photo.photo.label.replace(" ", ""), photo.text.replace(" ", "")) for photo in photos)
    return edits / digits if digits else None


def distance(wanted: str, got: str) -> int:
    """The fewest insertions, deletions and replacements that turn one text into the other (Levenshtein 1965)."""
    row = list(range(len(got) + 1))
    for i, a in enumerate(wanted, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(got, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def _milliseconds(seconds: Sequence[float]) -> Milliseconds:
    if not seconds:
        return Milliseconds(None, None)
    p50, p95 = np.percentile(np.asarray(seconds) * 1000, [50, 95])
    return Milliseconds(round(float(p50), 3), round(float(p95), 3))
