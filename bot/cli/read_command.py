"""`digitbot read`: pictures on this machine, read as the bot would read them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.cli._arguments import Commands, command
from bot.cli.annotate import annotated_paths, write_annotated
from bot.cli.model_selection import chosen_model
from bot.cli.person_selection import personalization_of
from bot.cli.profile_table import Profile, profile_table, stage_profile
from bot.messages.texts import texts_for
from model.image_decoding import PhotoError, PictureFile
from model.personalization import Personalization
from model.profiling import collect_stage_times
from model.reader import Reader
from model.reading import Box, Reading


def add(commands: Commands) -> None:
    parser = command(commands, "read", "read the digits in pictures", "digitbot read --json photo.jpg scan.png", run)
    parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, in the order of the arguments")
    parser.add_argument(
        "--model", metavar="ID|FILE", help="a model version or a .tflite file (default: the active one)"
    )
    parser.add_argument(
        "--as", dest="person", metavar="PERSON", help="read as for this person (Telegram id or name), as they taught it"
    )
    parser.add_argument("--annotate", type=Path, metavar="DIR", help="write each picture with its boxes to DIR")
    parser.add_argument("--profile", action="store_true", help="tell the time of each stage, on stderr or in the JSON")


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The result for one file: a reading, or why there is none, a sentence that names the file.

    ``annotated`` is the picture with boxes that was written; ``pages``: how many the file has, of which one is read.
    """

    file: Path
    reading: Reading | None = None
    error: str | None = None
    profile: Profile | None = None
    annotated: Path | None = None
    pages: int = 1

    def to_json(self) -> str:
        reading = self.reading
        digits = [
            {
                "digit": digit.label,
                "confidence": round(digit.confidence, 4),
                "box": [digit.box.x, digit.box.y, digit.box.width, digit.box.height],
                "probabilities": [round(share, 6) for share in digit.probabilities],
                "row": digit.row,
                "taught_from": digit.taught_from,
            }
            for digit in (reading.digits if reading else ())
        ]
        return json.dumps(
            {
                "file": str(self.file),
                "text": reading.text if reading else "",
                "sure": reading.sure if reading else False,
                "milliseconds": round(reading.seconds * 1000, 2) if reading else None,
                "model": reading.model if reading else None,
                "digits": digits,
                "layout": reading.layout if reading else "",
                "possible": [
                    {"digit": digit.label, "box": [digit.box.x, digit.box.y, digit.box.width, digit.box.height]}
                    for digit in (reading.possible if reading else ())
                ],
                "unread": _boxes(reading.unread if reading else ()),
                "left_out": _boxes(reading.left_out if reading else ()),
                "error": self.error,
                **({"pages": self.pages} if self.pages > 1 else {}),
                **({"profile": self.profile} if self.profile else {}),
                **({"annotated": str(self.annotated)} if self.annotated else {}),
            }
        )

    def line(self) -> str:
        if self.reading is None:
            return str(self.error)
        is_taught = self.reading.left_out or any(digit.taught_from is not None for digit in self.reading.digits)
        notes = "  (as they taught it)" if is_taught else ""
        notes += f"  (page 1 of {self.pages})" if self.pages > 1 else ""
        if not self.reading.digits:
            possible = "".join(str(digit.label) for digit in self.reading.possible)
            return f"{self.file}: no digit found" + (f"  (perhaps {possible})" if possible else "") + notes
        return f"{self.file}: {self.reading.text}{'' if self.reading.sure else '  (not sure)'}{notes}"


def _boxes(boxes: Sequence[Box]) -> list[list[int]]:
    return [[box.x, box.y, box.width, box.height] for box in boxes]


def run(options: argparse.Namespace) -> int:
    outcomes = []
    paths = annotated_paths(options.photos, options.annotate) if options.annotate else [None] * len(options.photos)
    model = chosen_model(options.model)
    person = None if options.person is None else personalization_of(options.person, model)
    with closing(Reader(model, threads=1)) as reader:
        for file, annotated in zip(options.photos, paths, strict=True):
            outcomes.append(outcome := _read(reader, file, annotated, person, profiled=options.profile))
            if options.json:
                print(outcome.to_json(), flush=True)
            else:
                print(outcome.line(), file=sys.stderr if outcome.error else sys.stdout, flush=True)
    profiles = [(str(outcome.file), outcome.profile) for outcome in outcomes if outcome.profile]
    if profiles and not options.json:
        print(profile_table(profiles), file=sys.stderr)
    return 1 if any(outcome.error for outcome in outcomes) else 0


def _read(
    reader: Reader, file: Path, annotated: Path | None, person: Personalization | None, *, profiled: bool
) -> _Outcome:
    try:
        photo = PictureFile.at(file)
        reading, times = _timed(reader, photo, person) if profiled else (reader.read(photo, person=person), None)
        if annotated is not None:
            write_annotated(annotated, photo, reading)
    except PhotoError as error:
        return _Outcome(file, error=f"{file}: {texts_for('en').photo_problem(error.problem)}")
    except OSError as error:
        return _Outcome(file, error=f"{error.filename or file} cannot be read or written: {error.strerror}.")
    return _Outcome(file, reading, profile=times, annotated=annotated, pages=photo.pages)


def _timed(reader: Reader, photo: PictureFile, person: Personalization | None) -> tuple[Reading, Profile]:
    with collect_stage_times() as stages:
        reading = reader.read(photo, person=person)
    return reading, stage_profile(stages, reading.seconds)
