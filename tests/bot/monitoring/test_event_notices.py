"""What happens in a bot reaches its admins: errors, failed tasks, damaged models, runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.monitoring.admin_notices import AdminNotices
from bot.monitoring.event_notices import EventNotices
from bot.retraining.run_outcome import RunOutcome
from bot.services import Services
from bot.settings import Settings
from storage import people
from storage.processes.membership import Role
from storage.training_runs import RunRecord, RunState
from tests.bot.monitoring.conftest import ADMINS, SentTexts


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    async with Services(Settings.load(state=tmp_path, admins=ADMINS)) as services:
        yield services


@pytest.fixture
def events(services: Services, start: Callable[[], AdminNotices]) -> EventNotices:
    events = EventNotices(services, start())
    events.listen()
    return events


def run_of(person_id: int) -> RunRecord:
    now = datetime.now(UTC)
    return RunRecord(7, RunState.PROMOTED, "holder", False, person_id, None, None, now, now, now)


async def test_a_run_is_told_to_the_other_admins_and_counted(
    events: EventNotices, services: Services, sent: SentTexts
) -> None:
    async with services.database.write() as session:
        starter = await people.get_or_create(session, 1, "Ann", "en")
    await events.run_ended(run_of(starter.id), RunOutcome(7, RunState.PROMOTED, "base-2.1"))
    assert [chat for chat, _ in sent.messages] == [2]
    assert "base-2.1" in sent.messages[0][1]
    assert "Ann" not in sent.messages[0][1]
    assert services.metrics.registry.get_sample_value("digitbot_training_runs_total", {"state": "promoted"}) == 1


async def test_a_run_whose_starter_was_deleted_is_told_to_all(events: EventNotices, sent: SentTexts) -> None:
    await events.run_ended(run_of(99), RunOutcome(7, RunState.FAILED, reason="no memory"))
    assert [chat for chat, _ in sent.messages] == [1, 2]


async def test_the_services_report_what_befalls_them(events: EventNotices, services: Services, sent: SentTexts) -> None:
    assert services.on_task_failed
    await services.on_task_failed("purging <expired> rows")
    assert services.active_model.on_model_skipped
    await services.active_model.on_model_skipped(("a-1",), "base-2")
    assert "purging &lt;expired&gt; rows" in sent.messages[0][1]
    assert "a-1" in sent.messages[2][1]


async def test_an_errors_id_is_that_of_the_log(events: EventNotices, sent: SentTexts) -> None:
    await events.unexpected_error("0badcafe")
    assert "0badcafe" in sent.messages[0][1]


async def test_a_damaged_version_that_every_process_finds_is_told_once(
    events: EventNotices, services: Services, sent: SentTexts
) -> None:
    async with services.database.membership("00000000") as another:
        await another.take(Role.BOT)
        await events.versions_skipped(("a-1",), "base-2")
    assert sent.messages == []
