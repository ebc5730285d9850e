"""The message catalogues: one Fluent file a language (projectfluent.org), named by its ISO 639 code."""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final, TypeAlias

from fluent.runtime import FluentBundle, FluentResource

Value: TypeAlias = str | int | float | date

log = logging.getLogger(__name__)

CATALOGUE_FOLDER: Final = Path(__file__).parent / "catalogues"
SOURCE_LANGUAGE: Final = "en"  # complete by definition; what another catalogue lacks is said in it


def catalogue_languages() -> tuple[str, ...]:
    """The codes of all languages that there is a catalogue of, English first."""
    codes = sorted(file.stem for file in CATALOGUE_FOLDER.glob("*.ftl"))
    return (SOURCE_LANGUAGE, *(code for code in codes if code != SOURCE_LANGUAGE))


class Catalogue:
    """The messages of one language. Raises OSError where its file cannot be read."""

    def __init__(self, language: str) -> None:
        self.language = language
        # No marks of direction around every value: they would be copied with digits, and change what buttons say.
        # What people have written is isolated by itself (``bot.messages.texts.localized_texts.as_given``).
        self._bundle = FluentBundle([language], use_isolating=False)
        self._bundle.add_resource(FluentResource((CATALOGUE_FOLDER / f"{language}.ftl").read_text("utf-8")))

    def format(self, message: str, values: Mapping[str, Value]) -> str:
        """A message with its values; numbers and dates are written, and numbers counted, as the language does.

        A test formats every message of every catalogue; should one fail all the same, what can be said of it is said.
        """
        if not self._bundle.has_message(message):
            log.error("the %s catalogue lacks %s", self.language, message)
            return message if self.language == SOURCE_LANGUAGE else catalogue(SOURCE_LANGUAGE).format(message, values)
        pattern = self._bundle.get_message(message).value
        text, errors = self._bundle.format_pattern(pattern, dict(values)) if pattern is not None else (message, [])
        for error in errors:
            log.error("the %s message %s is wrong: %s", self.language, message, error)
        return str(text)


@functools.cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of one of ``catalogue_languages()``, read once: parsing takes some hundredths of a second."""
    return Catalogue(language)
