"""The photos of a report: each mistake with its boxes, its digit images and their probabilities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import ClassVar

from bot.messages.texts import texts_for
from bot.pictures.annotated_photo import draw_reading
from bot.report.mistake_kinds import MistakeKind, kind_of
from bot.report.report_page import PICTURE_FOLDER, writing
from model.evaluation.photo_metrics import PhotoScores, ScoredPhoto
from model.image_decoding import PhotoError, PictureFile
from model.reading import Digit


@dataclass(frozen=True, slots=True, eq=False)
class ReadDigit:
    """A digit of a misread photo. ``wrong``: known to be; only where as many digits were read as are there."""

    digit: Digit
    wrong: bool
    sure: bool


@dataclass(frozen=True, slots=True, eq=False)
class MisreadPhoto:
    """A misread photo: its file name, its label and the text that was read, both "" for no digit.

    ``picture`` is the address of the photo with its boxes, relative to the page; None where the photo could not be
    opened, and ``problem`` says why.
    """

    name: str
    label: str
    text: str
    sure: bool
    picture: str | None
    problem: str
    digits: tuple[ReadDigit, ...]


@dataclass(frozen=True, slots=True, eq=False)
class MistakeGroup:
    """All photos with mistakes of one kind."""

    kind: MistakeKind
    photos: tuple[MisreadPhoto, ...]

    @property
    def sure(self) -> int:
        """How many of them the bot was sure of."""
        return sum(photo.sure for photo in self.photos)


@dataclass(frozen=True, slots=True, eq=False)
class PhotoSection:
    """The numbers, and the misread photos by kind."""

    template: ClassVar[str] = "photos.html"
    scores: PhotoScores
    groups: tuple[MistakeGroup, ...]

    @property
    def wrong(self) -> int:
        """Photos misread."""
        return sum(len(group.photos) for group in self.groups)


def build_photo_section(scored: Sequence[ScoredPhoto], scores: PhotoScores, folder: Path) -> PhotoSection:
    """The section of these photos; their pictures are written into ``folder``/mistakes. Raises ReportError."""
    return PhotoSection(scores, tuple(_groups(scored, folder)))


def _groups(scored: Sequence[ScoredPhoto], folder: Path) -> Iterator[MistakeGroup]:
    numbers, pictures = count(1), folder / PICTURE_FOLDER
    for kind in MistakeKind:
        photos = [photo for photo in scored if kind_of(photo) is kind]
        # Wrong and sure of it comes before wrong and asking.
        photos.sort(key=lambda photo: not _is_sure(photo))
        if photos:
            misread = (_misread(photo, pictures / f"{next(numbers):04d}.jpg") for photo in photos)
            yield MistakeGroup(kind, tuple(misread))


def _misread(scored: ScoredPhoto, picture: Path) -> MisreadPhoto:
    with writing():
        opened = _draw(scored, picture)
        problem = "" if opened else _why_unreadable(scored.photo.path)
    return MisreadPhoto(
        name=scored.photo.path.name,
        label=scored.photo.label,
        text=scored.text,
        sure=_is_sure(scored),
        picture=f"{PICTURE_FOLDER}/{picture.name}" if opened else None,
        problem=problem,
        digits=_read_digits(scored),
    )


def _is_sure(scored: ScoredPhoto) -> bool:
    return scored.reading is not None and scored.reading.sure


def _draw(scored: ScoredPhoto, picture: Path) -> bool:
    """Write the photo with its boxes, unless it could not be opened; raises OSError."""
    if scored.reading is None:
        return False
    picture.parent.mkdir(exist_ok=True)
    picture.write_bytes(draw_reading(PictureFile.at(scored.photo.path), scored.reading))
    return True


def _why_unreadable(path: Path) -> str:
    try:
        PictureFile.at(path).reduced(1)
    except PhotoError as error:
        return texts_for("en").photo_problem(error.problem)
    except OSError as error:
        return f"The file cannot be read: {error.strerror}."
    return "The file could not be read then, and can be now."


def _read_digits(scored: ScoredPhoto) -> tuple[ReadDigit, ...]:
    if scored.reading is None:
        return ()
    label, digits = scored.photo.label.replace(" ", ""), scored.reading.digits
    known = len(label) == len(digits)
    return tuple(
        ReadDigit(digit, wrong=known and str(digit.label) != label[index], sure=digit.sure)
        for index, digit in enumerate(digits)
    )
