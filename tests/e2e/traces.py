"""Looking for what people are or wrote in the bytes that a bot leaves behind, in every spelling that could be there."""

from __future__ import annotations

import base64
import contextlib
import html
import io
import json
import os
import re
import struct
import warnings
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray
from PIL import Image

MIN_BYTES = 5  # a shorter needle is in any file of some megabytes by chance
PICTURE_SIGNATURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"RIFF", b"II*\x00", b"MM\x00*", b"ftypheic")
ORDERS: tuple[Literal["little", "big"], ...] = ("little", "big")
MAX_STREAM_BYTES = 50_000_000
ZLIB_OR_GZIP = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08|PK\x03\x04")


@dataclass(frozen=True)
class Needle:
    """``value`` in one spelling; ``what`` names both."""

    what: str
    content: bytes


def of_text(what: str, text: str) -> list[Needle]:
    """A text in the encodings of texts, and as URLs, JSON, HTML, Python and dumps spell it."""
    written = {
        *(text.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")),
        *(spelt.encode() for spelt in (json.dumps(text)[1:-1], ascii(text)[1:-1], quote(text), html.escape(text))),
        *(text.lower().encode(), text.upper().encode()),
    }
    return [*_needles(what, written), *_dumped(what, text.encode())]


def of_number(what: str, number: int) -> list[Needle]:
    """A number as text, and as SQLite, C, protocol buffers and Python's pickles store it."""
    written = {struct.pack(f"{order}{kind}", number) for order in "<>" for kind in "qd"}
    written |= {number.to_bytes(length, order, signed=True) for length in (6, 7) for order in ORDERS}
    zigzag = (number << 1) ^ (number >> 63)
    written |= {_varint(abs(number)), _varint(zigzag & (2**64 - 1)), _varint(abs(number))[::-1]}
    written |= {_big_endian_varint(abs(number)), format(abs(number), "x").encode(), format(abs(number), "X").encode()}
    texts = of_text(what, str(number)) + (of_text(what, str(abs(number))) if number < 0 else [])
    packed = [need for order in ORDERS for need in _dumped(what, number.to_bytes(7, order, signed=True))]
    return [*_needles(what, written), *texts, *packed]


def of_image(what: str, image: NDArray[np.uint8]) -> list[Needle]:
    """A digit image as bytes, inverted, transposed, as floats and as packed bits: the parts of it with the most ink."""
    floats: dict[str, NDArray[Any]] = {
        "float32": image / 255,
        "float32 of 0..255": image,
        "centred float32": image / 127.5 - 1,
    }
    shades: dict[str, NDArray[Any]] = {"raw": image, "inverted": 255 - image, "transposed": image.T}
    shades |= {"float64": image / 255, **{shade: pixels.astype("<f4") for shade, pixels in floats.items()}}
    found = [
        Needle(f"{what}, {shade}", part)
        for shade, pixels in shades.items()
        for part in _inky_parts(np.ascontiguousarray(pixels))
    ]
    for threshold in (0, 127):
        packed = np.packbits(image > threshold).tobytes()
        found += [Needle(f"{what}, bits over {threshold}", packed[at : at + 24]) for at in (24, 40)]
    raw = image.tobytes()
    return found + [need for part in _inky_parts(image) for need in _dumped(f"{what}, raw", part)] + [Needle(what, raw)]


def of_file(what: str, content: bytes) -> list[Needle]:
    """A file as it was sent: parts from all over it."""
    places = range(len(content) // 8, len(content) - 48, max(len(content) // 8, 1))
    parts = [content[at : at + 48] for at in places]
    return [need for part in parts for need in [Needle(what, part), *_dumped(what, part)]]


def traces(content: bytes, needles: Iterable[Needle]) -> set[str]:
    """What of the needles is in some bytes, compressed streams within them included, and whether there is a picture."""
    layers = [content, *_streams(content)]
    met = {needle for layer in layers for needle in needles if needle.content in layer}
    found = {f"{needle.what}: {needle.content[:24]!r}" for needle in met}
    return found | {picture for layer in layers for picture in _pictures(layer)}


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder; one may go while the others are read."""
    found = {}
    for path in sorted(folder.rglob("*")):
        with contextlib.suppress(FileNotFoundError):
            if path.is_file() and not path.is_symlink():
                found[str(path.relative_to(folder))] = path.read_bytes()
    return found


def open_files(process: int) -> dict[str, bytes]:
    """The regular files that a process has open for writing or that have no name any more, temporary ones above all."""
    found = {}
    for descriptor in list(Path(f"/proc/{process}/fd").iterdir()):
        if not descriptor.exists():  # closed meanwhile, or no file
            continue
        target = str(descriptor.readlink())
        flags = int(Path(f"/proc/{process}/fdinfo/{descriptor.name}").read_text().split("flags:")[1].split()[0], 8)
        if target.startswith("/") and descriptor.is_file() and (flags & os.O_ACCMODE or "(deleted)" in target):
            found[f"open: {target}"] = descriptor.read_bytes()
    return found


def _needles(what: str, contents: Iterable[bytes]) -> list[Needle]:
    return [Needle(what, content) for content in sorted(set(contents)) if len(content) >= MIN_BYTES]


def _dumped(what: str, content: bytes) -> list[Needle]:
    """Bytes in hexadecimal digits and in base64, wherever they begin in what was encoded."""
    encoded = [base64.b64encode(bytes(shift) + content) for shift in range(3)]
    # The first and the last characters depend on what stands beside.
    inner = [text.rstrip(b"=")[(0, 2, 3)[shift] : -1] for shift, text in enumerate(encoded)]
    in_url = [text.translate(bytes.maketrans(b"+/", b"-_")) for text in inner]
    return _needles(what, {content.hex().encode(), content.hex().upper().encode(), *inner, *in_url})


def _varint(number: int) -> bytes:
    groups = []
    while number:
        groups.append(number & 127 | 128)
        number >>= 7
    groups[-1] &= 127
    return bytes(groups)


def _big_endian_varint(number: int) -> bytes:
    """SQLite's own (https://www.sqlite.org/fileformat2.html#varint)."""
    groups = list(_varint(number)[::-1])
    return bytes([each | 128 for each in groups[:-1]] + [groups[-1] & 127])


def _inky_parts(pixels: NDArray[np.generic]) -> list[bytes]:
    """The three stretches of 28 pixels that differ most from each other and from plain paper."""
    flat, size = pixels.ravel(), pixels.dtype.itemsize * 28
    rows = sorted(range(0, flat.size - 28, 14), key=lambda at: -len(np.unique(flat[at : at + 28])))
    return [flat[at : at + 28].tobytes()[:size] for at in rows[:3]]


def _streams(content: bytes) -> Iterator[bytes]:
    for begin in (match.start() for match in ZLIB_OR_GZIP.finditer(content)):
        for bits, skipped in _forms(content, begin):
            try:
                opened = zlib.decompressobj(bits).decompress(content[begin + skipped :], MAX_STREAM_BYTES)
            except zlib.error:
                continue
            if len(opened) >= MIN_BYTES:
                yield opened


def _forms(content: bytes, begin: int) -> list[tuple[int, int]]:
    """(window bits, bytes of a header) with which zlib opens a stream: a ZIP's member is bare."""
    if content[begin : begin + 2] != b"PK":
        return [(47, 0)]
    name, extra = struct.unpack("<HH", content[begin + 26 : begin + 30]) if len(content) > begin + 30 else (0, 0)
    return [(-15, 30 + name + extra)]


def _pictures(content: bytes) -> Iterator[str]:
    """The bot has no business with a picture in any file."""
    for signature in PICTURE_SIGNATURES:
        for begin in (match.start() for match in re.finditer(re.escape(signature), content)):
            start = begin - 4 if signature.startswith(b"ftyp") else begin
            try:
                with (
                    warnings.catch_warnings(action="ignore"),
                    Image.open(io.BytesIO(content[max(start, 0) :])) as picture,
                ):
                    picture.load()
                    yield f"a picture of {picture.size}"
            except (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError):
                continue
