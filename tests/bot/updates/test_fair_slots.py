"""Places shared out by turns."""

from __future__ import annotations

import asyncio

from bot.updates.fair_slots import FairSlots


class _Line:
    """People who want a place, and the order in which they got one."""

    def __init__(self, limit: int) -> None:
        self.slots = FairSlots(limit)
        self.order: list[int] = []
        self.inside = self.most = 0

    async def visit(self, person: int) -> None:
        async with self.slots.slot(person):
            self.order.append(person)
            self.inside += 1
            self.most = max(self.most, self.inside)
            await asyncio.sleep(0)
            self.inside -= 1


async def test_never_more_than_the_limit_are_inside() -> None:
    line = _Line(3)
    await asyncio.gather(*(line.visit(person % 4) for person in range(50)))
    assert line.most == 3
    assert len(line.order) == 50


async def test_one_photo_waits_only_for_those_under_way_however_many_another_person_sent() -> None:
    line = _Line(2)
    await asyncio.gather(*(line.visit(1) for _ in range(100)), line.visit(2))
    assert line.order.index(2) <= 3


async def test_people_take_turns() -> None:
    line = _Line(1)
    await asyncio.gather(*(line.visit(person) for person in (1, 1, 1, 2, 2, 3)))
    assert line.order == [1, 1, 2, 3, 1, 2]


async def test_one_who_gives_up_leaves_the_place_to_the_next() -> None:
    slots = FairSlots(1)
    holder = slots.slot(1)
    await holder.__aenter__()
    gone, staying = (asyncio.create_task(slots.slot(person).__aenter__()) for person in (2, 3))
    await asyncio.sleep(0)
    await holder.__aexit__(None, None, None)
    gone.cancel()
    await asyncio.wait_for(staying, 1)
