"""The readers that digitbot is compared with: two first attempts with the same network, and two OCR programs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from model.classification.classifier import Classifier
from model.image_decoding import PictureFile, Pixels
from model.model_bundle import ModelBundle
from model.normalization import normalize_digit
from model.reader import Reader


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture in all the forms that a reader may need: bytes, upright grey pixels, and a PNG file in colour.

    ``pixels`` is (height, width) uint8; ``label`` holds the true digits, rows joined by a space; ``kind`` is what the
    picture is counted under.
    """

    content: bytes
    pixels: Pixels
    file: Path
    label: str
    kind: str

    @classmethod
    def of(cls, content: bytes, label: str, kind: str, file: Path) -> Picture:
        """Decode the bytes and write the PNG file. Raises PhotoError."""
        colours = PictureFile(content).whole().pixels
        cv2.imwrite(str(file), colours[:, :, ::-1])
        return cls(content, np.asarray(cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY), np.uint8), file, label, kind)


class ComparedReader(Protocol):
    """Reads the text of a picture; ``name`` heads its column."""

    name: str

    def read(self, picture: Picture) -> str: ...


class DigitbotReader:
    """digitbot, as the bot reads."""

    name = "digitbot"

    def __init__(self, model: ModelBundle) -> None:
        self._reader = Reader(model, threads=1)

    def read(self, picture: Picture) -> str:
        return self._reader.read(picture.content).text


class ResizeReader:
    """The whole picture scaled to 28x28 and inverted: what most first bots do."""

    name = "resize and invert, our network"

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier

    def read(self, picture: Picture) -> str:
        small = 255 - np.asarray(cv2.resize(picture.pixels, (28, 28), interpolation=cv2.INTER_AREA), np.uint8)
        return str(self._classifier.classify(small[None]).labels[0])


class ThresholdReader:
    """Otsu's threshold over the whole picture, all foreground as one digit in MNIST's format."""

    name = "Otsu and MNIST format, our network"

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier

    def read(self, picture: Picture) -> str:
        dark = cv2.THRESH_BINARY_INV if np.median(picture.pixels) > 127 else cv2.THRESH_BINARY
        _, ink = cv2.threshold(picture.pixels, 0, 255, dark | cv2.THRESH_OTSU)
        x, y, width, height = cv2.boundingRect(np.asarray(ink, np.uint8))
        if not width:
            return ""
        image = normalize_digit(np.asarray(ink[y : y + height, x : x + width], np.uint8))
        return str(self._classifier.classify(image[None]).labels[0])


class TesseractReader:
    """Debian's Tesseract, with page segmentation mode 10 for one digit, 7 for a row, 6 for a block."""

    name = "Tesseract, digits only"

    def __init__(self, program: str) -> None:
        self._program = program

    def read(self, picture: Picture) -> str:
        mode = "10" if len(picture.label) == 1 else "7" if picture.label and " " not in picture.label else "6"
        command = [self._program, str(picture.file), "-", "--psm", mode, "-c", "tessedit_char_whitelist=0123456789"]
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout


class RapidOcrReader:
    """RapidOCR in a process of a Python that has it: a file's name in, a line of JSON out. Raises OSError."""

    name = "RapidOCR, digits only"
    _PROGRAM = """
import json, sys
from rapidocr_onnxruntime import RapidOCR
read = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)
print(json.dumps("ready"), flush=True)
for line in sys.stdin:
    found, _ = read(json.loads(line))
    print(json.dumps(" ".join(text for _, text, _ in found or [])), flush=True)
"""

    def __init__(self, python: str) -> None:
        command = [python, "-c", self._PROGRAM]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._answer()

    def read(self, picture: Picture) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(str(picture.file)) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> str:
        """The next line of JSON; other lines are skipped. Raises ``OSError`` where the process has ended."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith('"'):
                return str(json.loads(line))
        raise OSError("RapidOCR has ended: is rapidocr-onnxruntime installed there?")


def available_readers(model: ModelBundle, rapidocr: str | None) -> list[ComparedReader]:
    """All that are installed; a sentence on stderr tells which are not."""
    classifier = Classifier(model)
    readers: list[ComparedReader] = [DigitbotReader(model), ResizeReader(classifier), ThresholdReader(classifier)]
    program = shutil.which("tesseract")
    if program:
        readers.append(TesseractReader(program))
    else:
        print("Tesseract is left out: there is none (apt install tesseract-ocr).", file=sys.stderr)
    if rapidocr:
        readers.append(RapidOcrReader(rapidocr))
    else:
        print("RapidOCR is left out: name a Python that has it with --rapidocr.", file=sys.stderr)
    return readers
