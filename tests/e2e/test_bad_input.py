"""Whatever arrives gets one clear sentence, and the bot goes on."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image


def png_that_promises(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims any size: an image bomb needs no more."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def jpeg_of_many_scans() -> bytes:
    """150 KB of a progressive JPEG that repeat its last scan: each goes over all 36 million pixels."""
    buffer = io.BytesIO()
    Image.new("L", (6000, 6000), 255).save(buffer, "JPEG", progressive=True)
    content = buffer.getvalue()
    return content[:-2] + content[content.rindex(b"\xff\xda") : -2] * 2000 + content[-2:]


def gif() -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (200, 200), 255).save(buffer, "GIF")
    return buffer.getvalue()


async def answered(ann: Any, page: Callable[..., bytes]) -> bool:
    """Whether the bot still reads."""
    await ann.photo(page("7"))
    return bool(ann.words(await ann.reply()).startswith("7"))


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"This is no picture.", "photo.jpg", "not a picture that I can open"),
        (b"", "photo.jpg", "empty"),
        (png_that_promises(20_000, 20_000), "bomb.png", "too many pixels"),
        (png_that_promises(40_000_000, 1), "strip.png", "longer than 20,000 pixels"),
        (jpeg_of_many_scans(), "scans.jpg", "takes too long to read"),
        (b"\x00" * 25_000_000, "large.jpg", "larger than 20 MB"),
        (b"%PDF-1.4 and so on", "digits.pdf", "not a picture that I can open"),
        (gif()[:40], "cut.gif", "cut off"),
    ],
    ids=[
        "text named jpg",
        "empty file",
        "20,000 x 20,000",
        "40,000,000 x 1",
        "2,000 scans",
        "25 MB",
        "a PDF",
        "a cut GIF",
    ],
)
async def test_a_file_that_cannot_be_read_gets_its_sentence(
    ann: Any, page: Callable[..., bytes], content: bytes, name: str, said: str
) -> None:
    await ann.document(content, name)
    assert said in ann.words(await ann.reply())
    assert await answered(ann, page)


async def test_a_truncated_jpeg_is_said_to_be_cut_off(ann: Any, page: Callable[..., bytes]) -> None:
    whole = page("7")
    await ann.document(whole[: len(whole) // 2], "photo.jpg")
    assert "cut off" in ann.words(await ann.reply())
    assert await answered(ann, page)


async def test_a_gifs_first_frame_sent_as_a_file_is_read_as_a_picture(ann: Any) -> None:
    await ann.document(gif(), "blank.gif")
    assert "no digit" in ann.words(await ann.reply())
