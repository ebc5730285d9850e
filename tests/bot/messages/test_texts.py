"""The sentences: valid Telegram HTML whatever people write, and never a certainty that nobody has."""

from __future__ import annotations

import inspect
import re
from html.parser import HTMLParser

import pytest

from bot.messages.texts import CATALOGUES, Texts, texts_for
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


@pytest.mark.parametrize("texts", CATALOGUES.values(), ids=CATALOGUES)
def test_every_plain_sentence_is_valid_html(texts: Texts) -> None:
    sentences = [value for _, value in inspect.getmembers(texts) if isinstance(value, str)]
    assert len(sentences) > 20
    assert all(map(is_valid, (sentence for sentence in sentences if sentence != Texts.__doc__)))


@pytest.mark.parametrize("given", ["<b>", "</code>", "&amp;", "7" * 5000, "<a href='x'>"])
def test_what_people_write_is_escaped_and_cut(given: str) -> None:
    assert is_valid(Texts().not_digits(given))


@pytest.mark.parametrize(("confidence", "said"), [(1.0, "99 %"), (0.999, "99 %"), (0.5, "50 %"), (0.0, "0 %")])
def test_nothing_is_ever_called_certain(confidence: float, said: str) -> None:
    assert said in Texts().one(7, confidence)


@pytest.mark.parametrize("problem", PhotoProblem)
def test_every_problem_of_a_photo_has_a_sentence(problem: PhotoProblem) -> None:
    assert re.fullmatch(r"[A-Z].*\.", Texts().photo_problem(problem))


def test_the_size_that_is_told_is_the_decoders_limit() -> None:
    assert f" {IMAGE_LIMITS.file_bytes // 1024**2} MB." in Texts().photo_problem(PhotoProblem.TOO_LARGE)


def test_an_unknown_language_is_answered_in_english() -> None:
    assert texts_for("tlh-x") is texts_for("en-GB") is texts_for(None) is CATALOGUES["en"]


def test_a_page_of_very_many_digits_still_fits_a_caption() -> None:
    assert len(Texts().several(" ".join(["1234567890"] * 300))) < 1024
