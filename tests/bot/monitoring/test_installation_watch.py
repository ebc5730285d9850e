"""What runs out is told before it hurts, and that an update of the model is due."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.monitoring.admin_notices import AdminNotices
from bot.monitoring.installation_watch import InstallationWatch
from bot.services import Services
from bot.settings import Settings
from model.model_bundle import ModelBundle
from storage import activations, model_versions, samples
from storage.model_versions import NewVersion
from storage.processes.membership import Role
from storage.samples import Sample, new_uid
from storage.tables import utc_now
from tests.bot.monitoring.conftest import SentTexts


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    async with Services(Settings.load(state=tmp_path, database_url="", backups=None, retrain_after=3)) as services:
        yield services


@pytest.fixture
def watch(services: Services, start: Callable[[], AdminNotices]) -> InstallationWatch:
    return InstallationWatch(services, start())


async def test_an_installation_in_order_is_not_told_of(watch: InstallationWatch, sent: SentTexts) -> None:
    await watch.check()
    assert sent.messages == []


async def test_a_disk_that_fills_up_is_told_with_how_to_mend_it(
    watch: InstallationWatch, sent: SentTexts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=10 * 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    await watch.check()
    assert "10 MB are free" in sent.messages[0][1]
    assert "larger disk" in sent.messages[0][1]


async def test_backups_that_have_stopped_are_told_and_none_at_all_are_not(
    watch: InstallationWatch, sent: SentTexts, services: Services
) -> None:
    folder = services.settings.backup_folder
    folder.mkdir()
    await watch.check()
    assert sent.messages == []
    (folder / f"digitbot-{datetime.now(UTC) - timedelta(days=5):%Y%m%d-%H%M%S}.db").touch()
    await watch.check()
    assert "5 days old" in sent.messages[0][1]


async def test_enough_new_samples_make_an_update_due(
    watch: InstallationWatch, sent: SentTexts, services: Services
) -> None:
    uids = (new_uid() for _ in iter(int, 1))
    trainable = (Sample(uid, bytes(784), 7, utc_now()) for uid in uids)
    wanted = [sample for sample, _ in zip((each for each in trainable if not each.is_holdout), range(3), strict=False)]
    async with services.database.write() as session:
        await samples.add(session, wanted[:2])
    await watch.check()
    assert sent.messages == []
    async with services.database.write() as session:
        await samples.add(session, wanted[2:])
    await watch.check()
    assert "3 new corrections" in sent.messages[0][1]
    assert "/retrain" in sent.messages[0][1]


async def test_zero_means_never(services: Services, start: Callable[[], AdminNotices], sent: SentTexts) -> None:
    object.__setattr__(services, "settings", services.settings.model_copy(update={"retrain_after": 0}))
    await InstallationWatch(services, start()).check()
    assert sent.messages == []


async def test_a_new_base_model_is_told_beside_the_version_that_answers(
    watch: InstallationWatch, sent: SentTexts, services: Services, upgrade: Callable[[], str]
) -> None:
    base = ModelBundle.base()
    tuned = NewVersion("base-3", base.content, base.card.to_json(), b"keras", parent=base.name)
    async with services.database.write() as session:
        await model_versions.add(session, tuned, max_bytes=None)
        await activations.activate(session, "base-3")
    await watch.check()
    assert sent.messages == []
    name = upgrade()
    await services.active_model.start()  # as after an upgrade
    await watch.check()
    notice = sent.messages[0][1]
    assert notice.index(name) < notice.index("base-3") < notice.index("/retrain")
    assert notice.count("(n = 10,000)") == 2


@pytest.mark.parametrize(("other", "told"), [("00000000", 0), ("ffffffff", 2)])
async def test_of_several_processes_the_one_of_the_smallest_name_tells_of_the_database(
    services: Services, watch: InstallationWatch, sent: SentTexts, other: str, told: int
) -> None:
    wanted = [Sample(uid, bytes(784), 7, utc_now()) for uid in (new_uid() for _ in range(20))]
    async with services.database.write() as session:
        await samples.add(session, wanted)
    async with services.database.membership(other) as another:
        await another.take(Role.BOT)
        await watch.check()
    assert len(sent.messages) == told
