"""The catalogues: each says all that the bot says, with the same values, in the plural forms of its language."""

from __future__ import annotations

import ast
import itertools
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel import Locale
from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import FluentParser
from fluent.syntax import ast as fluent

from bot.commands import COMMANDS
from bot.messages import texts as texts_package
from bot.messages.catalogue import (
    CATALOGUE_FOLDER,
    SOURCE_LANGUAGE,
    Catalogue,
    Value,
    catalogue,
    catalogue_languages,
)
from bot.messages.texts.localized_texts import Sentence
from model.image_decoding import PhotoProblem

ROOT = Path(__file__).parents[3]
LANGUAGES = catalogue_languages()
PLURAL_CATEGORIES = {"zero", "one", "two", "few", "many", "other"}
# Bot API, answerCallbackQuery: a text above the chat has at most 200 characters.
TOASTS = (
    "thanks", "glad", "button-expired", "foreign-reading", "not-your-button", "group-admins-only", "no-database",
    "admins-only", "not-allowed", "cancelling", "run-over", "version-gone", "sheet-reviewed", "labels-gone",
)  # fmt: skip
LONGEST = dict.fromkeys(TOASTS, 200) | {"short-description": 120, "description": 512}  # Bot API, setMyDescription
MOMENTS: dict[str, Value] = {"day": date(2025, 6, 1), "since": datetime(2025, 6, 1, 14, 5, tzinfo=UTC)}
LONGEST_COMMAND = 60  # what a phone shows of a menu's line
LONGEST_BUTTON = 40


@dataclass(frozen=True)
class Parsed:
    """A message, and the variables and literal selections that it has, those of the messages within it among them."""

    pattern: fluent.Pattern
    variables: frozenset[str]
    references: frozenset[str]
    selections: tuple[tuple[str, frozenset[str], str], ...]  # (variable, keys, default key)


@cache
def parsed(language: str) -> dict[str, Parsed]:
    resource = FluentParser().parse((CATALOGUE_FOLDER / f"{language}.ftl").read_text("utf-8"))
    junk = [entry.content for entry in resource.body if isinstance(entry, fluent.Junk)]
    assert not junk, junk
    messages = [entry for entry in resource.body if isinstance(entry, fluent.Message)]
    assert not [name for name, n in Counter(message.id.name for message in messages).items() if n > 1]
    return {message.id.name: _parse(message) for message in messages}


def _parse(message: fluent.Message) -> Parsed:
    assert message.value is not None
    nodes = list(_nodes(message.value))
    variables = frozenset(node.id.name for node in nodes if isinstance(node, fluent.VariableReference))
    references = frozenset(node.id.name for node in nodes if isinstance(node, fluent.MessageReference))
    return Parsed(message.value, variables, references, tuple(_selections(nodes)))


def _nodes(node: object) -> Iterator[object]:
    yield node
    if isinstance(node, fluent.BaseNode):
        for value in vars(node).values():
            for child in value if isinstance(value, list) else [value]:
                yield from _nodes(child)


def _selections(nodes: list[object]) -> Iterator[tuple[str, frozenset[str], str]]:
    for node in nodes:
        if isinstance(node, fluent.SelectExpression):
            assert isinstance(node.selector, fluent.VariableReference)
            keys = {_key(variant): variant.default for variant in node.variants}
            yield node.selector.id.name, frozenset(keys), next(key for key, default in keys.items() if default)


def _key(variant: fluent.Variant) -> str:
    return variant.key.name if isinstance(variant.key, fluent.Identifier) else variant.key.value


def variables_of(language: str, name: str) -> frozenset[str]:
    message = parsed(language)[name]
    return message.variables.union(*(variables_of(language, each) for each in message.references))


def choices_of(name: str) -> dict[str, set[str]]:
    """The words that select a variant of a message, by variable; numbers are no such words."""
    found: dict[str, set[str]] = {}
    for variable, keys, _ in parsed(SOURCE_LANGUAGE)[name].selections:
        if words := {key for key in keys if key not in PLURAL_CATEGORIES and not key.isdigit()}:
            found.setdefault(variable, set()).update(words)
    return found


