"""The sentences: valid Telegram HTML whatever people write, and never a certainty that nobody has."""

from __future__ import annotations

import inspect
import re
from html.parser import HTMLParser

import pytest

from bot.messages.catalogue import catalogue_languages
from bot.messages.texts import texts_for
from model.image_decoding import PhotoProblem
from model.limits import IMAGE_LIMITS

TAGS = {"b", "code", "i", "pre", "a"}


class Balanced(HTMLParser):
    """Follows tags as Telegram's HTML style allows them."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        assert tag in TAGS
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def is_valid(html: str) -> bool:
    parser = Balanced()
    parser.feed(html)
    return not parser.open and len(html) <= 4096


@pytest.mark.parametrize("language", catalogue_languages())
def test_every_plain_sentence_is_valid_html(language: str) -> None:
    members = inspect.getmembers(texts_for(language))
    sentences = [value for name, value in members if isinstance(value, str) and not name.startswith("__")]
    assert len(sentences) > 20
    assert all(map(is_valid, sentences))


@pytest.mark.parametrize("given", ["<b>", "</code>", "&amp;", "7" * 5000, "<a href='x'>"])
def test_what_people_write_is_escaped_and_cut(given: str) -> None:
    assert is_valid(texts_for("en").not_digits(given))


@pytest.mark.parametrize("given", ["\ud83d", "7\ude00", "\ud83d\ude00"])
def test_halves_of_a_utf16_pair_are_sent_as_something_that_can_be(given: str) -> None:
    assert texts_for("en").not_digits(given).encode()


@pytest.mark.parametrize(("confidence", "said"), [(1.0, "99 %"), (0.999, "99 %"), (0.5, "50 %"), (0.0, "0 %")])
def test_nothing_is_ever_called_certain(confidence: float, said: str) -> None:
    assert said in texts_for("en").one(7, confidence)


@pytest.mark.parametrize(
    ("right", "wrong", "said"), [(299, 1, "99%"), (1, 299, "1%"), (300, 0, "100%"), (0, 2, "0%"), (2, 1, "67%")]
)
def test_not_all_and_not_none_of_the_labelled_digits_are_said_to_be_right(right: int, wrong: int, said: str) -> None:
    assert f"({said})" in texts_for("en").statistics(1, right + wrong, right, wrong)


@pytest.mark.parametrize("problem", PhotoProblem)
def test_every_problem_of_a_photo_has_a_sentence(problem: PhotoProblem) -> None:
    assert re.fullmatch(r"[A-Z].*\.", texts_for("en").photo_problem(problem))


def test_the_size_that_is_told_is_the_decoders_limit() -> None:
    assert f" {IMAGE_LIMITS.file_bytes // 1024**2} MB." in texts_for("en").photo_problem(PhotoProblem.TOO_LARGE)


def test_an_unknown_language_is_answered_in_english() -> None:
    assert texts_for("tlh-x") is texts_for("en-GB") is texts_for(None) is texts_for("en")


def test_a_page_of_very_many_digits_still_fits_a_caption() -> None:
    assert len(texts_for("en").several(" ".join(["1234567890"] * 300))) < 1024


def test_what_is_hardly_too_large_is_not_said_to_be_just_small_enough() -> None:
    assert "That is 51 MB, and a bot may send 50 MB" in texts_for("en").too_large_to_send(50.000001)
