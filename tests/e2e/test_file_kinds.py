"""Pictures as files of every kind: what a file holds counts, and not what it is called; too large is refused unseen."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from model.limits import IMAGE_LIMITS

Page = Callable[..., bytes]

LARGE = IMAGE_LIMITS.file_bytes + 1
FRAME = {"file_id": "f", "file_unique_id": "u", "width": 9000, "height": 9000, "file_size": LARGE}


def converted(jpeg: bytes, form: str) -> bytes:
    buffer = io.BytesIO()
    Image.open(io.BytesIO(jpeg)).convert("RGB").save(buffer, form)
    return buffer.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "HEIF", "PPM"])
async def test_a_picture_is_read_as_a_file_of_each_kind(ann: Any, page: Page, form: str) -> None:
    await ann.document(converted(page("427"), form), f"scan.{form.lower()}")
    assert ann.words(await ann.reply()) == "I read 427"


async def test_of_a_moving_gif_as_a_file_the_first_frame_is_read(ann: Any, page: Page) -> None:
    first, second = (Image.open(io.BytesIO(page(text))).convert("L") for text in ("427", "15"))
    buffer = io.BytesIO()
    first.save(buffer, "GIF", save_all=True, append_images=[second.resize(first.size)])
    await ann.document(buffer.getvalue(), "digits.gif")
    assert ann.words(await ann.reply()) == "I read 427"


@pytest.mark.parametrize("name", ["digits.pdf", "digits.mp4", "digits.txt", "digits"])
async def test_a_picture_that_is_called_something_else_is_read(ann: Any, page: Page, name: str) -> None:
    await ann.document(page("427"), name)
    assert ann.words(await ann.reply()) == "I read 427"


@pytest.mark.parametrize("content", [b"%PDF-1.7 and so on", b"PK\x03\x04" + bytes(100), b"\x00\x00\x00\x18ftypmp42"])
async def test_what_is_called_a_picture_and_is_none_is_refused(ann: Any, content: bytes) -> None:
    sent = await ann.document(content, "digits.png")
    assert sent["mime"] == "image/png"
    assert "not a picture that I can open" in ann.words(await ann.reply())


@pytest.mark.parametrize(
    "content",
    [
        {"document": {"file_id": "f", "file_unique_id": "u", "file_size": LARGE, "mime_type": "image/png"}},
        {"photo": [FRAME]},
    ],
    ids=["file", "photo"],
)
async def test_what_is_too_large_is_refused_before_it_is_fetched(ann: Any, people: Any, content: Any) -> None:
    await ann.sends(**content)
    assert "larger than 20 MB" in ann.words(await ann.reply())
    calls = (await people.books())["calls"]
    assert "getFile" not in calls
    assert "file" not in calls


async def test_a_live_photo_is_read_once(ann: Any, page: Page) -> None:
    await ann.live_photo(page("427"))
    assert ann.words(await ann.reply()) == "I read 427"
    await ann.silence()


async def test_a_live_photo_behind_a_spoiler_is_answered_behind_one(ann: Any, page: Page) -> None:
    await ann.live_photo(page("427"), spoiler=True, caption="421")
    answer = await ann.reply()
    assert answer["spoiler"]
    assert "Corrected: 421 (I had read 427)" in ann.words(answer)
