"""Metrics: one registry a bot, series that begin at zero, and the state that is looked up at each scrape."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest

from bot.monitoring.metrics import CorrectionSource, Metrics, PhotoOutcome
from bot.monitoring.state_collector import StateCollector
from bot.settings import Settings
from model.model_bundle import ModelBundle
from model.reader import Reader


def test_two_bots_of_a_process_count_apart_and_outside_the_global_registry() -> None:
    first, second = Metrics(CollectorRegistry()), Metrics(CollectorRegistry())
    first.photos.labels(PhotoOutcome.SURE).inc()
    assert first.registry.get_sample_value("digitbot_photos_total", {"outcome": "sure"}) == 1
    assert second.registry.get_sample_value("digitbot_photos_total", {"outcome": "sure"}) == 0
    assert b"digitbot" not in generate_latest(REGISTRY)


def test_series_are_there_before_their_first_event() -> None:
    registry = Metrics(CollectorRegistry()).registry
    for source in CorrectionSource:
        assert registry.get_sample_value("digitbot_corrections_total", {"source": source}) == 0
    assert registry.get_sample_value("digitbot_training_runs_total", {"state": "promoted"}) == 0
    assert registry.get_sample_value("digitbot_training_runs_total", {"state": "running"}) is None


def test_failed_calls_are_counted_by_method_and_error() -> None:
    metrics = Metrics(CollectorRegistry())
    metrics.count_failed_call("sendPhoto", "429")
    labels = {"method": "sendPhoto", "error": "429"}
    assert metrics.registry.get_sample_value("digitbot_telegram_errors_total", labels) == 1


def test_model_backup_disk_and_database_are_looked_up_at_each_scrape(tmp_path: Path) -> None:
    settings, registry = Settings.load(state=tmp_path, database_url="", backups=None), CollectorRegistry()
    reader = Reader(None, threads=1)
    registry.register(StateCollector(settings, reader))
    assert registry.get_sample_value("digitbot_backup_age_seconds") is None
    made = datetime.now(UTC) - timedelta(hours=5)
    settings.backup_folder.mkdir()
    (settings.backup_folder / f"digitbot-{made:%Y%m%d-%H%M%S}.db").touch()
    settings.database_file.write_bytes(bytes(4096))
    reader.swap(ModelBundle.base())
    assert round((registry.get_sample_value("digitbot_backup_age_seconds") or 0) / 3600) == 5
    assert registry.get_sample_value("digitbot_database_bytes") == 4096
    assert (registry.get_sample_value("digitbot_disk_free_bytes") or 0) > 0
    assert registry.get_sample_value("digitbot_model_info", {"version": reader.model.name}) == 1


def test_a_state_folder_that_is_gone_spoils_no_scrape(tmp_path: Path) -> None:
    registry = Metrics(CollectorRegistry()).registry
    registry.register(StateCollector(Settings.load(state=tmp_path / "gone"), Reader(None, threads=1)))
    assert b"digitbot_photos_total" in generate_latest(registry)
