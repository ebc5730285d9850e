"""Labelled photos: a folder of pictures with the digits in each, named in its ``labels.csv``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from model.errors import ModelError
from model.regular_file import open_regular

LABELS_FILE = "labels.csv"


class LabelsError(ModelError):
    """A folder without usable labels; says in one sentence what is wrong."""


@dataclass(frozen=True, slots=True)
class LabelledPhoto:
    """A picture file and the digits in it, in reading order, rows joined by a space; ``""`` where there is none."""

    path: Path
    label: str


def read_labels(folder: Path) -> list[LabelledPhoto]:
    """Read a folder's ``labels.csv`` (columns ``file`` and ``label``, others ignored).

    Raises ``LabelsError`` for a missing or unreadable table, a file that is not there, a row without a label, and a
    label that is no digits.
    """
    path = folder / LABELS_FILE
    try:
        with open_regular(path) as file, TextIOWrapper(file, encoding="utf-8-sig", newline="") as lines:
            table = csv.DictReader(lines)
            missing = {"file", "label"} - set(table.fieldnames or ())
            if missing:
                raise LabelsError(f"{path} has no column {' and no column '.join(sorted(missing))}.")
            return [_labelled(folder, row, table.line_num) for row in table]
    except FileNotFoundError as error:
        raise LabelsError(
            f"There is no {LABELS_FILE} in {folder}: it names each picture (file) and its digits (label)."
        ) from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LabelsError(f"{path} cannot be read: {error}") from error


def _labelled(folder: Path, row: dict[str, str | None], line: int) -> LabelledPhoto:
    name, label = row["file"] or "", " ".join((row["label"] or "").split())
    if not (folder / name).is_file():
        raise LabelsError(f"Line {line} of {folder / LABELS_FILE} names {name!r}, and there is no such file.")
    if row["label"] is None:
        raise LabelsError(
            f"Line {line} of {folder / LABELS_FILE} ends before the label of {name!r}: a picture without digits has an "
            "empty one, behind its comma."
        )
    if not set(label) <= set("0123456789 "):
        raise LabelsError(f"Line {line} of {folder / LABELS_FILE} has the label {label!r}: digits and spaces only.")
    return LabelledPhoto(folder / name, label)
