"""Messages are listed in the order of their last changes, chat by chat or all of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.playground.chat_members import Chat, User
from bot.playground.message import Message
from bot.playground.message_store import MessageStore

ANN, BOB = User(1, "Ann"), User(2, "Bob")
CHATS = {1: Chat(1, (ANN,)), 2: Chat(2, (BOB,))}


@pytest.fixture
def store() -> MessageStore:
    """Messages 1 to 6, by turns in the chats 1 and 2."""
    store = MessageStore()
    for number in range(1, 7):
        chat = CHATS[2 - number % 2]
        store.put(Message(number, number, chat, chat.people[0], 0))
    return store


def ids(messages: list[Message]) -> list[int]:
    return [message.id for message in messages]


def test_a_chat_lists_its_own_messages(store: MessageStore) -> None:
    assert ids(store.since(0)) == [1, 2, 3, 4, 5, 6]
    assert ids(store.since(0, 1)) == [1, 3, 5]
    assert ids(store.since(3, 2)) == [4, 6]
    assert store.since(0, 3) == []


def test_a_changed_message_is_listed_again_and_last(store: MessageStore) -> None:
    message = store.get(1, 1)
    assert message
    store.put(replace(message, news=7))
    assert ids(store.since(0, 1)) == [3, 5, 1]
    assert ids(store.since(6)) == [1]


def test_a_deleted_message_is_news_and_then_gone(store: MessageStore) -> None:
    message = store.get(2, 6)
    assert message
    store.put(replace(message, news=7, deleted=True))
    assert store.get(2, 6) is None
    assert ids(store.since(5, 2)) == [6]
    assert ids(store.since(0, 2)) == [2, 4]


def test_a_long_listing_comes_in_pages(store: MessageStore) -> None:
    first = store.since(0, limit=4)
    assert ids(first) == [1, 2, 3, 4]
    assert ids(store.since(first[-1].news, limit=4)) == [5, 6]


def test_there_is_news_where_something_would_be_listed(store: MessageStore) -> None:
    assert store.has_news(5)
    assert not store.has_news(5, 1)
    assert not store.has_news(6)
    assert not store.has_news(0, 3)
