"""What is stored about a person, as the files that /mydata sends them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bot.sample_files import png
from storage.people import CorrectionRecord, PersonData
from storage.readings import DigitRecord, ReadingRecord
from storage.tables import NOT_A_DIGIT

READ_ME = """Everything that is stored about you.

me.json             your Telegram id, name and language, and your consent
readings.json       each photo of yours that was read, as long as it can be corrected; photos themselves are not kept
readings/           the digit images of those
corrections.json    the labels that you gave; "consented": whether they may be used for training
corrections/        their digit images
adapter.npz         what your corrections change in reading your photos, where they change anything (NumPy's format)
waiting.json        messages of yours that are not answered yet, as Telegram sent them
"""


def person_files(data: PersonData) -> Iterator[tuple[str, bytes]]:
    """The name and the content of each file."""
    yield "README.txt", READ_ME.encode()
    yield "me.json", _json(_me(data))
    yield "readings.json", _json([_reading(reading) for reading in data.readings])
    for reading in data.readings:
        for digit in reading.digits:
            yield f"readings/{_digit_file(reading, digit)}", png(digit.image)
    yield "corrections.json", _json([_correction(number, each) for number, each in enumerate(data.corrections, 1)])
    for number, correction in enumerate(data.corrections, 1):
        yield f"corrections/{number}.png", png(correction.image)
    if data.adapter is not None:
        yield "adapter.npz", data.adapter
    yield "waiting.json", _json([json.loads(payload) for payload in data.waiting])


def _json(content: object) -> bytes:
    return json.dumps(content, indent=1, ensure_ascii=False).encode("utf-8", "replace")


def _me(data: PersonData) -> dict[str, Any]:
    person = data.person
    return {
        "telegram_id": person.telegram_id,
        "name": person.name,
        "language": person.language,
        "chosen_language": person.chosen_language,
        "consent": person.consent,
        "consent_version": person.consent_version,
        "consent_at": person.consent_at.isoformat() if person.consent_at else None,
        "since": person.created_at.isoformat(),
    }


def _reading(reading: ReadingRecord) -> dict[str, Any]:
    return {
        "chat": reading.chat_id,
        "photo_message": reading.question_message,
        "answer_message": reading.answer_message,
        "telegram_file": reading.photo_file,
        "read_at": reading.created_at.isoformat(),
        "model": reading.model,
        "text": reading.text,
        "corrected_text": reading.corrected_text,
        "sure": reading.sure,
        "width": reading.width,
        "height": reading.height,
        "unread_marks": reading.unread,
        "digits": [_digit(reading, digit) for digit in reading.digits],
    }


def _digit(reading: ReadingRecord, digit: DigitRecord) -> dict[str, Any]:
    return {
        "image": f"readings/{_digit_file(reading, digit)}",
        "read_as": digit.label,
        "corrected": _label(digit.corrected),
        "confidence": digit.confidence,
        "sure": digit.sure,
        "probabilities": digit.probabilities,
        "probabilities_without_your_corrections": digit.unadapted,
        "hypothesis_features": digit.hypothesis_features,
        "box": digit.box,
        "row": digit.row,
    }


def _digit_file(reading: ReadingRecord, digit: DigitRecord) -> str:
    return f"{reading.id}-{digit.position + 1}.png"


def _correction(number: int, correction: CorrectionRecord) -> dict[str, Any]:
    return {
        "image": f"corrections/{number}.png",
        "label": _label(correction.label),
        "read_as": correction.read_as,
        "model": correction.model,
        "made_at": correction.made_at.isoformat(),
        "consented": correction.consented,
    }


def _label(label: int | None) -> int | str | None:
    return "not a digit" if label == NOT_A_DIGIT else label
