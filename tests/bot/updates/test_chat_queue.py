"""Turns: photos side by side, everything else after what came before it, chat by chat."""

from __future__ import annotations

import asyncio

from bot.updates.chat_queue import ChatQueue


async def run(turns: ChatQueue, log: list[str], name: str, seconds: float, *, chat: int = 1, photo: bool) -> None:
    async with turns.turn(chat, concurrent=photo):
        log.append(f"{name} begins")
        await asyncio.sleep(seconds)
        log.append(f"{name} ends")


async def test_photos_of_a_chat_are_read_side_by_side() -> None:
    turns, log = ChatQueue(), list[str]()
    await asyncio.gather(run(turns, log, "a", 0.02, photo=True), run(turns, log, "b", 0.01, photo=True))
    assert log[:2] == ["a begins", "b begins"]


async def test_a_command_waits_for_the_photo_before_it_and_the_next_photo_for_the_command() -> None:
    turns, log = ChatQueue(), list[str]()
    await asyncio.gather(
        run(turns, log, "photo", 0.02, photo=True),
        run(turns, log, "command", 0.01, photo=False),
        run(turns, log, "later photo", 0, photo=True),
    )
    assert log == [
        "photo begins", "photo ends", "command begins", "command ends", "later photo begins", "later photo ends",
    ]  # fmt: skip


async def test_chats_do_not_wait_for_each_other() -> None:
    turns, log = ChatQueue(), list[str]()
    await asyncio.gather(
        run(turns, log, "slow", 0.02, chat=1, photo=False), run(turns, log, "quick", 0, chat=2, photo=False)
    )
    assert log.index("quick ends") < log.index("slow ends")


async def test_one_that_fails_or_is_cancelled_does_not_hold_up_the_next() -> None:
    turns, log = ChatQueue(), list[str]()
    task = asyncio.create_task(run(turns, log, "cancelled", 60, photo=False))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait_for(run(turns, log, "next", 0, photo=False), 1)
    assert log[-1] == "next ends"
    assert not turns._queues
