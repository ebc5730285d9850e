"""No picture stops the reader: what costs too much is refused, kindly and early, and what only looks so is read."""

from __future__ import annotations

import io
import logging
import os
import resource
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model import image_decoding
from model.image_decoding import FORMATS, PhotoError, PhotoProblem, PictureFile
from model.image_files.container import TooManyParts, inspect
from model.image_files.decoding_process import decode_in_process
from model.image_files.pillow_decoding import decode_image, open_image
from model.limits import IMAGE_LIMITS, ImageLimits
from model.reader import Reader
from tests.decoding import decode, decode_reduced

AREA = 1280 * 960
SEGMENT = b"\xff\xfe" + struct.pack(">H", 65_535) + b"a" * 65_533  # a comment of a JPEG


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def chunk(kind: bytes, data: bytes, *, crc: int | None = None) -> bytes:
    return (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data) if crc is None else crc)
    )


def png(width: int, height: int, *chunks: bytes, row_bytes: int = 0, bits: int = 8, colour: int = 0) -> bytes:
    """A black PNG of any size that takes next to nothing to make; ``chunks`` go before its pixels."""
    packer, row = zlib.compressobj(9), bytes(1 + (row_bytes or width))
    pixels = [packer.compress(row) for _ in range(height)]
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    data = chunk(b"IDAT", b"".join([*pixels, packer.flush()]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunks) + data + chunk(b"IEND", b"")


def jpeg(width: int = 800, height: int = 600, **options: object) -> bytes:
    return encoded(Image.new("L", (width, height), 200), "JPEG", **options)


def jpeg_of_many_scans(width: int, height: int) -> bytes:
    """150 KB of a progressive JPEG that repeat its last scan 2,000 times: each goes over all pixels."""
    content = jpeg(width, height, progressive=True)
    scan = content[content.rindex(b"\xff\xda") : -2]
    return content[:-2] + scan * 2000 + content[-2:]


def jpeg_of_hidden_scans(width: int, height: int) -> bytes:
    """The same, with the mark of an end in a comment before the scans that are repeated."""
    content = jpeg(width, height, progressive=True)
    start = content.rindex(b"\xff\xda")
    return content[:start] + b"\xff\xfe\x00\x04\xff\xd9" + content[start:-2] * 2000 + content[-2:]


def drawn() -> Image.Image:
    """Smooth shapes, as photos have them, 640 x 480."""
    down, across = np.mgrid[:480, :640]
    waves = 128 + 60 * np.sin(across / 17) + 60 * np.cos(down / 11)
    return Image.fromarray(np.stack([waves, waves[::-1], waves[:, ::-1]], axis=2).clip(0, 255).astype(np.uint8))


def saved(form: str) -> bytes:
    return encoded(drawn(), form.removeprefix("progressive "), progressive=form.startswith("progressive"))


def outcome(content: bytes) -> str:
    """What is wrong with a picture, or "read"."""
    try:
        decode_reduced(content, AREA)
    except PhotoError as error:
        return error.problem
    return "read"


HOSTILE: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "a PNG of 49,999,999 x 1": (lambda: png(49_999_999, 1), {"one side too long"}),
    "a PNG of 1 x 20,000": (lambda: png(1, 20_000), {"read"}),
    "a PNG of 20,000 x 2,500": (lambda: png(20_000, 2_500), {"read", "too costly"}),
    "a deeply compressed PNG of 49 megapixels": (lambda: png(7000, 7000), {"read", "too costly"}),
    "49 megapixels of 16 bits and alpha": (
        lambda: png(7000, 7000, row_bytes=56_000, bits=16, colour=6),
        {"read", "too costly"},
    ),
    "a float TIFF of 49 megapixels": (
        lambda: encoded(Image.new("F", (7000, 7000)), "TIFF", compression="tiff_deflate"),
        {"read", "too costly"},
    ),
    "a CMYK TIFF of 49 megapixels": (
        lambda: encoded(Image.new("CMYK", (7000, 7000)), "TIFF", compression="tiff_deflate"),
        {"read", "too costly"},
    ),
    "a TIFF of a million tiles": (
        lambda: tiff_of_tiles(1_000_000),
        {"too costly", "truncated"},
    ),
    "an ASCII PGM of 9 megapixels": (lambda: b"P2 3000 3000 9\n" + b"1 " * 9_000_000, {"too costly"}),
    "a PGM with 18 MB of comments": (lambda: b"P5\n#" + b"a" * (18 << 20) + b"\n9 9 9\n" + bytes(81), {"too costly"}),
    "a JPEG with 18 MB of comments": (lambda: SEGMENT.join([jpeg()[:2]] + [b""] * 288) + jpeg()[2:], {"read"}),
    "a JPEG with 4,000,000 comments": (
        lambda: jpeg()[:2] + b"\xff\xfe\x00\x02" * 4_000_000 + jpeg()[2:],
        {"too costly"},
    ),
    "a JPEG with 18 MB between its markers": (
        lambda: jpeg()[:2] + bytes(18 << 20) + jpeg()[2:],
        {"not an image", "truncated", "too costly"},
    ),
    "a progressive JPEG of 2,000 scans": (lambda: jpeg_of_many_scans(7000, 7000), {"too costly"}),
    "a JPEG whose scans are hidden": (lambda: jpeg_of_hidden_scans(4000, 4000), {"too costly"}),
    "a PNG with 18 MB of text": (lambda: png(800, 600, chunk(b"tEXt", b"Comment\0" + b"a" * (18 << 20))), {"read"}),
    "a PNG with 1,500,000 chunks": (lambda: png(800, 600, chunk(b"teXt", b"") * 1_500_000), {"too costly"}),
    "a PNG whose text unpacks to 2 GB": (
        lambda: png(800, 600, chunk(b"zTXt", b"C\0\0" + zlib.compress(bytes(40 << 20), 9)) * 50),
        {"read"},
    ),
    "a GIF of 40 frames": (
        lambda: encoded(
            Image.new("L", (2000, 2000)),
            "GIF",
            save_all=True,
            append_images=[Image.new("L", (2000, 2000), level * 6) for level in range(40)],
        ),
        {"read"},
    ),
    "a GIF with 3,600,000 extensions": (lambda: gif_of_extensions(3_600_000), {"read", "too costly"}),
    "a TIFF of 60 frames": (
        lambda: encoded(
            Image.new("L", (2000, 2000)),
            "TIFF",
            compression="tiff_deflate",
            save_all=True,
            append_images=[Image.new("L", (2000, 2000))] * 60,
        ),
        {"read"},
    ),
    "an animated WebP of 20 frames": (
        lambda: encoded(
            Image.new("RGB", (2000, 2000)),
            "WEBP",
            save_all=True,
            method=0,
            append_images=[Image.new("RGB", (2000, 2000), (level * 9,) * 3) for level in range(20)],
        ),
        {"read"},
    ),
    "a WebP of 48 megapixels with alpha": (
        lambda: encoded(Image.new("RGBA", (16_000, 3_000)), "WEBP", lossless=True, method=0),
        {"read", "too costly"},
    ),
}


