"""Limits of a training process beside a bot: low priority, bounded memory, and no longer life than the bot's."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import threading
from pathlib import Path

NICENESS = 10  # of 19
OOM_SCORE_ADJ = "500"  # of 1000, proc(5): where memory runs out, the kernel ends the training and spares the bot
# Far above the 1.2 GB of a fine-tune. Not RLIMIT_AS: TensorFlow maps address space that it never uses.
MAX_PROCESS_BYTES = 6 * 2**30


def limit_process() -> None:
    """Lower this process's priority, bound its memory, and end it when its standard input ends (the parent is gone)."""
    os.nice(NICENESS)
    with contextlib.suppress(OSError):  # Linux only
        Path("/proc/self/oom_score_adj").write_text(OOM_SCORE_ADJ)
    with contextlib.suppress(OSError, ValueError):  # a lower limit of the machine's own stays
        resource.setrlimit(resource.RLIMIT_DATA, (MAX_PROCESS_BYTES, MAX_PROCESS_BYTES))
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()


def _end_with_parent() -> None:
    """A pipe ends when its writer dies, even by SIGKILL, on every system; nothing is ever written to it.

    Read by its number: a thread that waits in Python's own buffer would hold its lock when the interpreter ends.
    """
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