def samples_of(name: str) -> Iterator[dict[str, Value]]:
    """Values for all variables of a message: each choice, and numbers of every plural form."""
    variables, choices = sorted(variables_of(SOURCE_LANGUAGE, name)), choices_of(name)
    words = [sorted(choices.get(variable, {""})) for variable in variables]
    for combination, number in itertools.product(itertools.product(*words), (0, 1, 2, 3, 5, 11, 21, 22, 25, 1000)):
        values: dict[str, Value] = {
            variable: word or number for variable, word in zip(variables, combination, strict=True)
        }
        yield values | {variable: moment for variable, moment in MOMENTS.items() if variable in values}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_the_messages_of_the_english_one_with_the_same_values(language: str) -> None:
    assert parsed(language).keys() == parsed(SOURCE_LANGUAGE).keys()
    for name in parsed(SOURCE_LANGUAGE):
        assert variables_of(language, name) == variables_of(SOURCE_LANGUAGE, name), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_can_be_said_with_every_kind_of_value(language: str, caplog: pytest.LogCaptureFixture) -> None:
    for name in parsed(SOURCE_LANGUAGE):
        for values in samples_of(name):
            said = catalogue(language).format(name, values)
            assert said.strip(), name
            assert not re.search(r"[{}$]", said), (name, said)
    assert not caplog.records


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_select_by_the_plural_forms_of_the_language(language: str) -> None:
    """Of whole numbers; a default that is no form of its own may stand for one of them."""
    rule = Locale(language).plural_form
    for name, message in parsed(language).items():
        for variable, keys, default in message.selections:
            if not keys & PLURAL_CATEGORIES or variable in choices_of(name):
                continue
            needed = {rule(number) for number in range(1001) if str(number) not in keys}
            assert len(needed - keys) <= (default not in needed), (name, variable, needed - keys)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_select_the_same_as_in_english(language: str) -> None:
    for name, message in parsed(language).items():
        for variable, keys, _ in message.selections:
            if words := choices_of(name).get(variable):
                assert keys == words, (name, variable)


class _Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found[tag] += 1
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", LANGUAGES)
def test_markup_commands_and_names_of_settings_stay_as_they_are(language: str) -> None:
    for name in parsed(SOURCE_LANGUAGE):
        for values in itertools.islice(samples_of(name), 3):
            said, english = (catalogue(each).format(name, values) for each in (language, SOURCE_LANGUAGE))
            tags = _Tags(said)
            assert not tags.open, name
            assert tags.found == _Tags(english).found, name
            if name != "lead-in-words":
                fixed = r"/[a-z]+\b(?!>)|DIGITBOT_\w+|\b(?:PNG|MNIST|idx|DIR)\b"
                assert set(re.findall(fixed, said)) == set(re.findall(fixed, english)), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_telegram_limits_is_short_enough(language: str) -> None:
    for name in parsed(language):
        limit = LONGEST_COMMAND if name.startswith("command-") else LONGEST.get(name, 4096)
        assert all(len(catalogue(language).format(name, values)) <= limit for values in samples_of(name)), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_a_name_and_speaks_of_itself(language: str) -> None:
    texts = texts_package.texts_for(language)
    assert 1 < len(texts.language_name) <= 20
    if language != SOURCE_LANGUAGE:
        english = texts_package.texts_for(SOURCE_LANGUAGE)
        same = [name for name in parsed(language) if _said(language, name) == _said(SOURCE_LANGUAGE, name)]
        allowed = {name for name in same if not re.search(r"[a-z]{4}", re.sub(r"<[^>]+>|MNIST", "", _said("en", name)))}
        assert len(set(same) - allowed) <= 2, same
        assert texts.start != english.start


def _said(language: str, name: str) -> str:
    return catalogue(language).format(name, next(samples_of(name)))


def test_what_the_code_says_is_in_the_catalogue_and_nothing_else_is() -> None:
    said = set(_said_in_code()) | {f"command-{command.name}" for command in COMMANDS}
    said |= {f"photo-{problem.name.lower().replace('_', '-')}" for problem in PhotoProblem}
    within = {name for message in parsed(SOURCE_LANGUAGE).values() for name in message.references}
    assert said <= parsed(SOURCE_LANGUAGE).keys()
    assert parsed(SOURCE_LANGUAGE).keys() - said - within == set()


def _said_in_code() -> Iterator[str]:
    """The names in calls of ``say`` and ``format``, and of the attributes that are sentences."""
    for file in Path(texts_package.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"say", "format"}
            ):
                yield from _constants(node.args[0])
    for owner in texts_package.Texts.__mro__:
        yield from (each.message for each in vars(owner).values() if isinstance(each, Sentence))


def _constants(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    if isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)


def test_a_message_that_a_catalogue_lacks_is_said_in_english_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert catalogue(SOURCE_LANGUAGE).format("no-such-message", {}) == "no-such-message"
    assert "lacks no-such-message" in caplog.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_that_are_parsed_one_by_one_say_what_the_whole_file_says(language: str) -> None:
    whole = FluentBundle([language], use_isolating=False)
    whole.add_resource(FluentResource((CATALOGUE_FOLDER / f"{language}.ftl").read_text("utf-8")))
    one_by_one = Catalogue(language)
    for name in parsed(language):
        pattern = whole.get_message(name).value
        assert pattern is not None
        for values in samples_of(name):
            assert one_by_one.format(name, values) == whole.format_pattern(pattern, dict(values))[0], name


def test_a_menu_in_another_language_does_not_load_the_data_of_that_language() -> None:
    """1 to 2 MB each, of Babel; numbers need it."""
    code = """
from babel import localedata
from bot.messages.texts import texts_for
assert texts_for("hi").command_description("help")
print("hi" in localedata._cache)
assert texts_for("hi").say("approve-all", count=2)
print("hi" in localedata._cache)
"""
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert run.stdout.split() == ["False", "True"]