def gif_of_extensions(count: int) -> bytes:
    content = encoded(Image.new("P", (800, 600)), "GIF")
    start = content.index(b",", 13 + 3 * (2 << (content[10] & 7)))
    return content[:start] + b"\x21\xfe\x01a\0" * count + content[start:]


def tiff_of_tiles(count: int) -> bytes:
    """A TIFF of 1,000 x 1,000 pixels, each of them a tile."""
    entries = [
        (256, 1, 1000),
        (257, 1, 1000),
        (258, 1, 8),
        (259, 1, 1),
        (262, 1, 1),
        (277, 1, 1),
        (322, 1, 1),
        (323, 1, 1),
    ]
    end = 8 + 2 + 12 * (len(entries) + 2) + 4
    entries += [(324, count, end), (325, count, end + 4 * count)]
    header = b"II*\0" + struct.pack("<IH", 8, len(entries))
    fields = b"".join(struct.pack("<HHII", tag, 4, number, value) for tag, number, value in entries)
    return header + fields + bytes(4) + struct.pack("<I", 8) * count + struct.pack("<I", 1) * count


@dataclass(frozen=True, slots=True)
class Cost:
    """What came of a picture, its processor seconds (or less, where the clock says so) and the bytes of its decoder."""

    result: str
    seconds: float
    decoder_bytes: int


