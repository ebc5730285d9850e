"""How a training child behaves beside a bot: it gives way in everything, and it does not outlive the bot."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import threading
from pathlib import Path

NICE = 10
FIRST_TO_GO = "500"  # of 1000, proc(5) oom_score_adj: where memory runs out, the training goes and the bot stays
# Bytes, far above the 760 MB that a fine-tune takes. Not RLIMIT_AS: TensorFlow maps address space it never uses.
MOST_DATA = 6 * 2**30


def limit_process() -> None:
    """Lower this process's priority, bound its memory, and end it when its standard input ends (the parent is gone)."""
    os.nice(NICE)
    with contextlib.suppress(OSError):  # Linux only
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)
    with contextlib.suppress(OSError, ValueError):  # a lower limit of the machine's own stays
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_DATA, MOST_DATA))
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()


def _end_with_parent() -> None:
    """A pipe ends when its writer dies, even by SIGKILL, on every system; nothing is ever written to it.

    Read by its number: a thread that waits in Python's own buffer would hold its lock when the interpreter ends.
    """
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
