"""Trials in a child process: a model from outside, or a photo during which the process died, is tried there first.

Damaged LiteRT bytes end the process that runs them (a segmentation fault, an endless loop, memory without end): no
exception can be caught. So a model is run, and a photo read, where that harms nobody.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import dataclass
from typing import Final

from model.errors import ModelLoadError
from model.model_bundle import ModelBundle

_GIB: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class TrialLimits:
    """What a trial may take: seconds by the clock, seconds of CPU, bytes of address space."""

    wall_s: float
    cpu_s: int
    memory_bytes: int


# The base model's trial took 1.5 s of a busy machine (2 cores, n = 1): twenty times that for a small board.
MODEL_LIMITS: Final = TrialLimits(wall_s=30, cpu_s=20, memory_bytes=2 * _GIB)
PHOTO_LIMITS: Final = TrialLimits(wall_s=60, cpu_s=60, memory_bytes=4 * _GIB)


async def try_model(content: bytes, name: str, limits: TrialLimits = MODEL_LIMITS) -> None:
    """Run a classifier's bytes on digits and on junk in a child process, in batches of 1, 7 and 256.

    Raises ``ModelLoadError`` where it does not load, gives anything but finite probabilities, takes more than
    ``limits``, or ends its process.
    """
    problem = await _child({"content": len(content), "photo": 0}, content, limits)
    if problem is not None:
        raise ModelLoadError(f"The model {name} is damaged or of another kind, and is not used: {problem}")


async def survives_reading(
    model: ModelBundle, photo: bytes, *, count: int | None = None, limits: TrialLimits = PHOTO_LIMITS
) -> bool:
    """Whether a child process survives reading the photo (the bytes of its file) with this model, within ``limits``.

    A photo that is refused (``PhotoError``) is survived. ``count`` as for ``Reader.read``.
    """
    header = {"name": model.name, "card": model.card.to_json(), "count": count}
    sizes = {"content": len(model.content), "photo": len(photo)}
    return not photo or await _child({**header, **sizes}, model.content + photo, limits) is None


async def _child(header: dict[str, object], payload: bytes, limits: TrialLimits) -> str | None:
    """Run one trial; None where it was passed, else why not, in one sentence. Cancelled, it ends the child."""
    header = {**header, "memory_bytes": limits.memory_bytes, "cpu_s": limits.cpu_s}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "model.trial_process"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(limits.wall_s):
            told = await process.communicate(json.dumps(header).encode() + b"\n" + payload)
    except TimeoutError:
        return f"It took more than {limits.wall_s:.0f} seconds."
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return _verdict(process.returncode or 0, told[0].decode(errors="replace").strip())


def _verdict(status: int, told: str) -> str | None:
    if status < 0:
        return f"It ended its process by {signal.Signals(-status).name}."
    if status == 0:
        return None if told == "passed" else "It ended its process."
    return told or "It failed: was there too little memory?"


def _environment() -> dict[str, str]:
    """Without the bot's token and key. One thread of OpenBLAS: each would take address space."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DIGITBOT_")}
    return {**kept, "OPENBLAS_NUM_THREADS": "1", "CREDENTIALS_DIRECTORY": ""}