@pytest.fixture(scope="module")
def other_process() -> Iterator[ProcessPoolExecutor]:
    """A process whose only children are decoders, so that the largest of its children is a decoder."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        yield executor


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_no_picture_costs_more_than_two_seconds_and_a_gigabyte(name: str, other_process: ProcessPoolExecutor) -> None:
    make, expected = HOSTILE[name]
    content = make()
    assert len(content) <= IMAGE_LIMITS.file_bytes
    cost = other_process.submit(_measured, content).result()
    assert cost.result in expected
    assert cost.seconds < 2
    assert cost.decoder_bytes < IMAGE_LIMITS.decoding_bytes < 2**30


def _measured(content: bytes) -> Cost:
    reader = Reader.base(threads=1)
    start, before = time.perf_counter(), _processor_seconds()
    try:
        reader.read(content)
        result = "read"
    except PhotoError as error:
        result = error.problem.value
    seconds = min(time.perf_counter() - start, _processor_seconds() - before)  # a busy machine takes longer
    return Cost(result, seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)


def _processor_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: png(49_999_999, 1), id="a long PNG"),
        pytest.param(lambda: jpeg()[:2] + b"\xff\xfe\x00\x02" * 100_000 + jpeg()[2:], id="a JPEG of many comments"),
        pytest.param(lambda: png(80, 60, chunk(b"teXt", b"") * 100_000), id="a PNG of many chunks"),
        pytest.param(lambda: b"P3 1500 1500 9\n" + b"1 " * 6_750_000, id="a PPM of written numbers"),
    ],
)
def test_what_its_header_tells_is_refused_at_once(content: Callable[[], bytes]) -> None:
    made = content()
    start = time.thread_time()
    with pytest.raises(PhotoError):
        PictureFile(made).reduced(AREA)
    assert time.thread_time() - start < 0.2


@pytest.mark.parametrize(
    ("limits", "width", "problem"),
    [
        (ImageLimits(side=800), 800, "read"),
        (ImageLimits(side=799), 800, PhotoProblem.TOO_LONG),
        (ImageLimits(thread_pixels=1000), 800, "read"),
        (ImageLimits(thread_pixels=1000, decoding_s=0.001), 6000, PhotoProblem.TOO_COSTLY),
        (ImageLimits(thread_pixels=1000, decoding_bytes=48 << 20), 6000, PhotoProblem.TOO_COSTLY),
    ],
)
def test_each_limit_decides(limits: ImageLimits, width: int, problem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_decoding, "IMAGE_LIMITS", limits)
    assert outcome(png(width, 600 * width // 800)) == problem


@pytest.mark.parametrize("form", ["PNG", "WEBP", "HEIF", "BMP", "TIFF", "GIF", "PPM"])
@pytest.mark.parametrize("area", [None, 1000])
def test_a_process_decodes_as_a_thread_does(form: str, area: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    content = encoded(drawn(), form)
    apart = decode_in_process(content, IMAGE_LIMITS, "RGB", area)
    image = open_image(content, IMAGE_LIMITS)
    here = decode_image(image, content, "RGB", area)
    assert np.array_equal(apart.pixels, here.pixels)
    assert (apart.width, apart.height) == (here.width, here.height) == (640, 480)


def test_ordinary_photos_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_decoding, "decode_in_process", lambda *_: pytest.fail("a process was started"))
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = drawn()
    for content in (
        encoded(picture, "JPEG", exif=exif),
        encoded(picture, "JPEG", progressive=True),
        encoded(picture, "JPEG") + encoded(picture, "JPEG") * 20,  # gain maps, previews, a video
        encoded(picture, "PNG"),
        encoded(picture, "WEBP"),
        encoded(picture, "HEIF"),
        encoded(picture.resize((28, 28)), "BMP"),
        encoded(picture.resize((28, 28)).convert("L"), "TIFF"),
    ):
        assert outcome(content) == "read"


def test_what_is_no_picture_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_decoding, "decode_in_process", lambda *_: pytest.fail("a process was started"))
    for content in (b"some text " * 10_000, b"%PDF-1.7" + bytes(100_000), b"\0\0\0\x20ftypisom" + bytes(100_000)):
        assert outcome(content) == PhotoProblem.NOT_AN_IMAGE


def test_what_is_decoded_apart_is_decoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def counted(content: bytes, limits: ImageLimits, mode: str, area: int | None) -> image_decoding.Photo:
        calls.append(1)
        return decode_in_process(content, limits, mode, area)

    monkeypatch.setattr(image_decoding, "decode_in_process", counted)
    file = PictureFile(encoded(drawn(), "GIF"))
    assert file.reduced(AREA).pixels.shape == (480, 640)
    assert file.reduced(1000, colour=True).pixels.shape[2] == 3
    assert file.reduced(AREA, colour=True).pixels.shape == (480, 640, 3)
    assert len(calls) == 1


def test_a_decoder_that_crashes_is_a_damaged_picture_and_one_that_cannot_start_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ended = subprocess.CompletedProcess([], -11, b"", b"")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: ended)
    assert outcome(encoded(drawn(), "GIF")) == PhotoProblem.TRUNCATED
    ended.returncode, ended.stderr = 1, b"Traceback\nModuleNotFoundError: no module\n"
    with caplog.at_level(logging.ERROR):
        assert outcome(encoded(drawn(), "GIF")) == PhotoProblem.TOO_COSTLY
    assert "no module" in caplog.text


def test_the_decoding_process_sees_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, str] = {}

    def run(*_: object, env: dict[str, str], **__: object) -> subprocess.CompletedProcess[bytes]:
        given.update(env)
        return subprocess.CompletedProcess([], 0, b'{"problem": "truncated"}\n', b"")

    monkeypatch.setenv("DIGITBOT_TOKEN", "123:secret")
    monkeypatch.setattr(subprocess, "run", run)
    outcome(encoded(drawn(), "GIF"))
    assert "PATH" in given
    assert not [name for name in given if name.startswith("DIGITBOT")]


def test_the_decoding_process_is_light() -> None:
    code = "import sys, model.image_files.decoding_process; sys.exit('cv2' in sys.modules)"
    assert subprocess.run([sys.executable, "-P", "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("form", ["JPEG", "progressive JPEG", "PNG", "BMP", "PPM"])
@pytest.mark.parametrize("cut", [1, 2, 4, 8, 16])
def test_a_picture_that_lacks_its_last_bytes_is_read(form: str, cut: int) -> None:
    whole = saved(form)
    differing = (decode(whole[:-cut]) != decode(whole)).any(axis=(1, 2))
    assert differing.sum() <= 17  # of 480 rows: a row of blocks, and the colours above it


@pytest.mark.parametrize("form", ["WEBP", "HEIF", "AVIF", "GIF", "TIFF"])
def test_other_formats_may_lack_their_last_byte(form: str) -> None:
    assert outcome(encoded(drawn(), form)[:-1]) == "read"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "HEIF", "AVIF", "PPM"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
@pytest.mark.parametrize("options", [{}, {"progressive": True}], ids=["plain", "progressive"])
def test_a_picture_of_which_a_good_part_is_missing_is_damaged(
    form: str, share: float, options: dict[str, bool]
) -> None:
    whole = encoded(drawn(), form, **(options if form == "JPEG" else {}))
    assert outcome(whole[: int(len(whole) * share)]) in {PhotoProblem.TRUNCATED, PhotoProblem.NOT_AN_IMAGE}


@pytest.mark.parametrize("form", FORMATS)
def test_what_follows_a_picture_does_no_harm(form: str) -> None:
    whole = encoded(drawn(), form)
    assert np.array_equal(decode(whole + b"anything" * 1000), decode(whole))


@pytest.mark.parametrize(
    "damaged",
    [
        pytest.param(chunk(b"tEXt", b"Comment\0" + b"a" * 3_000_000), id="a large text"),
        pytest.param(chunk(b"zTXt", b"C\0\0" + zlib.compress(bytes(30 << 20))), id="a packed text"),
        pytest.param(chunk(b"tEXt", b"Comment\0a", crc=1), id="a wrong checksum of a text"),
        pytest.param(chunk(b"gAMA", b"abcd", crc=1), id="a wrong checksum of a gamma"),
        pytest.param(chunk(b"eXIf", b"II*\0" + b"\xff" * 20, crc=1), id="a wrong checksum of EXIF"),
        pytest.param(chunk(b"iCCP", b"broken"), id="a broken profile"),
    ],
)
def test_a_png_is_read_whatever_its_other_chunks_hold(damaged: bytes) -> None:
    whole = encoded(drawn(), "PNG")
    assert np.array_equal(decode(whole[:33] + damaged + whole[33:]), decode(whole))


def test_wrong_pixels_of_a_png_stay_damaged() -> None:
    whole = bytearray(encoded(drawn(), "PNG"))
    middle = len(whole) // 2
    whole[middle : middle + 200] = bytes(200)
    assert outcome(bytes(whole)) == PhotoProblem.TRUNCATED


def test_a_jpeg_keeps_its_orientation_and_loses_its_comments() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    whole = encoded(drawn(), "JPEG", exif=exif)
    commented = whole[:2] + SEGMENT * 100 + whole[2:]
    assert len(inspect(commented).content) <= len(whole)
    assert decode(commented).shape == (640, 480, 3)


def test_too_many_parts_are_not_counted_to_their_end() -> None:
    with pytest.raises(TooManyParts):
        inspect(jpeg()[:2] + b"\xff\xfe\x00\x02" * 50_000 + jpeg()[2:])


@pytest.mark.parametrize(
    ("content", "is_usual", "is_scaled"),
    [
        (jpeg(), True, True),
        (jpeg(progressive=True), True, False),
        (jpeg() + jpeg(progressive=True) * 20, True, True),
        (jpeg(progressive=True) + jpeg(progressive=True) * 20, True, False),
        (jpeg_of_many_scans(80, 60), False, False),
        (jpeg_of_hidden_scans(80, 60), False, False),
        (jpeg().replace(b"\xff\xc0", b"\xff\xc9"), False, False),
        (png(80, 60), True, False),
    ],
    ids=["one scan", "ten", "pictures follow", "pictures follow ten", "2,000", "hidden", "arithmetic coding", "PNG"],
)
def test_only_what_costs_by_its_pixels_alone_is_usual(content: bytes, is_usual: bool, is_scaled: bool) -> None:
    container = inspect(content)
    assert (container.is_usual, container.is_scaled) == (is_usual, is_scaled)


def test_a_file_is_read_from_disk_up_to_the_limit_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.jpg"
    path.write_bytes(jpeg() + bytes(10_000))
    monkeypatch.setattr(image_decoding, "IMAGE_LIMITS", replace(IMAGE_LIMITS, file_bytes=5000))
    file = PictureFile.at(path)
    assert len(file.content) == 5001
    with pytest.raises(PhotoError) as error:
        file.size  # noqa: B018
    assert error.value.problem is PhotoProblem.TOO_LARGE
