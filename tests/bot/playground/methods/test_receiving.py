"""Updates by polling."""

from __future__ import annotations

import asyncio

import pytest
from telegram import Bot
from telegram.error import Conflict

from bot.playground import Playground
from bot.playground.client import Participant, People


async def texts(bot: Bot, **asked: object) -> list[str | None]:
    updates = await bot.get_updates(**asked)  # type: ignore[arg-type]
    return [update.effective_message.text for update in updates if update.effective_message]


async def test_updates_wait_until_acknowledged(bot: Bot, ann: Participant, people: People) -> None:
    await ann.says("one")
    first = await bot.get_updates()
    assert await texts(bot) == ["/start", "one"]
    assert await texts(bot, offset=first[1].update_id) == ["one"]
    assert await texts(bot, offset=first[1].update_id + 1) == []
    assert (await people.books())["updates"] == {"made": 2, "delivered": 2, "acknowledged": 2, "repeated": 3}


async def test_limit_and_negative_offset(bot: Bot, ann: Participant) -> None:
    for number in range(4):
        await ann.says(str(number))
    assert await texts(bot, limit=2) == ["/start", "0"]
    assert await texts(bot, offset=-2) == ["2", "3"]
    assert await texts(bot) == ["2", "3"]


async def test_a_long_poll_returns_as_soon_as_something_is_said(bot: Bot, people: People) -> None:
    ann = await people("Ann")
    poll = asyncio.create_task(texts(bot, timeout=20))
    await asyncio.sleep(0.1)
    assert not poll.done()
    await ann.says("now")
    assert await asyncio.wait_for(poll, 2) == ["now"]


async def test_a_poll_waits_no_longer_than_asked(bot: Bot) -> None:
    begun = asyncio.get_running_loop().time()
    assert await texts(bot, timeout=1) == []
    assert 0.9 < asyncio.get_running_loop().time() - begun < 3


async def test_a_second_poller_ends_the_first(bot: Bot, ann: Participant) -> None:
    await bot.get_updates(offset=-1)
    first = asyncio.create_task(bot.get_updates(offset=2**31, timeout=20))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(bot.get_updates(timeout=20))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await asyncio.wait_for(first, 2)
    await ann.says("to the second")
    assert len(await asyncio.wait_for(second, 2)) == 1


async def test_only_what_is_asked_for_is_made(bot: Bot, ann: Participant) -> None:
    await bot.get_updates(offset=-1, allowed_updates=["edited_message"])
    message = await ann.says("not wanted")
    await ann.edits(message, "wanted")
    assert (await texts(bot))[1:] == ["wanted"]
    await bot.get_updates(allowed_updates=[])
    await ann.says("everything again")
    assert (await texts(bot))[-1] == "everything again"


async def test_an_update_shows_what_was_said_then(bot: Bot, ann: Participant) -> None:
    message = await ann.says("first")
    await ann.edits(message, "second")
    assert await texts(bot) == ["/start", "first", "second"]


async def test_a_poller_that_has_gone_takes_nothing_along(bot: Bot, people: People, playground: Playground) -> None:
    ann = await people("Ann")
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    poll.cancel()
    await asyncio.gather(poll, return_exceptions=True)
    await ann.says("still there")
    assert await texts(bot) == ["still there"]
    assert (await people.books())["calls"]["getUpdates"] == {"gone": 1, "ok": 1}


async def test_ids_of_a_later_run_are_greater(playground: Playground, bot: Bot, ann: Participant) -> None:
    """A kept database must not take a new message for an old one."""
    (update,) = await bot.get_updates()
    await asyncio.sleep(0.05)
    later = Playground()
    assert update.message is not None
    assert later.state.last_number > update.update_id
    assert later.state.last_number >= update.message.message_id


async def test_stopping_ends_a_waiting_poll(playground: Playground, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.1)
    await asyncio.wait_for(playground.stop(), 3)
    with pytest.raises(Exception, match=r"disconnected|Connect|Conflict|Timed"):
        await asyncio.wait_for(poll, 5)
