"""Which process has a chat."""

from __future__ import annotations

from collections import Counter

from storage.processes.assignment import process_for

NAMES = ("0badcafe", "12345678", "deadbeef")
CHATS = range(-300, 300)


def test_the_answer_does_not_depend_on_the_order_of_the_names() -> None:
    assert [process_for(chat, NAMES) for chat in CHATS] == [process_for(chat, NAMES[::-1]) for chat in CHATS]


def test_chats_are_shared_out_about_evenly() -> None:
    counts = Counter(process_for(chat, NAMES) for chat in CHATS)
    assert min(counts[name] for name in NAMES) > 150


def test_where_a_process_goes_only_its_chats_move() -> None:
    for chat in CHATS:
        before = process_for(chat, NAMES)
        assert before == NAMES[0] or process_for(chat, NAMES[1:]) == before
