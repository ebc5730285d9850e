"""`digitbot run` that stops working once, in the way that is named: runs inside the machine, as the service.

``blocked``: the event loop hangs. ``silent``: a getUpdates never returns, while the event loop turns.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

from bot.cli.main import main
from bot.updates import polling

SERVING_FETCHES = 1  # getUpdates that are answered before
POLL_S = 2  # of a getUpdates; ten seconds in the bot
SILENT_S = 5.0  # after which the poller takes itself for dead; five minutes in the bot


def break_once(way: str) -> None:
    """At the next start the bot is as it should be: that is what the watchdog's restart must bring."""
    marker = Path(os.environ["STATE_DIRECTORY"], f"boot-test-{way}")
    if marker.exists():
        return
    marker.touch()
    fetch, calls = polling.Poller._fetch, []

    async def faulty(poller: polling.Poller) -> object:
        calls.append(time.monotonic())
        if len(calls) > SERVING_FETCHES:
            if way == "blocked":
                time.sleep(3600)  # noqa: ASYNC251 - this is the fault
            await asyncio.Event().wait()
        return await fetch(poller)

    polling.POLL_S = POLL_S
    if way == "silent":
        polling.STEP_S = SILENT_S
    polling.Poller._fetch = faulty  # type: ignore[assignment,method-assign]


if __name__ == "__main__":
    break_once(sys.argv[1])
    sys.exit(main(["run"]))
