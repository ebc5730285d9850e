"""Samples as files: PNG folders as `digitbot train --data folder:DIR` reads them, and MNIST's idx files."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from PIL import Image

from storage.samples import Sample
from storage.tables import NOT_A_DIGIT

NO_DIGIT_FOLDER: Final = "not-a-digit"
IDX_IMAGES: Final = "train-images-idx3-ubyte"  # as MNIST's own files are named
IDX_LABELS: Final = "train-labels-idx1-ubyte"
LABELS_TABLE: Final = "labels.csv"


def sample_files(samples: Sequence[Sample]) -> Iterator[tuple[str, bytes]]:
    """The name and the content of each file: a PNG a sample in a folder a label, a table of them all, and in idx format
    those that are digits."""
    for sample in samples:
        yield f"{folder_of(sample)}/{sample.uid}.png", png(sample.image)
    yield LABELS_TABLE, _table(samples).encode()
    digits = [sample for sample in samples if sample.label != NOT_A_DIGIT]
    # Big-endian: two zeros, the type (8: unsigned byte), the number of dimensions, and each dimension.
    yield IDX_IMAGES, struct.pack(">HBBIII", 0, 8, 3, len(digits), 28, 28) + b"".join(each.image for each in digits)
    yield IDX_LABELS, struct.pack(">HBBI", 0, 8, 1, len(digits)) + bytes(sample.label for sample in digits)


def folder_of(sample: Sample) -> str:
    """The folder of its label: ``"4"``."""
    return NO_DIGIT_FOLDER if sample.label == NOT_A_DIGIT else str(sample.label)


def png(image: bytes) -> bytes:
    """A digit image of 784 bytes as PNG."""
    buffer = io.BytesIO()
    Image.frombytes("L", (28, 28), image).save(buffer, "PNG")
    return buffer.getvalue()


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Files, by name and content, as one ZIP."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def _table(samples: Iterable[Sample]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["file", "label", "read_as", "model", "made_at"])
    for sample in samples:
        label = "" if sample.label == NOT_A_DIGIT else sample.label
        file = f"{folder_of(sample)}/{sample.uid}.png"
        table.writerow([file, label, sample.read_as, sample.model, sample.made_at.isoformat()])
    return text.getvalue()
