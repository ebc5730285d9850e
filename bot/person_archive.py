"""What is stored about a person, as the files that /mydata sends them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from bot.sample_files import png
from storage.personal.personal_data import (
    AdapterContent,
    AdminAction,
    AlbumContent,
    CorrectionRecord,
    PersonData,
    WaitingMessage,
)
from storage.readings import DigitRecord, ReadingRecord
from storage.tables import NOT_A_DIGIT

READ_ME = """Everything that is stored about you.

me.json             your Telegram id, name and language, and your consent
readings.json       each photo of yours that was read, as long as it can be corrected; photos themselves are not kept
readings/           the digit images of those
corrections.json    the labels that you gave; "consented": whether they may be used for training
corrections/        their digit images
adapter.json        of what your corrections change in reading your photos: for which model, and when it was trained
adapter.npz         that itself, where they change anything (NumPy's format)
waiting.json        messages of yours that are not answered yet, as Telegram sent them
albums.json         albums of yours of the last day: which messages belong together
actions.json        what you did as an admin
"""

_OWN_NUMBER: Final = "a number of the database's own, by which its rows refer to each other"
_BOOKKEEPING: Final = "which process of the bot handles it, and until when"
# What the archive leaves out of the tables that it is made of, and the tables that hold nothing of a person: why.
NOT_ARCHIVED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "settings": "values of the database itself",
        "seen_updates": "the numbers of answered updates, without whose they were",
        "early_readings": "the numbers of updates, without whose they were",
        "model_versions": "models; who made one is in actions.json, what one was trained on in corrections.json",
        "activations": "which model was active when; who activated it is in actions.json",
        "training_runs": "the results of training; who started one is in actions.json; its chat goes once it is told",
        "people.id": _OWN_NUMBER,
        "people.telegram_hmac": "made of the Telegram id, which is in me.json",
        "readings.person_id": _OWN_NUMBER,
        "readings.chat_hmac": "made of the chat's id, which is in readings.json",
        "digits.id": _OWN_NUMBER,
        "digits.reading_id": "each digit stands in its reading",
        "corrections.id": _OWN_NUMBER,
        "corrections.person_id": _OWN_NUMBER,
        "personal_adapters.person_id": _OWN_NUMBER,
        "albums.id": _OWN_NUMBER,
        "albums.person_id": _OWN_NUMBER,
        "inbox.update_id": "stands in the message",
        "inbox.chat_id": "stands in the message",
        "inbox.chat_hmac": "made of the chat's id, which stands in the message",
        "inbox.sender_id": "stands in the message",
        "inbox.sender_hmac": "made of the sender's id, which stands in the message",
        "inbox.claimed_by": _BOOKKEEPING,
        "inbox.leased_until": _BOOKKEEPING,
    }
)


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
        yield "adapter.json", _json(_adapter(data.adapter))
    if data.adapter is not None and data.adapter.content is not None:
        yield "adapter.npz", data.adapter.content
    yield "waiting.json", _json([_waiting(message) for message in data.waiting])
    yield "albums.json", _json([_album(album) for album in data.albums])
    yield "actions.json", _json([_action(action) for action in data.actions])


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
        "invited": data.invited,
        "since": person.created_at.isoformat(),
    }


def _reading(reading: ReadingRecord) -> dict[str, Any]:
    return {
        "number": reading.id,
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
        "left_out_marks": reading.left_out,
        "forced_to_a_given_count": reading.forced,
        "only_asked_about": reading.asked,
        "digits": [_digit(reading, digit) for digit in reading.digits],
    }


def _digit(reading: ReadingRecord, digit: DigitRecord) -> dict[str, Any]:
    return {
        "position": digit.position,
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
        "sample": correction.uid,
        "given_together": correction.act,
        "reading": correction.reading,
        "telegram_update": correction.update_id,
        "label": _label(correction.label),
        "read_as": correction.read_as,
        "model": correction.model,
        "made_at": correction.made_at.isoformat(),
        "consented": correction.consented,
        "replaced": correction.replaced,
        "review": correction.review,
        "probabilities": correction.probabilities,
        "hypothesis_features": correction.hypothesis_features,
        "trained_models": correction.versions,
    }


def _adapter(adapter: AdapterContent) -> dict[str, Any]:
    return {
        "model_sha256": adapter.model_sha256,
        "corrections": adapter.corrections,
        "trained_at": adapter.trained_at.isoformat(),
        "changes_something": adapter.content is not None,
    }


def _album(album: AlbumContent) -> dict[str, Any]:
    return {
        "chat": album.chat_id,
        "telegram_album": album.group_id,
        "messages": json.loads(album.messages),
        "summary_message": album.summary_message,
        "updated_at": album.updated_at.isoformat(),
    }


def _waiting(message: WaitingMessage) -> dict[str, Any]:
    return {
        "message": json.loads(message.payload),
        "received_at": message.received_at.isoformat(),
        "starts": message.starts,
        "applied": message.applied,
    }


def _action(action: AdminAction) -> dict[str, Any]:
    return {"action": action.kind, "name": action.name, "at": action.at.isoformat()}


def _label(label: int | None) -> int | str | None:
    return "not a digit" if label == NOT_A_DIGIT else label
