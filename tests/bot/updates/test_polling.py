"""Polling through trouble: what passes is waited out, what is final ends with one sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest
from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError

from bot.settings import SettingsError
from bot.updates import polling
from bot.updates.polling import FetchingFailed, Poller
from bot.updates.telegram_errors import GrowingPause
from storage.errors import DatabaseFull


class _Bot:
    """Answers getUpdates and getMe from a list: updates, or errors to raise; then it waits for ever."""

    def __init__(self, polls: Iterable[object], me: Iterable[object] = ()) -> None:
        self._polls, self._me = iter(polls), iter(me)
        self.offsets: list[int | None] = []
        self.asked_who = 0

    async def get_updates(self, *, offset: int | None = None, **_: Any) -> tuple[Update, ...]:
        self.offsets.append(offset)
        answer = next(self._polls, None)
        if answer is None:
            await asyncio.Event().wait()
        if isinstance(answer, TelegramError):
            raise answer
        return tuple(Update(number) for number in answer)  # type: ignore[attr-defined]

    async def get_me(self) -> None:
        self.asked_who += 1
        answer = next(self._me, None)
        if isinstance(answer, TelegramError):
            raise answer


class _Receiver:
    """Takes updates in, or refuses as often as it is told."""

    def __init__(self, refusals: int = 0) -> None:
        self.received: list[int] = []
        self.has_room = True
        self._refusals = refusals

    async def receive(self, updates: Iterable[Update]) -> None:
        if self._refusals:
            self._refusals -= 1
            raise DatabaseFull
        self.received += [update.update_id for update in updates]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GrowingPause, "next", lambda _: 0.0)


def _poller(bot: _Bot, receiver: _Receiver, told: list[float] | None = None, **options: Any) -> Poller:
    async def tell(seconds: float, _: str) -> None:
        if told is not None:
            told.append(seconds)

    return Poller(bot, receiver, ["message"], tell, confirm_pauses=(0.0, 0.0, 0.0), **options)  # type: ignore[arg-type]


async def _run(poller: Poller, seconds: float = 0.2) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(poller.run(), seconds)


async def test_the_offset_moves_only_past_what_is_stored() -> None:
    bot, receiver = _Bot([[1, 2], [1, 2], [3]]), _Receiver(refusals=1)
    await _run(_poller(bot, receiver))
    assert receiver.received == [1, 2, 3]
    assert bot.offsets == [None, None, 3, 4]


async def test_the_pauses_grow_for_as_long_as_updates_cannot_be_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    await _run(_poller(_Bot([[1]] * 4), _Receiver(refusals=3)))
    assert pauses == [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    "error",
    [
        NetworkError("Bad Gateway"),
        TelegramError("Invalid server response"),
        InvalidToken("Not Found"),
        Conflict("terminated by other getUpdates request"),
    ],
)
async def test_what_passes_is_waited_out(error: TelegramError) -> None:
    bot, receiver = _Bot([error, error, [5]]), _Receiver()
    await _run(_poller(bot, receiver))
    assert receiver.received == [5]


async def test_a_401_that_getme_does_not_confirm_is_passing() -> None:
    bot, receiver = _Bot([InvalidToken("Unauthorized"), [5]], me=[InvalidToken("Unauthorized"), None]), _Receiver()
    await _run(_poller(bot, receiver))
    assert receiver.received == [5]
    assert bot.asked_who == 2


async def test_a_401_confirmed_three_times_is_a_wrong_setting() -> None:
    bot = _Bot([InvalidToken("Unauthorized")], me=[InvalidToken("Unauthorized")] * 3)
    with pytest.raises(SettingsError, match="DIGITBOT_TOKEN"):
        await asyncio.wait_for(_poller(bot, _Receiver()).run(), 5)
    assert bot.asked_who == 3


@pytest.mark.parametrize(
    ("words", "said"), [("terminated by other getUpdates request", "another process"), ("webhook is active", "webhook")]
)
async def test_a_lasting_conflict_says_which_it_is(words: str, said: str) -> None:
    bot = _Bot([Conflict(words)] * 1000)
    with pytest.raises(FetchingFailed, match=said):
        await asyncio.wait_for(_poller(bot, _Receiver(), conflict_seconds=0.0).run(), 5)


async def test_with_a_full_inbox_nothing_is_fetched() -> None:
    bot, receiver = _Bot([[1]]), _Receiver()
    receiver.has_room = False
    await _run(_poller(bot, receiver))
    assert bot.offsets == []


async def test_an_outage_of_minutes_is_told_when_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float] = []
    monkeypatch.setattr(polling, "TELL_AFTER_S", 0.0)
    await _run(_poller(_Bot([NetworkError("gone"), [1]]), _Receiver(), told))
    assert len(told) == 1


async def test_a_poller_is_alive_while_errors_are_waited_out_and_not_when_it_hangs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(polling, "STEP_S", 0.3)
    poller = _poller(_Bot([NetworkError("away"), [1]]), _Receiver())
    await asyncio.sleep(0.35)
    assert not poller.is_alive
    await _run(poller)  # an error, an update, and then getUpdates never returns
    assert poller.is_alive
    await asyncio.sleep(0.3)
    assert not poller.is_alive
