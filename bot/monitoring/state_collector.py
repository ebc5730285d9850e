"""What is looked up at each scrape rather than counted: the model, the newest backup, the disk and the database."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.settings import Settings
from model.reader import Reader
from storage import backup_rotation


class StateCollector(Collector):
    """A gauge that cannot be looked up just now is left out of the scrape."""

    def __init__(self, settings: Settings, reader: Reader) -> None:
        self._settings = settings
        self._reader = reader

    def describe(self) -> Iterable[Metric]:
        """Nothing is looked up when the collector is registered."""
        return ()

    def collect(self) -> Iterable[Metric]:
        yield self._model()
        try:
            yield from self._files()
        except OSError:
            return

    def _model(self) -> Metric:
        family = GaugeMetricFamily("digitbot_model_info", "1 for the version that answers.", labels=["version"])
        if self._reader.has_model:
            family.add_metric([self._reader.model.name], 1)
        return family

    def _files(self) -> Iterable[Metric]:
        settings = self._settings
        free = shutil.disk_usage(settings.state).free
        yield GaugeMetricFamily("digitbot_disk_free_bytes", "Where the state lies.", free)
        if not settings.on_server:
            size = settings.database_file.stat().st_size
            yield GaugeMetricFamily("digitbot_database_bytes", "The database without its log.", size)
        if known := backup_rotation.backups(settings.backup_folder):
            age = (datetime.now(UTC) - known[0].made_at).total_seconds()
            yield GaugeMetricFamily("digitbot_backup_age_seconds", "Of the newest backup; absent without one.", age)
