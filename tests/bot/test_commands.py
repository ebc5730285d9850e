"""The command table: one line of it changes handlers, captions, the menu and /help."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot import commands
from bot.commands import COMMANDS, command_in, listed_commands
from bot.messages.catalogue import catalogue_languages
from bot.messages.texts import texts_for

PHOTO = [{"file_id": "p", "file_unique_id": "u", "width": 320, "height": 240, "file_size": 9000}]
ADMIN = {"id": 99, "is_bot": False, "first_name": "Owner"}


@pytest.fixture(scope="module", autouse=True)
def alias_of_correct() -> Iterator[None]:
    """The one-line change of the table, made before this module's application is built."""
    aliased = [replace(command, aliases=("fix",)) if command.name == "correct" else command for command in COMMANDS]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commands, "COMMANDS", tuple(aliased))
        yield


def text(content: str) -> dict[str, Any]:
    length = len(content.split(maxsplit=1)[0])
    return {"text": content, "entities": [{"type": "bot_command", "offset": 0, "length": length}]}


def words(calls: list[Any]) -> list[str]:
    return [call.words for call in calls if call.method in {"sendMessage", "sendPhoto"}]


@pytest.mark.parametrize("name", ["correct", "fix", "FIX", "fix@digits_bot"])
def test_an_alias_works_in_messages_and_in_captions(line: Any, name: str) -> None:
    line.message(photo=PHOTO)
    assert words(line.message(**text(f"/{name} 421")))[0] == "Corrected: <code>421</code>."
    assert words(line.message(photo=PHOTO, caption=f"/{name} 421"))[0].startswith("Corrected: <b><code>421</code></b>")


def test_a_caption_with_another_command_corrects_nothing(line: Any) -> None:
    assert words(line.message(photo=PHOTO, caption="/undo 421")) == ["I read <b><code>427</code></b>"]


@pytest.mark.parametrize("given", ["4/2/1", "it says 42-1.", "4 21 @digits_bot", "it is\n42/1", "\u0664/\u0662/1"])
def test_digits_after_a_captions_command_are_read_as_in_a_message(line: Any, given: str) -> None:
    said = words(line.message(photo=PHOTO, caption=f"/correct {given}"))
    assert said[0].startswith("Corrected: <b><code>421</code></b>")


@pytest.mark.parametrize("given", ["page 421", "421 of mine", "four"])
def test_a_captions_command_with_other_words_is_explained_as_in_a_message(line: Any, given: str) -> None:
    read, explained = words(line.message(photo=PHOTO, caption=f"/correct {given}"))
    assert read == "I read <b><code>427</code></b>"
    assert [explained] == words(line.message(**text(f"/correct {given}")))


def test_a_caption_with_signs_and_no_command_corrects_nothing(line: Any) -> None:
    assert words(line.message(photo=PHOTO, caption="4/2/1")) == ["I read <b><code>427</code></b>"]


def test_help_lists_the_commands_of_the_table_and_admins_see_theirs(line: Any) -> None:
    (said,) = words(line.message(**text("/help")))
    (told,) = words(line.message(**text("/help"), **{"from": ADMIN}))
    everybodys = {command.name for command in listed_commands(admin=False)}
    assert everybodys < {command.name for command in COMMANDS}
    for command in COMMANDS:
        assert (f"/{command.name} – " in said) is (command.name in everybodys)
        assert f"/{command.name} – " in told
    assert "/fix" not in told


@pytest.mark.parametrize("language", catalogue_languages())
def test_every_command_has_a_description_that_telegram_takes(language: str) -> None:
    descriptions = [texts_for(language).command_description(command.name) for command in COMMANDS]
    assert all(0 < len(description) <= 256 for description in descriptions)  # Bot API, BotCommand


@pytest.mark.parametrize(
    ("message", "name"),
    [("/id", "id"), ("/ID@digits_bot", "id"), ("/fix 3", "correct"), ("id", ""), ("/", ""), ("", ""), ("/ids", "")],
)
def test_the_command_of_a_message(message: str, name: str) -> None:
    command = command_in(message)
    assert (command.name if command else "") == name
