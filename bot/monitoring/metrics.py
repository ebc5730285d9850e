"""The counters and histograms of one bot, for Prometheus. They name nobody and hold nothing that was read."""

from __future__ import annotations

from enum import StrEnum, auto
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from storage.training_runs import RunState

# Upper edges in seconds: a reading takes some 0.05, a slow download or a long queue many seconds.
SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class PhotoOutcome(StrEnum):
    """What came of a photo."""

    SURE = auto()
    UNSURE = auto()
    NO_DIGITS = auto()
    REFUSED = auto()  # no picture, too large, too costly
    NOT_DOWNLOADED = auto()
    FAILED = auto()  # an answer that did not leave, or an unexpected error; it may be handled again


class CorrectionSource(StrEnum):
    """How a person corrected a reading."""

    BUTTON = auto()
    CONFIRMATION = auto()  # a button that says the reading is right
    CAPTION = auto()
    TEXT = auto()  # /correct, or a reply of digits
    UNDO = auto()


class Metrics:
    """What is counted while the bot runs, in ``registry``; one registry a bot, never the library's global one."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.photos = Counter("digitbot_photos", "Photos handled, by outcome.", ["outcome"], registry=registry)
        self.photo_seconds = Histogram(
            "digitbot_photo_seconds", "From the start of a photo's handling to its answer.", buckets=SECONDS,
            registry=registry,
        )  # fmt: skip
        self.stage_seconds = Histogram(
            "digitbot_photo_stage_seconds", "The stages of that, without one another.", ["stage"], buckets=SECONDS,
            registry=registry,
        )  # fmt: skip
        self.corrections = Counter("digitbot_corrections", "Corrections stored.", ["source"], registry=registry)
        self.telegram_errors = Counter(
            "digitbot_telegram_errors", "Failed tries of Bot API calls: HTTP status or kind of error.",
            ["method", "error"], registry=registry,
        )  # fmt: skip
        self.runs = Counter("digitbot_training_runs", "Training runs that ended here.", ["state"], registry=registry)
        self.errors = Counter("digitbot_unexpected_errors", "Errors that got an id in the log.", registry=registry)
        self.waiting = Gauge("digitbot_updates_waiting", "Updates that wait or are being handled.", registry=registry)
        ProcessCollector(registry=registry)  # memory, processor time, open files and start time of the process
        self._begin_at_zero()

    def _begin_at_zero(self) -> None:
        """A series that appears only with its first event hides that event from ``rate()``."""
        for outcome in PhotoOutcome:
            self.photos.labels(outcome)
        for source in CorrectionSource:
            self.corrections.labels(source)
        for state in RunState:
            if state not in {RunState.REQUESTED, RunState.RUNNING}:
                self.runs.labels(state)

    def count_failed_call(self, method: str, error: str) -> None:
        """A try of a Bot API call that failed (``bot.observed_request.OnFailure``)."""
        self.telegram_errors.labels(method, error).inc()
