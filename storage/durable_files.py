"""Waiting until files are on the disk, so that a power failure takes neither them nor their names."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def flush(path: Path) -> None:
    """Wait until what a file holds is on the disk (fsync(2)). Raises ``OSError``."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_names(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where its file system can say so."""
    with suppress(OSError):
        flush(folder)
