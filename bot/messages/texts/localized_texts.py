"""What the texts of all topics have in common: they come from one language's catalogue."""

from __future__ import annotations

import unicodedata
from html import escape
from typing import Final

from bot.messages.catalogue import Catalogue, Value

# Characters of a caption's 1,024 (Bot API, sendPhoto): the rest is for words.
MAX_NUMBER_LENGTH: Final = 700
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI"})


class LocalizedTexts:
    """Sentences of one language. Whatever a person or a file supplied is escaped by the method that takes it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def say(self, message: str, **values: Value) -> str:
        """A message of the catalogue with its values."""
        return self._catalogue.format(message, values)


class Sentence:
    """A message without values as an attribute of texts: ``all_right`` is the message ``all-right``, where none is
    named."""

    def __init__(self, message: str = "") -> None:
        self.message = message

    def __set_name__(self, owner: type[LocalizedTexts], name: str) -> None:
        self.message = self.message or name.replace("_", "-")

    def __get__(self, texts: LocalizedTexts, owner: type[LocalizedTexts]) -> str:
        return texts.say(self.message)


def as_given(text: str) -> str:
    """What a person or a file supplied, as HTML: escaped, and isolated where it is written from right to left, so that
    it turns nothing around it (Unicode Standard Annex 9, U+2068 and U+2069); without halves of UTF-16 pairs, which no
    request can carry."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    is_turning = any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in whole)
    return f"\u2068{escape(whole)}\u2069" if is_turning else escape(whole)


def as_code(digits: str) -> str:
    """Digits as ``<code>``; what is too long for a caption is cut, and shows that it is."""
    shown = digits if len(digits) <= MAX_NUMBER_LENGTH else digits[:MAX_NUMBER_LENGTH] + " …"
    return f"<code>{shown}</code>"


def percentage(confidence: float) -> int:
    """Of 0..1 a whole percentage that never claims 100."""
    return min(int(confidence * 100), 99)


def share_of(part: int, whole: int) -> float:
    """A share in whole percents (0..1), which is none or all only where it is exactly that."""
    rounded = round(100 * part / whole)
    return min(max(rounded, int(part > 0)), 100 - int(part < whole)) / 100
