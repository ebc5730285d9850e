"""Which way up a photo is: told by the digits that are read in it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import pytest

from model.reader import Reader
from training.synthesis.export_dataset import encode_jpeg, render_condition


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader.base(threads=1)
    yield reader
    reader.close()


def upside_down(number: int) -> tuple[bytes, str]:
    """A generated photo that lies upside down, and what is written on it."""
    made = render_condition((331, zlib.crc32(b"turned-180"), number), "turned-180")
    return encode_jpeg(made), made.text


# Of these the detector, which is given them as they lie, tells 5136818, 1477116 and so on: hardly a digit that is none
# upside down. Turned over, they are told at once.
@pytest.mark.parametrize(("number", "text"), [(5, "8739315"), (7, "39874 41771"), (47, "7994")])
def test_digits_that_are_none_upside_down_are_looked_for_the_other_way_up(
    reader: Reader, number: int, text: str
) -> None:
    content, written = upside_down(number)
    assert written == text
    assert reader.read(content).text.replace(" ", "") == text.replace(" ", "")
