"""Pages of a TIFF file are counted from its directories, whatever these claim."""

from __future__ import annotations

import io
import struct
import time

import pytest
from PIL import Image

from model.image_decoding import PictureFile
from model.image_files.page_count import count_pages

DIRECTORY = struct.pack("<H", 1) + struct.pack("<HHII", 256, 4, 1, 8)


def picture(form: str, pages: int, **options: object) -> bytes:
    images = [Image.new("L", (40, 30), 255 - page) for page in range(pages)]
    buffer = io.BytesIO()
    more = {"save_all": True, "append_images": images[1:]} if pages > 1 else {}
    images[0].save(buffer, form, **more, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("pages", [1, 2, 7])
@pytest.mark.parametrize("options", [{}, {"compression": "tiff_lzw"}, {"big_tiff": False}, {"big_tiff": True}])
def test_each_page_is_counted(pages: int, options: dict[str, object]) -> None:
    content = picture("TIFF", pages, **options)
    assert count_pages(content) == pages == PictureFile(content).pages


@pytest.mark.parametrize("content", [picture("PNG", 1), picture("GIF", 3), b"", b"II*\x00", b"MM\x00*\x00\x00\x00\x08"])
def test_any_other_or_damaged_file_has_one(content: bytes) -> None:
    assert count_pages(content) == 1


@pytest.mark.parametrize(("kind", "pages"), [(1, 1), (4, 1), (2, 2), (0, 2)])
def test_a_preview_and_a_mask_are_no_pages(kind: int, pages: int) -> None:
    first = DIRECTORY + struct.pack("<I", 8 + len(DIRECTORY) + 4)
    second = struct.pack("<H", 1) + struct.pack("<HHII", 254, 4, 1, kind) + struct.pack("<I", 0)
    assert count_pages(b"II*\x00" + struct.pack("<I", 8) + first + second) == pages


@pytest.mark.parametrize(("order", "mark"), [("<", b"II+\x00"), (">", b"MM\x00+")])
@pytest.mark.parametrize(("kind", "pages"), [(1, 1), (4, 1), (2, 2), (0, 2)])
def test_a_bigtiff_file_is_counted_in_either_byte_order(order: str, mark: bytes, kind: int, pages: int) -> None:
    size = 8 + 20 + 8
    first = struct.pack(order + "QHHQIIQ", 1, 256, 4, 1, 8, 0, 16 + size)
    second = struct.pack(order + "QHHQIIQ", 1, 254, 4, 1, kind, 0, 0)
    content = mark + struct.pack(order + "HHQ", 8, 0, 16) + first + second
    assert count_pages(content) == pages
    for damaged in (content[:30], content[:60], content.replace(struct.pack(order + "Q", 16 + size), b"\xff" * 8)):
        assert count_pages(damaged) == 1


def test_directories_that_name_each_other_end() -> None:
    assert count_pages(b"II*\x00" + struct.pack("<I", 8) + DIRECTORY + struct.pack("<I", 8)) == 1


def test_very_many_directories_are_counted_in_no_time() -> None:
    size = len(DIRECTORY) + 4
    chain = b"".join(DIRECTORY + struct.pack("<I", 8 + size * number) for number in range(1, 1_000_000))
    begun = time.process_time()
    assert count_pages(b"II*\x00" + struct.pack("<I", 8) + chain) == 10_000
    assert time.process_time() - begun < 0.5
