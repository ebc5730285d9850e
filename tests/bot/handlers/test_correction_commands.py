"""Corrections in words: what the answer says before and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from model.model_bundle import ModelBundle

PHOTO = [{"file_id": "p", "file_unique_id": "u", "width": 320, "height": 240, "file_size": 9000}]


def command(text: str) -> dict[str, Any]:
    return {"text": text, "entities": [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]}


@pytest.fixture
def never_sure(line: Any) -> Iterator[ModelBundle]:
    """The base model with a threshold that nothing reaches, active until the test swaps it."""
    base = line.services.reader.model
    model = replace(base, name="never-sure", card=replace(base.card, name="never-sure", sure_threshold=1.1))
    line.services.reader.swap(model)
    yield model
    line.services.reader.swap(base)


def test_an_answer_stays_unsure_when_a_model_with_another_threshold_has_become_active(
    line: Any, never_sure: ModelBundle
) -> None:
    base = ModelBundle.base()
    answer = next(call for call in line.message(photo=PHOTO) if call.method == "sendPhoto")
    assert "not sure of digit " in answer.words
    line.message(**command("/correct 421"))
    line.services.reader.swap(base)
    edited = next(call for call in line.message(**command("/undo")) if call.method == "editMessageCaption")
    assert edited.words == answer.words


@pytest.mark.parametrize("kind", ["private", "group"])
def test_the_picture_is_drawn_anew_in_private_chats_only(line: Any, kind: str) -> None:
    chat = {"private": {"id": 7, "type": "private", "first_name": "Ann"}, "group": {"id": -5, "type": "group"}}[kind]
    mention = {"caption": "@digits_bot", "caption_entities": [{"type": "mention", "offset": 0, "length": 11}]}
    line.message(chat=chat, photo=PHOTO, **mention)
    methods = [call.method for call in line.message(chat=chat, **command("/correct@digits_bot 421"))]
    assert "editMessageCaption" in methods
    assert methods.count("editMessageMedia") == (kind == "private")
