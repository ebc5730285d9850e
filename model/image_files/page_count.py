"""How many pages a TIFF file has, told from its directories alone: nothing is decoded.

TIFF revision 6.0 (Adobe, 1992), section 2: a header, then image file directories, each of which says where the next
one lies. A directory of a preview or of a transparency mask is no page (tag 254, NewSubfileType). BigTIFF
(libtiff's design of 2007) is the same with numbers of 8 bytes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

_SUBFILE_TYPE = 254
_PREVIEW, _MASK = 1, 4  # bits of NewSubfileType
_MAX_DIRECTORIES = 10_000  # 20 MB hold many more: their number is then told as this


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a kind of file writes its directories, as formats of ``struct``: the number of their entries, an entry (tag,
    type, count, and the first 4 bytes of its value), and the offset of the next one, which for the first stands at
    ``start``."""

    entries: struct.Struct
    entry: struct.Struct
    entry_bytes: int
    offset: struct.Struct
    start: int

    @classmethod
    def tiff(cls, order: str) -> _Layout:
        return cls(struct.Struct(order + "H"), struct.Struct(order + "HHII"), 12, struct.Struct(order + "I"), 4)

    @classmethod
    def bigtiff(cls, order: str) -> _Layout:
        return cls(struct.Struct(order + "Q"), struct.Struct(order + "HHQI"), 20, struct.Struct(order + "Q"), 8)


_LAYOUTS: Final = MappingProxyType(
    {
        b"II*\x00": _Layout.tiff("<"),
        b"MM\x00*": _Layout.tiff(">"),
        b"II+\x00": _Layout.bigtiff("<"),
        b"MM\x00+": _Layout.bigtiff(">"),
    }
)


def count_pages(content: bytes) -> int:
    """The pages of a TIFF file, at least 1; 1 for any other file."""
    layout = _LAYOUTS.get(content[:4])
    if layout is None:
        return 1
    try:
        return max(1, _count(content, layout))
    except struct.error:  # cut off within a directory
        return 1


def _count(content: bytes, layout: _Layout) -> int:
    pages, seen = 0, set[int]()
    at = _number(layout.offset, content, layout.start)
    while at and at not in seen and len(seen) < _MAX_DIRECTORIES:  # a directory may name itself as the next one
        seen.add(at)
        entries, first = _number(layout.entries, content, at), at + layout.entries.size
        pages += _is_page(content, layout, first, entries)
        at = _number(layout.offset, content, first + entries * layout.entry_bytes)
    return pages


def _number(form: struct.Struct, content: bytes, at: int) -> int:
    """Raises ``struct.error`` where the file ends before it."""
    if at >= len(content):  # an offset of 8 bytes may be larger than any index
        raise struct.error
    return int(form.unpack_from(content, at)[0])


def _is_page(content: bytes, layout: _Layout, at: int, entries: int) -> bool:
    """Whether a directory whose entries begin at ``at`` is neither preview nor mask; entries are sorted by tag, and few
    tags come before NewSubfileType."""
    for number in range(min(entries, 4)):
        tag, _, _, value = layout.entry.unpack_from(content, at + number * layout.entry_bytes)
        if tag == _SUBFILE_TYPE:
            return not value & (_PREVIEW | _MASK)
    return True
