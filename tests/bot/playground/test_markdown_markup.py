"""Parse mode MarkdownV2."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.helpers import escape_markdown

from bot.playground.entities import Entity
from bot.playground.markdown_markup import parse_markdown
from bot.playground.responses import ApiError


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("*7* sure", "7 sure", [Entity("bold", 0, 1)]),
        ("*a _b_*", "a b", [Entity("bold", 0, 3), Entity("italic", 2, 1)]),
        (
            "__u__ ~s~ ||x||",
            "u s x",
            [Entity("underline", 0, 1), Entity("strikethrough", 2, 1), Entity("spoiler", 4, 1)],
        ),
        ("`4\\`2`", "4`2", [Entity("code", 0, 3)]),
        ("```py\nx\n```", "x", [Entity("pre", 0, 1, language="py")]),
        ("[here](https://x.org/a\\)b)", "here", [Entity("text_link", 0, 4, url="https://x.org/a)b")]),
        ("99\\.5 \\% \\- yes\\!", "99.5 % - yes!", []),
    ],
)
def test_marks_become_entities(source: str, text: str, entities: list[Entity]) -> None:
    made = parse_markdown(source)
    assert made.content == text
    assert list(made.entities) == entities


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("99.5", "Character '.' is reserved and must be escaped"),
        ("*bold", "Can't find end of the entity starting with *"),
        ("*a _b*", "Can't find end of the entity starting with _"),
        ("a](b)", "Can't find end of the entity starting with ["),
    ],
)
def test_what_is_no_markup_is_refused(source: str, problem: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_markdown(source)
    assert problem in refused.value.description


@given(st.text(st.characters(codec="utf-8", exclude_characters="/@#"), max_size=50))
@settings(max_examples=150, deadline=None)
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert parse_markdown(escape_markdown(text, version=2)).content == text.strip()
