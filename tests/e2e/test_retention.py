"""What is promised to go goes by itself: the clock is moved, and the bot's own job and the backup's delete it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.cli import db_command
from bot.cli.main import main
from storage import inbox, retention, samples
from storage.inbox import IncomingUpdate
from storage.tables import Correction, InboxUpdate, ProcessedUpdate, StoredDigit, StoredReading, utc_now

DAYS = 7  # DIGITBOT_KEEP_DAYS, as it comes


async def counts(bot: Any) -> dict[str, int]:
    async with bot.services.database.read() as session:
        tables = (StoredReading, StoredDigit, Correction, InboxUpdate, ProcessedUpdate)
        return {
            table.__tablename__: await session.scalar(select(func.count()).select_from(table)) or 0 for table in tables
        }


async def labels(bot: Any) -> list[int]:
    async with bot.services.database.read() as session:
        return [sample.label for sample in await samples.consented(session)]


def move_clock(monkeypatch: pytest.MonkeyPatch, later: timedelta) -> None:
    monkeypatch.setattr(retention, "utc_now", lambda: utc_now() + later)


@pytest.fixture
async def talked(bot: Any, ann: Any, people: Any, page: Callable[..., bytes]) -> Any:
    """Ann has corrected a reading and refused that it is kept, Bob has agreed; a third update is stuck."""
    bob = await people("Bob")
    for person, choice in ((ann, "No, only fix the answer"), (bob, "Yes, keep it to learn from")):
        await person.photo(page("7"))
        answer = await person.reply()
        await person.says("/correct 1", reply_to=answer)
        await person.reply()
        question = await person.reply()
        await person.press(question, choice)
        await person.changed(question)
    async with bot.services.database.write() as session:
        await inbox.receive(session, [IncomingUpdate(1, ann.chat, ann.id, "{}")], "a process that died")
    return bot


async def test_readings_go_after_their_days_and_samples_stay(talked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await counts(talked)
    assert (before["readings"], before["digits"], before["corrections"]) == (2, 2, 2)
    database = talked.services.database.path
    with closing(sqlite3.connect(database)) as connection:
        images = [image for (image,) in connection.execute("SELECT image FROM digits")]
    move_clock(monkeypatch, timedelta(days=DAYS, hours=-1))
    await talked.services._purge()
    assert (await counts(talked))["readings"] == 2, "not an hour too early"
    move_clock(monkeypatch, timedelta(days=DAYS, hours=1))
    await talked.services._purge()
    after = await counts(talked)
    assert (after["readings"], after["digits"], after["corrections"]) == (0, 0, 1)
    assert await labels(talked) == [1], "Bob's, who agreed"
    content = b"".join(file.read_bytes() for file in database.parent.glob("digitbot.db*"))
    assert not any(image in content for image in images), "nor are their bytes left in the files"


async def test_a_message_that_nobody_could_answer_goes_after_a_day(
    talked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    move_clock(monkeypatch, timedelta(hours=23))
    await talked.services._purge()
    assert (await counts(talked))["inbox"] == 1
    move_clock(monkeypatch, timedelta(hours=25))
    await talked.services._purge()
    assert (await counts(talked))["inbox"] == 0


async def test_the_numbers_of_answered_updates_go_too(talked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await counts(talked))["seen_updates"] > 0
    move_clock(monkeypatch, timedelta(days=DAYS))
    await talked.services._purge()
    assert (await counts(talked))["seen_updates"] <= 1, "but for the one that went just now"


async def test_the_job_runs_by_itself_when_the_bot_starts(
    bots: Any, talked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await talked.end()
    move_clock(monkeypatch, timedelta(days=DAYS, hours=1))
    later = await bots.start()
    for _ in range(100):
        if (await counts(later))["readings"] == 0:
            break
        await asyncio.sleep(0.1)
    assert (await counts(later))["readings"] == 0


async def test_backups_go_after_their_days(talked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    state: Path = talked.services.settings.state
    await talked.end()
    monkeypatch.setenv("DIGITBOT_STATE", str(state))

    def back_up(later: timedelta) -> list[str]:
        class Clock(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
                return datetime.now(UTC) + later

        monkeypatch.setattr(db_command, "datetime", Clock)
        assert main(["db", "backup", "--keep", "14"]) == 0
        return sorted(path.name for path in (state / "backups").iterdir())

    (first,) = await asyncio.to_thread(back_up, timedelta(0))
    assert first in await asyncio.to_thread(back_up, timedelta(days=DAYS, hours=-1))
    left = await asyncio.to_thread(back_up, timedelta(days=DAYS, hours=1))
    assert first not in left
    assert len(left) == 2


async def test_what_restore_set_aside_goes_like_a_backup(tmp_path: Path) -> None:
    from storage.backup_rotation import expire

    aside = tmp_path / "digitbot.db.before-20250601T120000000000"
    aside.touch()

    def expired(later: timedelta) -> tuple[Path, ...]:
        now, longest = datetime.now(UTC) + later, timedelta(days=DAYS)
        return expire(tmp_path / "backups", tmp_path / "digitbot.db", 14, longest, now)

    assert expired(timedelta(0)) == ()
    assert expired(timedelta(days=DAYS + 1)) == (aside,)
