"""Keeping TensorFlow's and the converter's chatter, which comes from C++, off stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile


@contextmanager
def silence_stderr() -> Iterator[None]:
    """Inside, nothing reaches file descriptor 2; what was said is shown after all where it ends in an error.

    It holds for the whole process, so it is for moments when no other thread has anything to say.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    with TemporaryFile() as said:
        os.dup2(said.fileno(), 2)
        try:
            yield
        except BaseException:
            said.seek(0)
            os.write(kept, said.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)
