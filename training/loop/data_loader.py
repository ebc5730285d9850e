"""Data loader: shuffled batches of training digits, augmented by a thread ahead of the training step."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from training.loop.augmentation import Augmentation

BATCHES_PER_CHUNK = 32  # augmented at once; up to two chunks are ready ahead of the training step


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """``images`` (b, 28, 28) uint8 and ``labels`` (b,) int64, of the ``epoch``-th pass (from 1)."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    epoch: int


@dataclass(frozen=True, slots=True, eq=False)
class DataLoader:
    """Endless full batches of ``images`` (n, 28, 28) uint8 and ``labels`` (n,) uint8. Each pass has an order and
    augmentation of its own, which depend on ``seed`` alone, never on timing."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    batch_size: int
    seed: int
    augmentation: Augmentation | None = None

    @property
    def batches_per_epoch(self) -> int:
        """Batches of one pass; the digits left over are dropped for this pass."""
        return max(1, len(self.images) // self.batch_size)

    def take(self, steps: int) -> Iterator[Batch]:
        """The first ``steps`` batches; at most two chunks are prepared ahead of their use."""
        chunks = self._chunks(steps)
        with ThreadPoolExecutor(1, "augment") as thread:
            ahead: list[Future[list[Batch]]] = [thread.submit(self._prepare, *chunk) for chunk in islice(chunks, 2)]
            while ahead:
                ready = ahead.pop(0).result()
                ahead += [thread.submit(self._prepare, *chunk) for chunk in islice(chunks, 1)]
                yield from ready

    def _chunks(self, steps: int) -> Iterator[tuple[int, int, int]]:
        """(epoch, first batch, batches) until there are ``steps``."""
        epoch = 0
        while steps > 0:
            epoch += 1
            for first in range(0, min(self.batches_per_epoch, steps), BATCHES_PER_CHUNK):
                yield epoch, first, min(BATCHES_PER_CHUNK, self.batches_per_epoch - first, steps - first)
            steps -= self.batches_per_epoch

    def _prepare(self, epoch: int, first: int, count: int) -> list[Batch]:
        order = np.random.default_rng((self.seed, epoch)).permutation(len(self.images))
        chosen = order[first * self.batch_size : (first + count) * self.batch_size]
        images = self.images[chosen]
        if self.augmentation is not None:
            images = self.augmentation(images, np.random.default_rng((self.seed, epoch, first)))
        labels = self.labels[chosen].astype(np.int64)
        starts = range(0, len(chosen), self.batch_size)
        return [Batch(images[at : at + self.batch_size], labels[at : at + self.batch_size], epoch) for at in starts]
