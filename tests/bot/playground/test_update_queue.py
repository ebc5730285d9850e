"""What is acknowledged is counted once, however often bots end and start."""

from __future__ import annotations

import pytest

from bot.playground.chat_members import Chat, User
from bot.playground.delivery_log import DeliveryLog
from bot.playground.message import Message
from bot.playground.update_queue import Update, UpdateQueue

ANN = User(1, "Ann")


@pytest.fixture
def log() -> DeliveryLog:
    return DeliveryLog()


@pytest.fixture
def queue(log: DeliveryLog) -> UpdateQueue:
    """Updates 100 to 104; every second one is about chat 2."""
    queue = UpdateQueue(100, log)
    for number in range(5):
        chat = Chat(1 + number % 2, (ANN,))
        queue.make("message", chat.id, Message(number + 1, number + 1, chat, ANN, 0).payload())
    return queue


def ids(updates: list[Update]) -> list[int]:
    return [update.id for update in updates]


def deliver(queue: UpdateQueue, offset: int, limit: int = 100) -> list[int]:
    """One poll whose answer reaches the bot."""
    taken = ids(queue.take(offset, limit))
    queue.count_delivered(taken)
    return taken


def test_a_bot_killed_before_it_acknowledges_gets_the_same_updates_again(queue: UpdateQueue, log: DeliveryLog) -> None:
    assert deliver(queue, 0, 3) == [100, 101, 102]
    assert deliver(queue, 0, 3) == [100, 101, 102]
    assert log.updates == {"made": 5, "delivered": 3, "acknowledged": 0, "repeated": 3}
    assert deliver(queue, 102) == [102, 103, 104]
    assert deliver(queue, 0) == [102, 103, 104]
    assert deliver(queue, 105) == []
    assert deliver(queue, 105) == []
    assert log.updates == {"made": 5, "delivered": 5, "acknowledged": 5, "repeated": 7}


def test_a_poll_whose_answer_is_lost_delivers_and_acknowledges_nothing(queue: UpdateQueue, log: DeliveryLog) -> None:
    queue.take(0)
    assert log.updates == {"made": 5, "delivered": 0, "acknowledged": 0, "repeated": 0}


def test_a_negative_offset_counts_from_the_end(queue: UpdateQueue, log: DeliveryLog) -> None:
    assert ids(queue.take(-2)) == [103, 104]
    assert log.updates["acknowledged"] == 3
    assert ids(queue.take(-9)) == [103, 104]


def test_a_webhook_takes_the_updates_of_several_chats_side_by_side(queue: UpdateQueue, log: DeliveryLog) -> None:
    first, second = queue.next_of_chats(set())
    assert (first.id, second.id) == (100, 101)
    assert queue.next_of_chats({1, 2}) == []
    queue.acknowledge(second)
    queue.acknowledge(second)
    assert ids(queue.next_of_chats({1})) == [103]
    assert ids(queue.take(0)) == [100, 102, 103, 104]
    assert log.updates["acknowledged"] == 1


def test_repeats_beyond_the_limit_come_with_the_next_poll(queue: UpdateQueue) -> None:
    queue.repeat([100, 101, 102])
    assert ids(queue.take(105, 2)) == [100, 101]
    assert ids(queue.take(105, 2)) == [102]
    assert queue.take(105) == []


def test_what_is_dropped_counts_as_acknowledged(queue: UpdateQueue, log: DeliveryLog) -> None:
    queue.take(102)
    queue.drop()
    assert (len(queue), log.updates["acknowledged"]) == (0, 5)
