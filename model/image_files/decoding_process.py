"""Decoding in a process of its own, with limits on its memory and time, for files that a thread could not be freed of.

``python -P -m model.image_files.decoding_process`` reads a line of JSON and a file from its standard input, and writes
a line of JSON and pixels to its standard output. It takes 0.2 s to start, so that ordinary photos are decoded in a
thread.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import subprocess
import sys
from dataclasses import asdict

import numpy as np

from model.image_files.photo_error import PhotoError, PhotoProblem
from model.image_files.pillow_decoding import Photo, decode_image, open_image
from model.limits import ImageLimits

log = logging.getLogger(__name__)

_PATIENCE = 5.0  # times the processor time: how long a process may take on a busy machine
_ENDED_BY_LIMIT = frozenset({-signal.SIGPROF, -signal.SIGXCPU, -signal.SIGKILL})
# What Python needs of the environment: above all not the bot's token.
_INHERITED_VARIABLES = ("HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "TMPDIR")


def decode_in_process(content: bytes, limits: ImageLimits, mode: str, area: int | None) -> Photo:
    """Decode as ``open_image`` and ``decode_image`` do, in a process that is ended at the limits.

    Raises ``PhotoError``, with ``TOO_COSTLY`` where the limits were reached.
    """
    request = json.dumps({"mode": mode, "area": area, "limits": asdict(limits)}).encode()
    try:
        process = subprocess.run(
            [sys.executable, "-P", "-m", "model.image_files.decoding_process"],
            input=request + b"\n" + content,
            capture_output=True,
            timeout=_PATIENCE * limits.decoding_s,
            env={name: os.environ[name] for name in _INHERITED_VARIABLES if name in os.environ},
            start_new_session=True,  # Ctrl-C is the bot's to handle
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PhotoError(PhotoProblem.TOO_COSTLY) from error
    if process.returncode != 0:
        raise PhotoError(_problem(process))
    return _photo(process.stdout)


def _problem(process: subprocess.CompletedProcess[bytes]) -> PhotoProblem:
    """Why a process ended without an answer: by a limit, or by a fault of a decoder in C at damaged bytes."""
    if process.returncode > 0:
        last_line = process.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        log.error("the decoding process ended with status %d: %s", process.returncode, last_line)
    damaged = process.returncode < 0 and process.returncode not in _ENDED_BY_LIMIT
    return PhotoProblem.TRUNCATED if damaged else PhotoProblem.TOO_COSTLY


def _photo(answer: bytes) -> Photo:
    end = answer.index(b"\n") + 1
    values = json.loads(answer[:end])
    if "problem" in values:
        raise PhotoError(PhotoProblem(values["problem"]))
    pixels = np.frombuffer(answer, np.uint8, offset=end).reshape(values["shape"]).copy()
    return Photo(pixels, values["width"], values["height"])


def main() -> int:
    """Decode the picture on standard input."""
    request = json.loads(sys.stdin.buffer.readline())
    limits = ImageLimits(**request["limits"])
    _limit_process(limits)
    content = sys.stdin.buffer.read()
    try:
        photo = decode_image(open_image(content, limits), content, request["mode"], request["area"])
    except PhotoError as error:
        sys.stdout.write(json.dumps({"problem": error.problem}) + "\n")
        return 0
    answer = {"shape": photo.pixels.shape, "width": photo.width, "height": photo.height}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.write(photo.pixels.data)
    return 0


def _limit_process(limits: ImageLimits) -> None:
    """Bound memory, and the time from now: SIGPROF ends a process that handles no signals, even within C code."""
    resource.setrlimit(resource.RLIMIT_DATA, (limits.decoding_bytes, limits.decoding_bytes))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, limits.decoding_s)


if __name__ == "__main__":
    raise SystemExit(main())
