"""Work on many numbered pages, chunk by chunk, in one process or several."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

T = TypeVar("T")


def map_chunks(work: Callable[[range], T], pages: int, chunk: int, jobs: int = 1) -> Iterator[T]:
    """What ``work`` gives for each range of at most ``chunk`` page numbers, in order; with more than one of ``jobs`` in
    so many processes, for which ``work`` must be picklable."""
    chunks = [range(at, min(at + chunk, pages)) for at in range(0, pages, chunk)]
    if jobs == 1:
        yield from map(work, chunks)
        return
    with ProcessPoolExecutor(jobs, get_context("spawn")) as workers:
        yield from workers.map(work, chunks)
