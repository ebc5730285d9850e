"""The result of a run: its picture has words where its font can write them, else its caption has."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot.messages.callback_signer import CallbackSigner
from bot.messages.catalogue import catalogue_languages
from bot.messages.keyboards import Keyboards
from bot.messages.texts import texts_for
from bot.messages.training_message import TrainingMessage
from bot.retraining.run_outcome import RunOutcome
from storage.keyring import Keyring
from storage.training_runs import RunState
from tests.bot.training_result import RESULT


class Chat:
    """A message that keeps the captions of what it is answered with."""

    def __init__(self) -> None:
        self.captions: list[str] = []

    async def edit_text(self, *_: Any, **__: Any) -> None:
        """The progress, which is not looked at here."""

    async def reply_photo(self, photo: Any, *, caption: str, parse_mode: str) -> None:
        self.captions.append(caption)


async def caption_of(language: str, *, numbered: bool) -> str:
    chat: Any = Chat()
    started: Any = SimpleNamespace(run=SimpleNamespace(id=12), corrections=5, new_base="")
    keyboards = Keyboards(texts_for(language), CallbackSigner(Keyring.generate()), owner=7)
    outcome = RunOutcome(
        12, RunState.PROMOTED, "base-3", values={**RESULT, "figure_numbered": numbered}, picture=b"png"
    )
    await TrainingMessage(chat, keyboards, started).finished(outcome)
    (caption,) = chat.captions
    return str(caption)


@pytest.mark.parametrize("numbered", [True, False])
async def test_the_caption_explains_the_numbers_of_a_picture_without_words(numbered: bool) -> None:
    caption = await caption_of("en", numbered=numbered)
    assert "fixes 4 of 5, breaks 0" in caption
    assert ("(1) Learning curve · (2) epoch · (3) accuracy, %" in caption) is numbered


@pytest.mark.parametrize("language", catalogue_languages())
async def test_the_caption_is_no_longer_than_telegram_takes(language: str) -> None:
    assert len(await caption_of(language, numbered=True)) <= 1024
