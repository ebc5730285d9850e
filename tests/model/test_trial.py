"""Trials in a child process: what a damaged model does there harms nobody, and a sound one passes."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model import trial_process
from model.errors import ModelLoadError
from model.model_bundle import ModelBundle
from model.trial import MODEL_LIMITS, TrialLimits, survives_reading, try_model

BASE = ModelBundle.base()


@pytest.fixture
def instead(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Run this code in the child instead of a trial: what a damaged model does cannot be had on demand."""

    def replace(code: str) -> None:
        start = asyncio.create_subprocess_exec

        async def started(*_: str, **settings: object) -> asyncio.subprocess.Process:
            return await start(sys.executable, "-c", code, **settings)  # type: ignore[arg-type]

        monkeypatch.setattr(asyncio, "create_subprocess_exec", started)

    return replace


async def test_the_base_model_passes() -> None:
    await try_model(BASE.content, BASE.name)


@pytest.mark.parametrize("content", [b"", b"no network", BASE.content[:-1000], BASE.content[:100], bytes(10_000)])
async def test_other_bytes_do_not(content: bytes) -> None:
    with pytest.raises(ModelLoadError, match="damaged"):
        await try_model(content, "own")


async def test_a_network_of_another_kind_does_not() -> None:
    with pytest.raises(ModelLoadError, match="of another kind"):
        await try_model(ModelBundle.packaged("segmenter").content, "own")


@pytest.mark.parametrize(
    ("probabilities", "features", "said"),
    [
        (np.full((7, 10), np.nan), np.ones((7, 4)), "not finite"),
        (np.full((7, 10), 0.1), np.full((7, 4), np.inf), "not finite"),
        (np.full((7, 10), 0.2), np.ones((7, 4)), "sum is not 1"),
        (np.array([[-1, 2, *[0] * 8]] * 7), np.ones((7, 4)), "negative"),
        (np.full((6, 10), 0.1), np.ones((7, 4)), "wrong shape"),
        (np.full((7, 10), 0.1), np.ones((1, 4)), "wrong shape"),
    ],
)
def test_outputs_that_are_no_probabilities_are_named(
    probabilities: NDArray[np.float64], features: NDArray[np.float64], said: str
) -> None:
    problem = trial_process.wrong_outputs({"probabilities": probabilities, "features": features}, 7)
    assert problem
    assert said in problem


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
async def test_an_end_by_a_signal_is_damage(instead: Callable[[str], None], number: signal.Signals) -> None:
    instead(f"import os; os.kill(os.getpid(), {int(number)})")
    with pytest.raises(ModelLoadError, match=number.name):
        await try_model(BASE.content, "own")


@pytest.mark.parametrize("code", ["", "print('something else')", "raise SystemExit(3)", "raise MemoryError"])
async def test_only_a_child_that_says_so_has_passed(instead: Callable[[str], None], code: str) -> None:
    instead(code)
    with pytest.raises(ModelLoadError):
        await try_model(BASE.content, "own")


async def test_an_endless_loop_is_ended(instead: Callable[[str], None]) -> None:
    instead("while True: pass")
    begun = time.monotonic()
    with pytest.raises(ModelLoadError, match="more than 1 seconds"):
        await try_model(BASE.content, "own", TrialLimits(wall_s=1, cpu_s=5, memory_bytes=1 << 30))
    assert time.monotonic() - begun < 10


async def test_time_and_memory_of_the_child_are_limited() -> None:
    with pytest.raises(ModelLoadError):
        await try_model(BASE.content, "own", TrialLimits(wall_s=30, cpu_s=20, memory_bytes=1 << 27))


async def test_the_child_has_neither_token_nor_key(
    instead: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITBOT_TOKEN", "secret")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/run/credentials")
    instead(
        "import os; print('passed' if 'DIGITBOT_TOKEN' not in os.environ and not os.environ['CREDENTIALS_DIRECTORY'] "
        "else 'it has')"
    )
    await try_model(BASE.content, "own")


async def test_a_photo_is_survived_whether_it_is_read_or_refused() -> None:
    page = np.full((200, 300), 255, np.uint8)
    cv2.putText(page, "7", (120, 130), cv2.FONT_HERSHEY_SIMPLEX, 3, (0,), 8)
    photo = cv2.imencode(".png", page)[1].tobytes()
    assert await survives_reading(BASE, photo)
    assert await survives_reading(BASE, photo, count=1)
    assert await survives_reading(BASE, b"no picture")
    assert await survives_reading(BASE, b"")


async def test_a_photo_that_ends_its_process_or_takes_too_long_is_not(instead: Callable[[str], None]) -> None:
    instead("import os; os.abort()")
    assert not await survives_reading(BASE, b"photo")
    instead("import time; time.sleep(60)")
    assert not await survives_reading(BASE, b"photo", limits=TrialLimits(1, 5, 1 << 30))


async def test_a_trial_that_is_cancelled_leaves_no_child(instead: Callable[[str], None]) -> None:
    instead("import time; time.sleep(600)")
    task = asyncio.create_task(try_model(BASE.content, "own", MODEL_LIMITS))
    await asyncio.sleep(0.3)
    task.cancel()
    begun = time.monotonic()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - begun < 5
