"""Parse mode HTML."""

from __future__ import annotations

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.entities import Entity
from bot.playground.html_markup import parse_html
from bot.playground.responses import ApiError


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("<b>7</b> sure", "7 sure", [Entity("bold", 0, 1)]),
        ("<strong><i>a</i>b</strong>", "ab", [Entity("bold", 0, 2), Entity("italic", 0, 1)]),
        ("1 &lt; 2 &amp;&#55; &quot;&hearts;", '1 < 2 &7 "&hearts;', []),
        ("<CODE>427</CODE>", "427", [Entity("code", 0, 3)]),
        ('<a href="https://x.org/?a=1">here</a>', "here", [Entity("text_link", 0, 4, url="https://x.org/?a=1")]),
        ('<pre><code class="language-py">x</code></pre>', "x", [Entity("pre", 0, 1, language="py")]),
        ("<pre>x</pre>", "x", [Entity("pre", 0, 1)]),
        ('<span class="tg-spoiler">s</span>', "s", [Entity("spoiler", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [Entity("expandable_blockquote", 0, 1)]),
        ("😀<u>b</u><s>c</s>", "😀bc", [Entity("underline", 2, 1), Entity("strikethrough", 3, 1)]),
        ("<b></b>x", "x", []),
        ("a > b", "a > b", []),
    ],
)
def test_tags_become_entities(source: str, text: str, entities: list[Entity]) -> None:
    made = parse_html(source)
    assert made.content == text
    assert list(made.entities) == entities


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("é<marquee>", 'Unsupported start tag "marquee" at byte offset 2'),
        ("<span>x</span>", 'Unsupported start tag "span" at byte offset 0'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
    ],
)
def test_what_is_no_markup_is_refused(source: str, problem: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {problem}"


@given(st.text(st.characters(codec="utf-8", exclude_characters="/@#"), max_size=50))
@settings(max_examples=150, deadline=None)
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    made = parse_html(f"<b>{html.escape(text)}</b>")
    assert made.content == text.strip()
