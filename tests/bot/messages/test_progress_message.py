"""One message that follows a long job: edited seldom, and never left with an old state."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import Any

import pytest
from telegram import InlineKeyboardMarkup
from telegram.error import RetryAfter

from bot.messages import progress_message
from bot.messages.progress_message import ProgressMessage

KEYBOARD = InlineKeyboardMarkup([])


@dataclass
class Shown:
    """A message that remembers when it was edited, and to what."""

    edits: list[tuple[float, str, Any]] = field(default_factory=list)
    refuses: bool = False

    async def edit_text(self, text: str, *, parse_mode: str, reply_markup: InlineKeyboardMarkup | None) -> None:
        self.edits.append((asyncio.get_running_loop().time(), text, reply_markup))
        if self.refuses:
            raise RetryAfter(200)

    @property
    def texts(self) -> list[str]:
        return [text for _, text, _ in self.edits]


@pytest.fixture
def pause(monkeypatch: pytest.MonkeyPatch) -> float:
    """The pause between edits, shortened for the test; four seconds in a chat."""
    assert progress_message.EDIT_INTERVAL_S == 4.0
    monkeypatch.setattr(progress_message, "EDIT_INTERVAL_S", 0.2)
    return 0.2


def following(shown: Any) -> ProgressMessage:
    return ProgressMessage(shown, KEYBOARD)


async def test_however_often_it_is_told_a_message_is_edited_once_a_pause(pause: float) -> None:
    """Sends and edits share one limit: too many edits, and the answer itself waits for minutes."""
    shown = Shown()
    message = following(shown)
    for step in range(50):
        message.update(f"step {step}")
        await asyncio.sleep(0.01)
    await message.finish("done")
    times = [moment for moment, _, _ in shown.edits[:-1]]
    assert 2 <= len(times) < 50
    assert all(later - earlier >= 0.95 * pause for earlier, later in itertools.pairwise(times))


async def test_the_newest_state_is_shown_and_those_between_are_skipped(pause: float) -> None:
    shown = Shown()
    message = following(shown)
    message.update("first")
    await asyncio.sleep(0.01)
    message.update("second")
    message.update("third")
    await asyncio.sleep(1.5 * pause)
    assert shown.texts == ["first", "third"]
    await message.finish("done")


async def test_the_end_is_told_at_once_and_without_buttons(pause: float) -> None:
    shown = Shown()
    message = following(shown)
    message.update("half")
    await asyncio.sleep(0.01)
    message.update("nearly")
    await message.finish("done")
    assert shown.texts == ["half", "done"]
    assert [keyboard for _, _, keyboard in shown.edits] == [KEYBOARD, None]


async def test_the_same_state_again_is_no_edit(pause: float) -> None:
    shown = Shown()
    message = following(shown)
    for _ in range(3):
        message.update("half")
        await asyncio.sleep(1.1 * pause)
    await message.finish("done")
    assert shown.texts == ["half", "done"]


async def test_a_flood_wait_ends_neither_the_job_nor_its_report(pause: float) -> None:
    shown = Shown(refuses=True)
    message = following(shown)
    message.update("half")
    await asyncio.sleep(0.01)
    await message.finish("done")
    assert shown.texts[-1] == "done"
