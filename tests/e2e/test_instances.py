"""Several processes of the bot behind one proxy, on one database: killed or restarted, none of them loses an update."""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from bot.playground import Playground
from bot.playground.client import MessageView, Participant, People
from tests.e2e.proxies import PROXIES, Place, free_port, proxied

START_S = 120.0
LAST_ANSWER_S = 120.0  # a dead process's updates are taken over when its lease on them has ended
WRITERS, LEAST_PHOTOS = 6, 3  # of each writer
AROUND_S = 2.0  # for which photos come before a change and after it

pytestmark = pytest.mark.slow


@dataclass
class Instances:
    """`digitbot run` by webhook, a process for each upstream of the proxy, with one state folder."""

    proxy: Place
    playground: Playground
    state: Path
    processes: dict[str, Process] = field(default_factory=dict)

    async def start(self, upstream: str) -> None:
        """Start one and wait until it takes deliveries."""
        address, port = upstream.split(":")
        settings = {
            "STATE": str(self.state),
            "API_URL": self.playground.address,
            "TOKEN": self.playground.token,
            "WEBHOOK_URL": f"{self.proxy.url}/telegram",
            "WEBHOOK_LISTEN": address,
            "WEBHOOK_PORT": port,
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DIGITBOT_")}
        environment = {**kept, **{f"DIGITBOT_{name}": value for name, value in settings.items()}}
        command = [sys.executable, "-P", "-m", "bot.cli.main", "run"]
        process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=DEVNULL, stderr=PIPE)
        self.processes[upstream] = process
        await asyncio.wait_for(_ready(process, upstream), START_S)

    async def end(self, upstream: str, *, kill: bool = False) -> None:
        """End one by SIGTERM, as systemd does, or by SIGKILL; returns when it has ended."""
        process = self.processes.pop(upstream)
        if process.returncode is None:
            process.kill() if kill else process.terminate()
        await process.communicate()

    async def restart(self, upstream: str) -> None:
        """As `systemctl restart` does."""
        await self.end(upstream)
        await self.start(upstream)


async def _ready(process: Process, upstream: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        while process.returncode is None:
            try:
                if (await client.get(f"http://{upstream}/readyz")).is_success:
                    return
            except httpx.TransportError:
                pass  # it does not listen yet
            await asyncio.sleep(0.05)
    assert process.stderr
    pytest.fail((await process.stderr.read()).decode())


@pytest.fixture(params=PROXIES)
async def instances(
    request: pytest.FixtureRequest, playground: Playground, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Instances]:
    """Two, serving behind one of the proxies."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # a proxy's workers run as another user
        place = Place(folder, free_port(), (f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"))
        async with proxied(request.param, place, monkeypatch) as proxy:
            started = Instances(proxy, playground, folder / "state")
            try:
                for upstream in proxy.upstreams:
                    await started.start(upstream)
                yield started
            finally:
                for upstream in list(started.processes):
                    await started.end(upstream, kill=True)


async def _send_photos(person: Participant, photo: bytes, enough: asyncio.Event) -> None:
    """One after another, each when the one before has been answered."""
    for number in itertools.count():
        if number >= LEAST_PHOTOS and enough.is_set():
            return
        sent = await person.photo(photo)

        def answer(photo_id: int = sent["id"]) -> MessageView | None:
            return next((each for each in person.messages.values() if each["reply_to"] == photo_id), None)

        await person.until(answer, LAST_ANSWER_S, "an answer to a photo")


async def _answers(person: Participant) -> list[int]:
    """How many answers each photo has."""
    listed = (await person.client.get(f"/playground/chats/{person.chat}/messages")).json()
    told = [message["reply_to"] for message in listed if message["bot"]]
    return [told.count(message["id"]) for message in listed if not message["bot"]]


async def _while_photos_come(people: People, photo: bytes, change: Callable[[], Awaitable[None]]) -> list[int]:
    """Have several people send photos, and something changed meanwhile; the number of answers to each photo."""
    writers = [await people(f"Person {number}") for number in range(WRITERS)]
    enough = asyncio.Event()
    sending = [asyncio.create_task(_send_photos(each, photo, enough)) for each in writers]
    await asyncio.sleep(AROUND_S)
    await change()
    await asyncio.sleep(AROUND_S)
    enough.set()
    await asyncio.gather(*sending)
    return [count for writer in writers for count in await _answers(writer)]


async def test_one_process_is_killed_and_no_photo_is_lost(
    instances: Instances, people: People, page: Callable[..., bytes], request: pytest.FixtureRequest
) -> None:
    first, second = instances.proxy.upstreams
    counts = await _while_photos_come(people, page("427"), lambda: instances.end(first, kill=True))
    assert all(counts)
    assert len(counts) >= WRITERS * LEAST_PHOTOS
    assert instances.processes[second].returncode is None
    books = await people.books()
    assert books["updates"]["acknowledged"] == books["updates"]["made"]
    if request.node.callspec.params["instances"] == "nginx":  # Caddy leaves to Telegram what a killed process had begun
        assert books["calls"].get("webhook", {}).get("failed", 0) == 0


async def test_processes_are_restarted_one_by_one_and_each_photo_is_answered(
    instances: Instances, people: People, page: Callable[..., bytes]
) -> None:
    async def restart_all() -> None:
        for upstream in instances.proxy.upstreams:
            await instances.restart(upstream)

    counts = await _while_photos_come(people, page("427"), restart_all)
    assert all(counts)
    # An answer that takes five seconds, on a busy machine, is cut off by a stop, perhaps between sending and recording.
    assert sum(counts) <= len(counts) + len(instances.proxy.upstreams)
