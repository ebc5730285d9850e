"""One log line a photo, and its metrics: what came of it and where the time went, never whose it is or what it says."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.monitoring.metrics import Metrics, PhotoOutcome
from model.profiling import StageTimes, collect_stage_times
from model.reading import Reading

log = logging.getLogger(__name__)


@dataclass(slots=True)
class ObservedPhoto:
    """A photo that is being handled; it has failed until something else is noted of it."""

    outcome: PhotoOutcome = PhotoOutcome.FAILED
    digits: int = 0
    model: str = ""

    def note(self, reading: Reading) -> None:
        """It was read."""
        self.digits, self.model = len(reading.digits), reading.model
        if not reading.digits:
            self.outcome = PhotoOutcome.NO_DIGITS
        else:
            self.outcome = PhotoOutcome.SURE if reading.sure else PhotoOutcome.UNSURE


class PhotoLog:
    """Logs and counts each photo; the stages are those that ``model.profiling.stage`` measures meanwhile.

    Every log line of an update's handling begins with its number (``monitoring.logs``): one id up to its answer.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    @contextmanager
    def photo(self) -> Iterator[ObservedPhoto]:
        """Observe the handling of one photo for the time of the block."""
        observed, began = ObservedPhoto(), time.perf_counter()
        with collect_stage_times() as times:
            try:
                yield observed
            except asyncio.CancelledError:  # the bot is being stopped: the next start handles this photo
                raise
            except BaseException:
                observed.outcome = PhotoOutcome.FAILED
                self._record(observed, times, time.perf_counter() - began)
                raise
        self._record(observed, times, time.perf_counter() - began)

    def _record(self, observed: ObservedPhoto, times: StageTimes, seconds: float) -> None:
        self._metrics.photos.labels(observed.outcome).inc()
        self._metrics.photo_seconds.observe(seconds)
        for stage, taken in times.seconds.items():
            self._metrics.stage_seconds.labels(stage).observe(taken)
        stages = ", ".join(f"{stage} {taken:.2f}" for stage, taken in times.seconds.items())
        read = f", {observed.digits} digits by {observed.model}" if observed.model else ""
        outcome = observed.outcome.replace("_", " ")
        log.info("photo %s%s in %.2f s (%s)", outcome, read, seconds, stages)
