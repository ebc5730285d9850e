"""Whose turn it is to write."""

from __future__ import annotations

import asyncio

from storage.backends.write_lock import WriteLock


async def _hold(lock: WriteLock, name: str, order: list[str], *, first: bool = False) -> None:
    async with lock.turn(first=first):
        order.append(name)
        await asyncio.sleep(0)


async def test_who_asks_to_be_first_comes_before_all_who_wait() -> None:
    lock, order = WriteLock(), list[str]()
    async with asyncio.TaskGroup() as tasks, lock.turn():
        for name in ("a", "b", "c"):
            tasks.create_task(_hold(lock, name, order))
        await asyncio.sleep(0)
        tasks.create_task(_hold(lock, "inbox", order, first=True))
        await asyncio.sleep(0)
    assert order == ["inbox", "a", "b", "c"]


async def test_one_who_gave_up_waiting_blocks_nobody() -> None:
    lock, order = WriteLock(), list[str]()
    async with lock.turn():
        gone = asyncio.create_task(_hold(lock, "gone", order))
        await asyncio.sleep(0)
        gone.cancel()
        staying = asyncio.create_task(_hold(lock, "staying", order))
        await asyncio.sleep(0)
    await asyncio.wait_for(staying, 1)
    assert order == ["staying"]


async def test_a_place_handed_to_one_who_is_cancelled_in_the_same_moment_goes_on() -> None:
    lock, order = WriteLock(), list[str]()
    turn = lock.turn()
    await turn.__aenter__()
    gone = asyncio.create_task(_hold(lock, "gone", order))
    staying = asyncio.create_task(_hold(lock, "staying", order))
    await asyncio.sleep(0)
    await turn.__aexit__(None, None, None)  # hands the lock to the first who waits ...
    gone.cancel()  # ... who is cancelled before it runs
    await asyncio.wait_for(staying, 1)
    assert order == ["staying"]
