"""So many photos of a person in a minute: each gets its time, and the others wait in order."""

from __future__ import annotations

import math

import pytest

from bot.updates import photo_limit
from bot.updates.photo_limit import LONGEST_HOLD_S, MINUTE_S, PhotoLimit


class _Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_without_a_limit_nothing_waits() -> None:
    limit = PhotoLimit(None, _Clock())
    assert [limit.wait(7, update) for update in range(100)] == [0.0] * 100


def test_what_is_over_the_limit_begins_when_the_minute_of_an_earlier_one_is_over() -> None:
    clock = _Clock()
    limit = PhotoLimit(2, clock)
    assert [limit.wait(7, update) for update in range(5)] == [0, 0, MINUTE_S, MINUTE_S, 2 * MINUTE_S]
    assert limit.wait(8, 9) == 0  # somebody else
    clock.now += MINUTE_S
    assert [limit.wait(7, update) for update in (2, 3, 4)] == [0, 0, MINUTE_S]  # asked again: the same times
    clock.now += 10 * MINUTE_S
    assert limit.wait(7, 10) == 0


def test_more_than_can_wait_are_refused_and_those_that_wait_keep_their_time() -> None:
    limit = PhotoLimit(1, _Clock())
    waits = [limit.wait(7, update) for update in range(20)]
    assert waits[:11] == [MINUTE_S * place for place in range(11)]
    assert max(each for each in waits if math.isfinite(each)) == LONGEST_HOLD_S
    assert waits[11:] == [math.inf] * 9
    assert limit.wait(7, 10) == LONGEST_HOLD_S


def test_each_is_told_once_a_minute() -> None:
    clock = _Clock()
    limit = PhotoLimit(1, clock)
    assert [limit.is_told(7), limit.is_told(7), limit.is_told(8)] == [False, True, False]
    clock.now += MINUTE_S
    assert not limit.is_told(7)


def test_what_is_long_over_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_limit, "MAX_LIMITED", 10)
    clock = _Clock()
    limit = PhotoLimit(1, clock)
    for person in range(50):
        limit.wait(person, person)
        limit.is_told(person)
        clock.now += 30
    assert max(len(limit._times), len(limit._by_update), len(limit._told)) <= 12
