"""How many pages a TIFF file has, told from its directories alone: nothing is decoded.

TIFF revision 6.0 (Adobe, 1992), section 2: a header, then image file directories, each of which says where the next
one lies. A directory of a preview or of a transparency mask is no page (tag 254, NewSubfileType).
"""

from __future__ import annotations

import struct

_BYTE_ORDERS = {b"II*\x00": "<", b"MM\x00*": ">"}
_SUBFILE_TYPE = 254
_PREVIEW, _MASK = 1, 4  # bits of NewSubfileType
_MAX_DIRECTORIES = 10_000  # 20 MB hold many more: their number is then told as this
_ENTRY_BYTES = 12


def count_pages(content: bytes) -> int:
    """The pages of a TIFF file, at least 1; 1 for any other file."""
    order = _BYTE_ORDERS.get(content[:4])
    if order is None:
        return 1
    try:
        return max(1, _count(content, order))
    except struct.error:  # cut off within a directory
        return 1


def _count(content: bytes, order: str) -> int:
    pages, seen = 0, set[int]()
    (at,) = struct.unpack_from(order + "I", content, 4)
    while at and at not in seen and len(seen) < _MAX_DIRECTORIES:  # a directory may name itself as the next one
        seen.add(at)
        (entries,) = struct.unpack_from(order + "H", content, at)
        pages += _is_page(content, order, at + 2, entries)
        (at,) = struct.unpack_from(order + "I", content, at + 2 + entries * _ENTRY_BYTES)
    return pages


def _is_page(content: bytes, order: str, at: int, entries: int) -> bool:
    """Whether a directory whose entries begin at ``at`` is neither preview nor mask; entries are sorted by tag, and few
    tags come before NewSubfileType."""
    for number in range(min(entries, 4)):
        tag, _, _, value = struct.unpack_from(order + "HHII", content, at + number * _ENTRY_BYTES)
        if tag == _SUBFILE_TYPE:
            return not value & (_PREVIEW | _MASK)
    return True
