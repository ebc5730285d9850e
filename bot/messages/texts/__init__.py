"""Every sentence the bot says, in each language that there is a catalogue of (``bot/messages/catalogues``).

Sentences are Telegram HTML (Bot API, "HTML style") where nothing else is said.
"""

from __future__ import annotations

import functools

from bot.messages.catalogue import SOURCE_LANGUAGE, catalogue, catalogue_languages
from bot.messages.texts.account_texts import AccountTexts
from bot.messages.texts.button_texts import ButtonTexts
from bot.messages.texts.correction_texts import CorrectionTexts
from bot.messages.texts.data_texts import DataTexts, ErrorTexts
from bot.messages.texts.notice_texts import NoticeTexts
from bot.messages.texts.reading_texts import ReadingTexts
from bot.messages.texts.training_texts import TrainingTexts


class Texts(
    ButtonTexts, ReadingTexts, CorrectionTexts, AccountTexts, TrainingTexts, NoticeTexts, DataTexts, ErrorTexts
):
    """All sentences in one language."""


@functools.lru_cache(maxsize=100)
def texts_for(language: str | None) -> Texts:
    """The sentences in the language of an IETF tag (``"de-AT"``); in English where there is no catalogue of it."""
    code = (language or SOURCE_LANGUAGE).split("-")[0].lower()
    if code not in catalogue_languages():
        return texts_for(SOURCE_LANGUAGE)
    return Texts(catalogue(code)) if language == code else texts_for(code)
