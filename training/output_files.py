"""Where a command writes what it has made in hours: tried before the work, so that nothing is made in vain."""

from __future__ import annotations

import argparse
import errno
import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile

from training.exit_status import exit_status


def require_folder(folder: Path) -> None:
    """Make a folder, if need be, and write something there for a trial. Raises ``OSError``."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(folder)) from error


def require_file(path: Path) -> None:
    """Make sure that a file can be written at a path, as far as that can be told; one that is there stays as it is.
    Raises ``OSError``."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    require_folder(path.parent)
    if path.exists():
        with path.open("ab"):
            pass


def run_in_folder(write: Callable[[Path], None], description: str | None) -> int:
    """Run a command that is given nothing but a folder: call ``write`` with it once it is there; the exit status."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the files are written to")
    folder: Path = parser.parse_args().folder

    def job() -> None:
        require_folder(folder)
        write(folder)

    return exit_status(job)
