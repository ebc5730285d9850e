"""Bodies of Bot API requests: the pieces in which they are handed to the network."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx

# Bytes that are handed on at once, or up to twice as many: httpx's write timeout counts for each piece anew.
PIECE_BYTES = 64 * 1024


async def resize_pieces(request: httpx.Request) -> None:
    """An event hook for requests (httpx, "Event Hooks").

    httpx hands on each header and each value of a form by itself, and a whole picture at once; httpcore sends each
    alone: 35 calls of ``send`` for a photo and its answer, 7 with this.
    """
    if isinstance(request.stream, httpx.AsyncByteStream):
        request.stream = _ResizedPieces(request.stream)


class _ResizedPieces(httpx.AsyncByteStream):
    """The bytes of another stream: small pieces together, large ones in parts."""

    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        waiting = bytearray()
        async for piece in self._stream:
            for start in range(0, len(piece), PIECE_BYTES):
                waiting += piece[start : start + PIECE_BYTES]
                if len(waiting) >= PIECE_BYTES:
                    yield bytes(waiting)
                    waiting.clear()
        if waiting:
            yield bytes(waiting)

    async def aclose(self) -> None:
        await self._stream.aclose()
