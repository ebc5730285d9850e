"""Containers of pictures: what a file says of itself before it is decoded, and the file without what is not needed.

Decoders read headers without a bound: 18 MB of comments, a million empty chunks, hundreds of scans that each go over
all pixels. Here the structure of JPEG, PNG, WebP, HEIC and AVIF files is walked in bounded time; comments, profiles and
texts of JPEG and PNG are left out, so that they can neither cost anything nor be damaged.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass

JPEG_START, JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
_PNG_START = b"\x89PNG\r\n\x1a\n"

_MAX_PARTS = 40_000  # segments, chunks or boxes: a PNG of 20 MB has 2,560 chunks of libpng's 8 KB
_MAX_METADATA_BYTES = 128 * 1024  # of EXIF and XMP; a phone's take 10 to 70 KB
_MAX_SCANS = 16  # of a JPEG, each of which goes over all pixels; libjpeg writes 10 to a progressive one
_MAX_HEIF_HEADER_BYTES = 256 * 1024  # all but the coded pixels
_MAX_PLAIN_PPM_BYTES = 4 * 2**20  # Pillow reads numbers written out at 6 MB a second
_SMALL_FILE_BYTES = 16 * 1024  # of the formats that are not walked: reading so few costs little

# Markers of JPEG (ITU-T T.81, table B.1).
_HUFFMAN_FRAMES = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended sequential, progressive
_PROGRESSIVE = 0xC2
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN, _FILL = 0xDA, 0xFF
_NEEDED = frozenset({0xE0, 0xE1, 0xEE})  # JFIF, EXIF and XMP, Adobe's colour transform
_LEFT_OUT = frozenset({*range(0xE0, 0xF0), 0xFE}) - _NEEDED  # other applications' own, and comments
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # within coded data: no stuffed byte, no restart

_CRITICAL_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT"})


class TooManyParts(Exception):
    """A file of so many segments, chunks or written numbers that reading only these would take too long."""


@dataclass(frozen=True, slots=True)
class Container:
    """A file's ``content`` without what is not needed.

    ``is_usual`` says that its form is one that takes time and memory by its pixels alone to decode; ``is_scaled`` that
    the decoder scales it down as it goes, and takes little of both (a JPEG of one scan).
    """

    content: bytes
    is_usual: bool
    is_scaled: bool = False


def inspect(content: bytes) -> Container:
    """Walk a file's structure. Raises ``TooManyParts``; what is damaged or unknown is given as it is."""
    if content.startswith(JPEG_START):
        return _jpeg(content)
    if content.startswith(_PNG_START):
        return _png(content)
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        is_animated = content[12:16] == b"VP8X" and bool(content[20:21]) and bool(content[20] & 2)
        return Container(content, is_usual=not is_animated)
    if content[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"}:
        return Container(content, is_usual=_has_small_header(content))
    if content.startswith((b"P2", b"P3")) and len(content) > _MAX_PLAIN_PPM_BYTES:
        raise TooManyParts
    # A TIFF may hold a JPEG of very many scans.
    is_small = len(content) <= _SMALL_FILE_BYTES
    return Container(content, is_usual=is_small and not (content.startswith((b"II", b"MM")) and JPEG_START in content))


def _jpeg(content: bytes) -> Container:
    """Keep the segments up to the first scan that are needed."""
    kept, metadata, frame, at = [content[:2]], 0, b"\0" * 10, 2
    for _ in range(_MAX_PARTS):
        if at + 5 > len(content):
            return Container(content, is_usual=True)  # cut off: it ends as soon as it is opened
        start, marker, size = struct.unpack_from(">BBH", content, at)
        if start != _FILL:  # the decoder looks for the next marker, byte by byte
            return Container(content, is_usual=False)
        if marker == _FILL:
            at += 1
            continue
        if marker == _SCAN:
            header = b"".join(kept)
            return _with_scans(content if len(header) == at else header + content[at:], len(header), frame)
        metadata += size * (marker in _NEEDED)
        if marker not in _LEFT_OUT and (marker not in _NEEDED or metadata <= _MAX_METADATA_BYTES):
            kept.append(content[at : at + 2 + size])
        frame = content[at : at + 10] if marker in _FRAMES else frame
        at += 2 + size
    raise TooManyParts


def _with_scans(content: bytes, first: int, frame: bytes) -> Container:
    """Tell by the start of the frame and of the first scan what all scans take.

    A sequential JPEG whose first scan holds all components is complete with it: what follows is not decoded.
    """
    kind, components = frame[1], frame[9:10]
    if kind in _HUFFMAN_FRAMES - {_PROGRESSIVE} and content[first + 4 : first + 5] == components:
        return Container(content, is_usual=True, is_scaled=True)
    return Container(content, is_usual=kind in _HUFFMAN_FRAMES and _count_scans(content, first) <= _MAX_SCANS)


def _count_scans(content: bytes, first: int) -> int:
    """Count the scans up to the end of the picture; pictures may follow (previews, gain maps), or a video."""
    count, at = 0, first
    for _ in range(_MAX_PARTS):
        found = _MARKER.search(content, at)
        if found is None or found[0] == JPEG_END:
            return count
        count += found[0][1] == _SCAN
        at = found.end()
        if found[0][1] > 0x01:  # what a segment holds is no marker
            at += int.from_bytes(content[at : at + 2])
    raise TooManyParts


def _png(content: bytes) -> Container:
    """Keep the chunks that make the picture, and a small EXIF block; what was cut off at the end is closed."""
    kept, at = [_PNG_START], len(_PNG_START)
    for _ in range(_MAX_PARTS):
        if at + 8 > len(content):
            break
        size, kind = struct.unpack_from(">I4s", content, at)
        if kind == b"IEND":
            break
        if kind in _CRITICAL_CHUNKS:
            whole = content[at : at + 12 + size]
            kept.append(whole if len(whole) == 12 + size else _chunk(kind, whole[8 : 8 + size]))
        elif kind == b"eXIf" and size <= _MAX_METADATA_BYTES:
            kept.append(_chunk(kind, content[at + 8 : at + 8 + size]))
        at += 12 + size
    else:
        raise TooManyParts
    return Container(b"".join([*kept, _chunk(b"IEND", b"")]), is_usual=True)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _has_small_header(content: bytes) -> bool:
    """Whether a HEIC or AVIF file's boxes (ISO/IEC 14496-12) are few, and small but for that of the coded pixels."""
    at = header = 0
    for _ in range(64):
        if at + 8 > len(content):
            return header <= _MAX_HEIF_HEADER_BYTES
        size, kind = struct.unpack_from(">I4s", content, at)
        if size < 8:  # 0: to the end of the file; 1: longer than 4 GB
            return header <= _MAX_HEIF_HEADER_BYTES and kind == b"mdat"
        header += size * (kind != b"mdat")
        at += size
    return False
