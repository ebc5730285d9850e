"""The messages of all chats, found by id and listed in the order of their last changes."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, ValuesView

from bot.playground.message import Message


class MessageStore:
    """Adding, changing and finding a message take the same time however many there are.

    Listing takes time in proportion to what is listed: each chat has an index of its own.
    """

    def __init__(self) -> None:
        self._all: dict[tuple[int, int], Message] = {}
        self._by_chat: defaultdict[int, dict[tuple[int, int], Message]] = defaultdict(dict)

    def values(self) -> ValuesView[Message]:
        """Every message, deleted ones too, the last changed one last."""
        return self._all.values()

    def get(self, chat_id: int, message_id: int) -> Message | None:
        """A message that is there and not deleted."""
        message = self._all.get((chat_id, message_id))
        return None if message is None or message.deleted else message

    def put(self, message: Message) -> None:
        """Adds a message, or a new state of one: it becomes the last changed."""
        for index in (self._all, self._by_chat[message.chat.id]):
            index.pop(message.key, None)
            index[message.key] = message

    def has_news(self, after: int, chat_id: int | None = None) -> bool:
        """Whether ``since`` would list anything."""
        return any(True for _ in self._newest_first(after, chat_id))

    def since(self, after: int, chat_id: int | None = None, limit: int | None = None) -> list[Message]:
        """Messages that are new or changed after a number, oldest change first, at most ``limit`` of them.

        Deleted messages are listed as news, but not in a listing from the beginning (``after`` 0).
        """
        return list(self._newest_first(after, chat_id))[::-1][:limit]

    def _newest_first(self, after: int, chat_id: int | None) -> Iterator[Message]:
        index = self._all if chat_id is None else self._by_chat.get(chat_id, {})
        for message in itertools.takewhile(lambda one: one.news > after, reversed(index.values())):
            if after or not message.deleted:
                yield message
