"""Every status at every kind of call: what passes is outlived, and what was asked meanwhile is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from bot import lifecycle
from bot.settings import SettingsError
from bot.updates import telegram_errors
from bot.updates.polling import Poller

PASSING: list[dict[str, Any]] = [
    {"status": 401},
    {"status": 404},
    {"status": 404, "html": True},
    {"status": 409},
    {"status": 429, "retry_after": 1},
    {"status": 500},
    {"status": 502, "html": True},
    {"status": 200, "html": True},
    {"drop": "before"},
]


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute's patience in a second."""
    monkeypatch.setattr(telegram_errors.GrowingPause, "next", lambda _: 0.05)
    monkeypatch.setattr(lifecycle, "CONFIRM_PAUSES_S", (0.05, 0.05, 0.05))
    monkeypatch.setattr(lifecycle, "Poller", partial(Poller, confirm_pauses=(0.05, 0.05, 0.05)))


def _name(fault: dict[str, Any]) -> str:
    return " ".join(f"{key}={value}" for key, value in fault.items())


@pytest.mark.parametrize("fault", PASSING, ids=_name)
async def test_fetching_goes_on_after_any_passing_error(
    ann: Any, people: Any, page: Callable[..., bytes], fault: dict[str, Any]
) -> None:
    await people.fault("getUpdates", times=2, **fault)
    await ann.photo(page("7"))
    assert ann.words(await ann.reply()).startswith("7")


@pytest.mark.parametrize("fault", [each for each in PASSING if each.get("status") != 409], ids=_name)
async def test_the_start_waits_out_any_passing_error(
    bots: Any, people: Any, page: Callable[..., bytes], fault: dict[str, Any]
) -> None:
    ann = await people("Ann")
    await people.fault("getMe", times=2, **fault)
    starting = asyncio.create_task(bots.start())
    await ann.photo(page("7"))
    assert ann.words(await ann.reply(30)).startswith("7")
    await starting


@pytest.mark.parametrize("method", ["getFile", "file", "sendPhoto", "sendMessage"])
@pytest.mark.parametrize("fault", PASSING, ids=_name)
async def test_a_person_gets_an_answer_whatever_a_call_is_answered(
    ann: Any, people: Any, page: Callable[..., bytes], method: str, fault: dict[str, Any]
) -> None:
    await people.fault(method, times=1, **fault)
    sent = await (ann.says("/help") if method == "sendMessage" else ann.photo(page("7")))
    answer = await ann.reply(30)
    assert ann.words(answer)
    assert sent["id"]
    await ann.says("/id")
    assert str(ann.id) in ann.words(await ann.reply())


async def test_a_token_that_getme_rejects_three_times_is_a_wrong_setting(bots: Any, people: Any) -> None:
    bot = await bots.start()
    await people.fault("getMe", times=-1, status=401)
    await people.fault("getUpdates", times=-1, status=401)
    with pytest.raises(SettingsError, match="DIGITBOT_TOKEN"):
        await asyncio.wait_for(bot.serving, 30)


async def test_a_conflict_of_a_moment_is_outlived(ann: Any, people: Any, page: Callable[..., bytes]) -> None:
    await people.fault("getUpdates", times=5, status=409)
    await ann.photo(page("4"))
    assert ann.words(await ann.reply()).startswith("4")
