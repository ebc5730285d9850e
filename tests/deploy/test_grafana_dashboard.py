"""The dashboard asks for metrics that the bot has, and for every one that it counts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest

from bot.monitoring.metrics import Metrics
from bot.monitoring.state_collector import StateCollector
from bot.settings import Settings
from model.model_bundle import ModelBundle
from model.reader import Reader

DASHBOARD = Path(__file__).parents[2] / "deploy" / "grafana-dashboard.json"


def panels() -> list[dict[str, Any]]:
    return list(json.loads(DASHBOARD.read_text("utf-8"))["panels"])


def exposed(tmp_path: Path) -> set[str]:
    """The names of all series of a bot that has counted one event of each kind."""
    settings, metrics = Settings.load(state=tmp_path, database_url="", backups=None), Metrics(CollectorRegistry())
    metrics.registry.register(StateCollector(settings, Reader(ModelBundle.base(), threads=1)))
    metrics.stage_seconds.labels("read").observe(0.1)
    metrics.count_failed_call("sendPhoto", "429")
    settings.database_file.touch()
    settings.backup_folder.mkdir()
    (settings.backup_folder / "digitbot-20260101-000000.db").touch()
    return set(re.findall(r"^(\w+)", generate_latest(metrics.registry).decode(), re.MULTILINE))


def test_every_series_of_the_dashboard_is_exposed_and_all_that_is_counted_is_on_it(tmp_path: Path) -> None:
    expressions = "\n".join(target["expr"] for panel in panels() for target in panel["targets"])
    named = set(re.findall(r"(?:digitbot|process)_\w+", expressions))
    names = exposed(tmp_path)
    assert named <= names
    assert {name for name in names if name.startswith("digitbot_") and name.endswith("_total")} <= named


def test_panels_do_not_overlap() -> None:
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels())
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert len({panel["id"] for panel in panels()}) == len(panels())
