"""The message catalogues: one Fluent file a language (projectfluent.org), named by its ISO 639 code."""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final, TypeAlias

from fluent.runtime import FluentBundle, FluentResource

Value: TypeAlias = str | int | float | date

log = logging.getLogger(__name__)

CATALOGUE_FOLDER: Final = Path(__file__).parent / "catalogues"
SOURCE_LANGUAGE: Final = "en"  # complete by definition; what another catalogue lacks is said in it
# Where a message or a term (-NAME) begins: all its other lines are indented. And what a pattern may refer to.
_ENTRY: Final = re.compile(r"^(-?[a-z][\w-]*) *=", re.ASCII | re.IGNORECASE | re.MULTILINE)
_REFERENCE: Final = re.compile(r"\{\s*(-?[a-z][\w-]*)", re.ASCII | re.IGNORECASE)


def catalogue_languages() -> tuple[str, ...]:
    """The codes of all languages that there is a catalogue of, English first."""
    codes = sorted(file.stem for file in CATALOGUE_FOLDER.glob("*.ftl"))
    return (SOURCE_LANGUAGE, *(code for code in codes if code != SOURCE_LANGUAGE))


class Catalogue:
    """The messages of one language. Raises OSError where its file cannot be read.

    A message is parsed when it is first said, and the language's own bundle is made for the first with values: in most
    languages no more is said than the menus, and a whole catalogue with Babel's data of its language takes 3 MB.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        _, *parts = _ENTRY.split((CATALOGUE_FOLDER / f"{language}.ftl").read_text("utf-8"))
        self._sources = dict(zip(parts[::2], parts[1::2], strict=True))
        self._words = _bundle(SOURCE_LANGUAGE)  # of messages without values, which no language formats differently

    def format(self, message: str, values: Mapping[str, Value]) -> str:
        """A message with its values; numbers and dates are written, and numbers counted, as the language does.

        A test formats every message of every catalogue; should one fail all the same, what can be said of it is said.
        """
        if message not in self._sources:
            log.error("the %s catalogue lacks %s", self.language, message)
            return message if self.language == SOURCE_LANGUAGE else catalogue(SOURCE_LANGUAGE).format(message, values)
        bundle = self._with_values if "{" in self._sources[message] else self._words
        self._parse_into(bundle, message)
        pattern = bundle.get_message(message).value
        text, errors = bundle.format_pattern(pattern, dict(values)) if pattern is not None else (message, [])
        for error in errors:
            log.error("the %s message %s is wrong: %s", self.language, message, error)
        return str(text)

    @functools.cached_property
    def _with_values(self) -> FluentBundle:
        return _bundle(self.language)

    def _parse_into(self, bundle: FluentBundle, name: str) -> None:
        """Add a message or a term, and all that it refers to, where the bundle lacks it."""
        if name in self._sources and not bundle.has_message(name):
            bundle.add_resource(FluentResource(f"{name} ={self._sources[name]}"))
            for reference in _REFERENCE.findall(self._sources[name]):
                self._parse_into(bundle, reference)


def _bundle(language: str) -> FluentBundle:
    # No marks of direction around every value: they would be copied with digits, and change what buttons say.
    # What people have written is isolated by itself (``bot.messages.texts.localized_texts.as_given``).
    return FluentBundle([language], use_isolating=False)


@functools.cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of one of ``catalogue_languages()``, read once."""
    return Catalogue(language)
