"""Which picture of a message is read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from telegram import Chat, Message, PhotoSize

from bot.photos.photo_download import attachment_in


def photo_message(*sizes: tuple[int, int]) -> Message:
    photo = [PhotoSize(f"{width}", f"unique {width}", width, height) for width, height in sizes]
    return Message(1, datetime.now(UTC), Chat(7, "private"), photo=photo)


@pytest.mark.parametrize(
    ("sizes", "read"),
    [
        ([(90, 68), (320, 240), (800, 600), (1280, 960)], "800"),
        ([(51, 90), (180, 320), (450, 800), (720, 1280)], "450"),
        ([(90, 68), (320, 240), (1000, 750)], "1000"),
        ([(90, 68), (320, 240)], "320"),
    ],
)
def test_the_smallest_size_that_costs_no_accuracy_is_read(sizes: list[tuple[int, int]], read: str) -> None:
    attachment = attachment_in(photo_message(*sizes))
    assert attachment
    assert attachment.file == read
