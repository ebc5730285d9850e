"""The second look: digits beside whatever else is in view, and nothing where nobody wrote."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from model.reader import Reader
from training.synthesis import negatives, pages
from training.synthesis.export_dataset import encode_jpeg


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader.base(threads=1)
    yield reader
    reader.close()


@pytest.mark.parametrize("condition", ["table-edge", "second-sheet", "window-light", "wrinkles", "fingers"])
def test_digits_are_read_whatever_else_is_in_view(reader: Reader, condition: str) -> None:
    texts = ["27", "385", "46"]
    read = [
        reader.read(encode_jpeg(pages.render_page(n, (condition,), text=text))).text for n, text in enumerate(texts)
    ]
    assert sum(a == b for a, b in zip(read, texts, strict=True)) >= 2


@pytest.mark.parametrize(("seed", "text"), [(3, "1"), (8, "1"), (10, "551"), (4, "7"), (15, "4368")])
def test_a_digit_is_told_from_the_bars_of_a_window_across_it(reader: Reader, seed: int, text: str) -> None:
    """Bars and digit are one mark, which can be cut into ones and sevens."""
    assert reader.read(encode_jpeg(pages.render_page(seed, ("window-light",), text=text))).text == text


@pytest.mark.parametrize("condition", ["touching", "overlapping"])
def test_digits_that_run_together_stay_as_many_as_they_are(reader: Reader, condition: str) -> None:
    texts = ["897", "6187", "744", "364"]
    read = [
        reader.read(encode_jpeg(pages.render_page(n, (condition,), text=text))).text for n, text in enumerate(texts)
    ]
    assert [len(each) for each in read] == [len(each) for each in texts]


@pytest.mark.parametrize("condition", ["table-edge", "second-sheet"])
def test_a_one_alone_is_read_beside_edges(reader: Reader, condition: str) -> None:
    read = [reader.read(encode_jpeg(pages.render_page(n, (condition,), text="1"))).text for n in range(4)]
    assert read.count("1") >= 3


@pytest.mark.parametrize("condition", ["table-edge", "window-light", "second-sheet"])
def test_edges_and_bars_are_no_ones(reader: Reader, condition: str) -> None:
    read = [
        reader.read(encode_jpeg(negatives.render_negative_page(seed, "blank", (condition,)))).text for seed in range(6)
    ]
    assert read == [""] * 6


@pytest.mark.parametrize("subject", ["blank", "printed-words", "texture"])
def test_no_digit_is_read_where_nobody_wrote_one(reader: Reader, subject: str) -> None:
    read = [reader.read(encode_jpeg(negatives.render_negative_page(seed, subject, ()))).text for seed in range(3)]
    assert read == ["", "", ""]
