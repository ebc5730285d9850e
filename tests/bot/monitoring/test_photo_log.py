"""One line a photo: the outcome and where the time went; a stop is no outcome."""

from __future__ import annotations

import asyncio
import logging
import time

import pytest
from prometheus_client import CollectorRegistry

from bot.monitoring.metrics import Metrics, PhotoOutcome
from bot.monitoring.photo_log import PhotoLog
from model.profiling import stage
from model.reading import Reading


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(CollectorRegistry())


def photos(metrics: Metrics, outcome: str) -> float | None:
    return metrics.registry.get_sample_value("digitbot_photos_total", {"outcome": outcome})


async def test_stages_that_overlap_in_other_tasks_count_for_their_own_photo(metrics: Metrics) -> None:
    async def handle(seconds: float) -> None:
        with PhotoLog(metrics).photo() as observed:
            with stage("read"):
                await asyncio.sleep(seconds)
            observed.note(Reading((), "base-3", 10, 10, 0.0))

    await asyncio.gather(handle(0.02), handle(0.12))
    value = metrics.registry.get_sample_value
    assert photos(metrics, "no_digits") == 2
    assert value("digitbot_photo_stage_seconds_bucket", {"stage": "read", "le": "0.1"}) == 1
    assert value("digitbot_photo_stage_seconds_count", {"stage": "read"}) == 2


def test_the_line_tells_outcome_model_and_stages(
    metrics: Metrics, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "perf_counter", lambda: 5.0)  # on a busy machine a hundredth of a second may pass
    caplog.set_level(logging.INFO)
    with PhotoLog(metrics).photo() as observed:
        with stage("wait"), stage("download"):
            pass
        observed.note(Reading((), "base-3", 10, 10, 0.0))
    assert caplog.messages == ["photo no digits, 0 digits by base-3 in 0.00 s (wait 0.00, download 0.00)"]


def test_an_error_is_a_failed_photo_and_goes_on(metrics: Metrics) -> None:
    with pytest.raises(ValueError, match="mishap"), PhotoLog(metrics).photo() as observed:
        observed.outcome = PhotoOutcome.SURE
        raise ValueError("mishap")
    assert (photos(metrics, "failed"), photos(metrics, "sure")) == (1, 0)


async def test_a_stop_is_no_outcome(metrics: Metrics, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with pytest.raises(asyncio.CancelledError), PhotoLog(metrics).photo():
        raise asyncio.CancelledError
    assert [photos(metrics, outcome) for outcome in PhotoOutcome] == [0] * len(PhotoOutcome)
    assert caplog.messages == []
