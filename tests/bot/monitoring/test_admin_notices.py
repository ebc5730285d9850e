"""Notices to the admins: each kind once in its pause, over restarts too, with an id that the log has."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.monitoring import admin_notices
from bot.monitoring.admin_notices import PAUSES, AdminNotices, NoticeKind
from bot.settings import Settings
from tests.bot.monitoring.conftest import ADMINS, Clock, SentTexts, SpokenLanguages

HOUR = timedelta(hours=1)


async def test_every_admin_who_can_be_written_to_gets_it_with_an_id_of_the_log(
    start: Callable[[], AdminNotices], sent: SentTexts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await start().tell(NoticeKind.DISK, lambda _: "10 MB are free")
    assert [chat for chat, _ in sent.messages] == [1, 2]
    identifier = re.findall(r"<code>([0-9a-f]{8})</code>", sent.messages[0][1])[0]
    assert identifier in caplog.text
    await start().tell(NoticeKind.ERROR, lambda _: "broke", "0badcafe")
    assert "0badcafe" in sent.messages[-1][1]


async def test_every_admin_is_told_in_their_language(tmp_path: Path, sent: SentTexts) -> None:
    settings = Settings.load(state=tmp_path, admins=ADMINS)
    notices = AdminNotices(sent, settings, SpokenLanguages({1: "de"}))  # type: ignore[arg-type]
    await notices.tell(NoticeKind.UPDATE_DUE, lambda texts: texts.update_due(7))
    told = dict(sent.messages)
    assert "7 new corrections wait" in told[2]
    assert "7 neue Korrekturen" in told[1]


async def test_a_kind_is_told_once_in_its_pause_and_the_next_says_how_many_were_left_out(
    start: Callable[[], AdminNotices], sent: SentTexts, clock: Clock
) -> None:
    notices = start()
    for _ in range(4):
        await notices.tell(NoticeKind.ERROR, lambda _: "broke")
    await notices.tell(NoticeKind.DISK, lambda _: "full")  # another kind waits for nobody
    assert [text.split("\n")[0] for chat, text in sent.messages if chat == 1] == ["broke", "full"]
    clock.now += HOUR
    await notices.tell(NoticeKind.ERROR, lambda _: "broke again")
    assert "3 more like it" in sent.messages[-1][1]
    clock.now += HOUR
    await notices.tell(NoticeKind.ERROR, lambda _: "and again")
    assert "more like it" not in sent.messages[-1][1]


async def test_a_bot_that_crashes_again_and_again_tells_once(
    start: Callable[[], AdminNotices], sent: SentTexts, clock: Clock
) -> None:
    for _ in range(3):
        await start().tell(NoticeKind.TASK, lambda _: "failed")
        clock.now += timedelta(seconds=10)
    assert [chat for chat, _ in sent.messages] == [1, 2]


async def test_of_two_processes_on_one_state_folder_one_tells(
    start: Callable[[], AdminNotices], sent: SentTexts, clock: Clock
) -> None:
    both = [start(), start()]
    for notices in both:
        await notices.tell(NoticeKind.DISK, lambda _: "full")
    clock.now += timedelta(days=1)
    for notices in reversed(both):
        await notices.tell(NoticeKind.DISK, lambda _: "still full")
    assert [text.split("\n")[0] for chat, text in sent.messages if chat == 1] == ["full", "still full"]


async def test_what_reached_nobody_keeps_nothing_back(start: Callable[[], AdminNotices], sent: SentTexts) -> None:
    sent.is_offline = True
    await start().tell(NoticeKind.BACKUPS, lambda _: "stopped")
    sent.is_offline = False
    await start().tell(NoticeKind.BACKUPS, lambda _: "stopped")
    await start().tell(NoticeKind.BACKUPS, lambda _: "stopped")
    assert [chat for chat, _ in sent.messages] == [1, 2]


async def test_an_admin_whose_chat_telegram_holds_back_holds_up_nobody(
    start: Callable[[], AdminNotices], sent: SentTexts, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = sent.send_message

    async def held_back(chat: int, text: str, **options: object) -> None:
        await (asyncio.Event().wait() if chat == 1 else send(chat, text, **options))

    monkeypatch.setattr(admin_notices, "SEND_S", 0.05)
    monkeypatch.setattr(sent, "send_message", held_back)
    await asyncio.wait_for(start().tell(NoticeKind.DISK, lambda _: "full"), 5)
    assert [chat for chat, _ in sent.messages] == [2]


async def test_a_time_of_the_future_silences_nobody(
    start: Callable[[], AdminNotices], sent: SentTexts, clock: Clock
) -> None:
    await start().tell(NoticeKind.ERROR, lambda _: "broke")
    clock.now -= timedelta(days=400)
    await start().tell(NoticeKind.ERROR, lambda _: "broke")
    assert len(sent.messages) == 4


@pytest.mark.parametrize("content", ["", "[]", '{"error": 7}', '{"error": "yesterday"}', "\udce4"])
async def test_a_damaged_record_of_times_silences_nobody(
    start: Callable[[], AdminNotices], sent: SentTexts, tmp_path: Path, content: str
) -> None:
    (tmp_path / "notices.json").write_bytes(content.encode(errors="surrogateescape"))
    await start().tell(NoticeKind.ERROR, lambda _: "broke")
    assert len(sent.messages) == 2


async def test_where_times_cannot_be_stored_this_process_remembers(
    start: Callable[[], AdminNotices], sent: SentTexts, tmp_path: Path
) -> None:
    (tmp_path / "notices.json").mkdir()
    notices = start()
    await notices.tell(NoticeKind.DISK, lambda _: "full")
    await notices.tell(NoticeKind.DISK, lambda _: "full")
    assert len(sent.messages) == 2


def test_every_kind_has_its_pause() -> None:
    assert set(PAUSES) == set(NoticeKind)
