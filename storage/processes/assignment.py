"""Which process handles the updates of a chat."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import blake2b


def process_for(chat_id: int, processes: Collection[str]) -> str:
    """The one of ``processes`` (at least one) that a chat belongs to: by rendezvous hashing (Thaler and Ravishankar,
    "Using name-based mappings to increase hit rates", 1998).

    Everybody who knows the same names comes to the same answer, and where a process comes or goes only the chats that
    it has or had change theirs.
    """
    return max(sorted(processes), key=lambda process: blake2b(f"{process} {chat_id}".encode()).digest())
