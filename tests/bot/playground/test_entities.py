"""Text as Telegram counts and marks it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.entities import Entity, Text, detect_entities, entities_from_json, units
from bot.playground.responses import ApiError


def found(text: str) -> list[tuple[str, str]]:
    made = detect_entities(text)
    return [(entity.kind, next(iter(Text(made.content, (entity,)).of(entity.kind)))) for entity in made.entities]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("/start", [("bot_command", "/start")]),
        ("please /correct@playground_bot 7", [("bot_command", "/correct@playground_bot")]),
        ("a/b c/d and 1/2", []),
        ("ask @playground_bot", [("mention", "@playground_bot")]),
        ("me@example.org", []),
        ("see https://example.org/a?b=1.", [("url", "https://example.org/a?b=1")]),
        ("#digits and #7", [("hashtag", "#digits")]),
        ("😀 /start", [("bot_command", "/start")]),
    ],
)
def test_telegram_marks_by_itself(text: str, marked: list[tuple[str, str]]) -> None:
    assert found(text) == marked


def test_offsets_count_utf16_units() -> None:
    assert units("😀é") == 3
    assert detect_entities("😀 /go").entities == (Entity("bot_command", 3, 3),)


def test_trimming_moves_and_cuts_entities() -> None:
    text = detect_entities("  bold  ", [Entity("bold", 0, 8)])
    assert (text.content, text.entities) == ("bold", (Entity("bold", 0, 4),))
    assert detect_entities("x   ", [Entity("bold", 2, 2)]).entities == ()


def test_commands_in_code_are_none() -> None:
    assert detect_entities("/start", [Entity("code", 0, 6)]).entities == (Entity("code", 0, 6),)


@pytest.mark.parametrize("raw", [{}, [1], [{"type": "bold"}], [{"type": "bold", "offset": "0", "length": 1}]])
def test_listed_entities_must_be_some(raw: object) -> None:
    with pytest.raises(ApiError, match="can't parse entities"):
        entities_from_json(raw)


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_entities_stay_inside_any_text(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    made = detect_entities(text, [Entity("bold", 0, units(text))] if text else [])
    assert all(0 <= entity.offset < entity.end <= made.length for entity in made.entities)
