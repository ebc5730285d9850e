"""What is looked up at each scrape rather than counted: the model, the newest backup, the disk and the database."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.settings import Settings
from model.reader import Reader
from storage import backup_rotation
from storage.errors import StorageError
from storage.server.server_state import server_state


class StateCollector(Collector):
    """A gauge that cannot be looked up just now is left out of the scrape."""

    def __init__(self, settings: Settings, reader: Reader) -> None:
        self._settings = settings
        self._reader = reader

    def describe(self) -> Iterable[Metric]:
        """Nothing is looked up when the collector is registered."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Not from within an event loop: a database server is asked in one of its own."""
        yield self._model()
        for look_up in (self._disk, self._database, self._backup):
            with suppress(OSError, StorageError):
                yield from look_up()

    def _model(self) -> Metric:
        family = GaugeMetricFamily("digitbot_model_info", "1 for the version that answers.", labels=["version"])
        if self._reader.has_model:
            family.add_metric([self._reader.model.name], 1)
        return family

    def _disk(self) -> Iterable[Metric]:
        free = shutil.disk_usage(self._settings.state).free
        yield GaugeMetricFamily("digitbot_disk_free_bytes", "Where the state lies.", free)

    def _database(self) -> Iterable[Metric]:
        settings = self._settings
        if settings.on_server:
            size = asyncio.run(server_state(settings.database, settings.present_keyring())).size
        else:
            size = settings.database_file.stat().st_size
        yield GaugeMetricFamily("digitbot_database_bytes", "The database without its log.", size)

    def _backup(self) -> Iterable[Metric]:
        if known := backup_rotation.backups(self._settings.backup_folder):
            age = (datetime.now(UTC) - known[0].made_at).total_seconds()
            yield GaugeMetricFamily("digitbot_backup_age_seconds", "Of the newest backup; absent without one.", age)
