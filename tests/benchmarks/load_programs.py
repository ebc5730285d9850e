"""The programs that ``load.py`` measures, each as a process of its own: the bot, an echo bot, and a usual peer.

    python -P tests/benchmarks/load_programs.py {bot,staged,echo,peer} ADDRESS TOKEN STATE

Prints ``ready`` once it takes updates, and for every line that it is sent one line of JSON: what it has used since the
line before (``Used``). Ends with SIGTERM, or with its standard input.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from telegram import InputFile, Message, Update
from telegram.ext import Application, ApplicationBuilder, ContextTypes, MessageHandler, filters

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.app import build_application
from bot.cli.serve_commands import share_heaps
from bot.lifecycle import serve, stopped_by_signals
from bot.monitoring import logs
from bot.monitoring.metrics import Metrics
from bot.monitoring.photo_log import ObservedPhoto, PhotoLog
from bot.services import Services
from bot.settings import Settings
from model.profiling import collect_stage_times

NETWORK = Path(__file__).resolve().parents[2] / "model" / "base" / "digits.keras"
STAGES = "stages.json"
PROBE_S = 0.01  # the event loop is asked for so short a pause again and again
ANSWER_SIZE = (1280, 960)  # pixels of the echo bot's one picture: what the bot's own answers have
CONCURRENT_UPDATES = 16  # of the echo bot


@dataclass(frozen=True, slots=True)
class Used:
    """``processor_s`` of all threads, and ``loop_s`` of the event loop's; ``rss_mb`` now; how many milliseconds later
    than asked for the event loop woke up: median, 99 % and the most."""

    processor_s: float
    loop_s: float
    rss_mb: float
    lag_ms: float
    lag99_ms: float
    longest_lag_ms: float


class Probe:
    """Measures this process from one ``report`` to the next."""

    def __init__(self) -> None:
        self._lags = [0.0]
        self._processor = self._loop = 0.0

    async def run(self) -> None:
        """Watch the event loop until cancelled."""
        while True:
            asked = time.perf_counter()
            await asyncio.sleep(PROBE_S)
            self._lags.append(time.perf_counter() - asked - PROBE_S)

    def report(self) -> Used:
        """What was used since the last report."""
        lags, self._lags = self._lags, [0.0]
        processor, loop = time.process_time(), time.thread_time()
        used = processor - self._processor, loop - self._loop
        self._processor, self._loop = processor, loop
        return Used(*used, resident_mb(), *(1000 * float(np.percentile(lags, part)) for part in (50, 99, 100)))


def resident_mb() -> float:
    """Megabytes of this process that lie in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def run_bot(address: str, token: str, state: Path, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """The bot as ``digitbot run`` starts it."""
    settings = Settings.load(api_url=address, token=token, state=state)
    logs.configure(settings.log_level, [token])
    share_heaps()
    await serve(build_application(settings), settings, stop, ready)


class StageLog(PhotoLog):
    """Keeps the processor time of this process in each stage of each photo; for one photo at a time."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__(metrics)
        self.photos: list[dict[str, float]] = []

    @contextmanager
    def photo(self) -> Iterator[ObservedPhoto]:
        with collect_stage_times(time.process_time) as times:
            yield ObservedPhoto()
        self.photos.append(times.seconds)


async def run_staged(address: str, token: str, state: Path, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """The bot, with the stages of each photo written into ``stages.json`` of the state folder at the end."""
    settings = Settings.load(api_url=address, token=token, state=state)
    services = Services(settings)
    services.photo_log = stages = StageLog(services.metrics)
    await serve(build_application(settings, services), settings, stop, ready)
    (state / STAGES).write_text(json.dumps(stages.photos), encoding="utf-8")


async def run_echo(address: str, token: str, _: Path, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """What Telegram itself costs: download a photo, decode it with Pillow, answer with a picture that is ready."""
    Image.effect_noise(ANSWER_SIZE, 20).convert("RGB").save(made := BytesIO(), "JPEG", quality=85)
    picture = InputFile(made.getvalue(), "reading.jpg")

    async def answer(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = _message(update)
        await asyncio.to_thread(_decoded, await _photo(message))
        await message.reply_photo(picture, caption="I read 427", do_quote=True)

    await _poll(_peer(address, token).concurrent_updates(CONCURRENT_UPDATES), answer, stop, ready)


async def run_peer(address: str, token: str, _: Path, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """The usual bot: Keras' ``predict`` in the event loop, here on a digit that is prepared already."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    network = keras.models.load_model(NETWORK, compile=False)
    digit = np.zeros((1, 28, 28, 1), np.float32)
    network.predict(digit, verbose=0)

    async def answer(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = _message(update)
        _decoded(await _photo(message))
        label = int(network.predict(digit, verbose=0).argmax())
        await message.reply_text(f"I read {label}", do_quote=True)

    await _poll(_peer(address, token), answer, stop, ready)


def _peer(address: str, token: str) -> ApplicationBuilder[Any, Any, Any, Any, Any, Any]:
    return ApplicationBuilder().token(token).base_url(f"{address}/bot").base_file_url(f"{address}/file/bot")


def _message(update: Update) -> Message:
    assert update.message is not None  # the filter lets no other pass
    return update.message


async def _photo(message: Message) -> bytes:
    return bytes(await (await message.photo[-1].get_file()).download_as_bytearray())


def _decoded(content: bytes) -> None:
    Image.open(BytesIO(content)).load()


async def _poll(
    builder: ApplicationBuilder[Any, Any, Any, Any, Any, Any],
    answer: Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]],
    stop: asyncio.Event,
    ready: Callable[[], None],
) -> None:
    application: Application[Any, Any, Any, Any, Any, Any] = builder.connection_pool_size(256).build()
    application.add_handler(MessageHandler(filters.PHOTO, answer))
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling()
        ready()
        await stop.wait()
        await application.updater.stop()
        await application.stop()


PROGRAMS = {"bot": run_bot, "staged": run_staged, "echo": run_echo, "peer": run_peer}


def report(probe: Probe, stop: asyncio.Event) -> None:
    """Answer a line with a line."""
    if not sys.stdin.readline():
        stop.set()
        return
    print(json.dumps(asdict(probe.report())), flush=True)


async def main(name: str, address: str, token: str, state: str) -> None:
    """Run one program until it is stopped."""
    probe = Probe()
    with stopped_by_signals() as stop:
        asyncio.get_running_loop().add_reader(sys.stdin, report, probe, stop)
        probing = asyncio.create_task(probe.run())
        try:
            await PROGRAMS[name](address, token, Path(state), stop, partial(print, "ready", flush=True))
        finally:
            probing.cancel()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
