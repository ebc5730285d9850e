"""Redirection of stderr, for messages that TensorFlow's C++ code writes whatever Python asks."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile


@contextmanager
def silence_stderr() -> Iterator[None]:
    """Inside the block nothing reaches file descriptor 2; where it ends in an error, what was written is printed then.

    This affects the whole process: use it while no other thread writes to stderr.
    """
    sys.stderr.flush()
    original = os.dup(2)
    with TemporaryFile() as written:
        os.dup2(written.fileno(), 2)
        try:
            yield
        except BaseException:
            written.seek(0)
            os.write(original, written.read())
            raise
        finally:
            os.dup2(original, 2)
            os.close(original)
