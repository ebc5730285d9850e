"""What tests of several packages share: a browser and PostgreSQL, where there are any, a playground with people in it,
and networks that may be damaged."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.playground import Playground
from bot.playground.client import People
from model import model_bundle
from tests.postgresql_server import PostgresqlServer, unavailable

PAGE_WAIT_MS = 20_000  # a page on a machine that does other work
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def lost(complaint: str) -> bool:
    """Chromium's own line about a server that has gone; the page says it better."""
    return "net::ERR_CONNECTION_" in complaint or "net::ERR_EMPTY_RESPONSE" in complaint


@pytest.fixture(autouse=True)
def own_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads or writes the state folder of whoever runs it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg-state"))


@pytest.fixture
def named_pipe(tmp_path: Path) -> Iterator[Path]:
    """A named pipe. Whoever opens it to read is not left waiting: it is opened and closed at the other end as well."""
    path, is_over = tmp_path / "pipe", threading.Event()
    os.mkfifo(path)

    def end_readings() -> None:
        while not is_over.wait(0.01):
            with suppress(OSError):  # nobody reads
                os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))

    thread = threading.Thread(target=end_readings)
    thread.start()
    yield path
    is_over.set()
    thread.join()


@pytest.fixture
async def visit() -> AsyncIterator[Callable[..., Awaitable[Page]]]:
    """Opens addresses in Chromium: ``page = await visit(address, width=390)``. Fails where a page logs an error."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("needs Chromium: apt install chromium")
    complaints: list[str] = []
    expect.set_options(timeout=PAGE_WAIT_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(QUIET))

        async def open_page(address: str, width: int = 1200, height: int = 800, **context: Any) -> Page:
            chosen = {"viewport": {"width": width, "height": height}, "locale": "en-GB", **context}
            shown = await browser.new_context(**chosen)
            page = await shown.new_page()
            page.set_default_timeout(PAGE_WAIT_MS)
            page.on(
                "console",
                lambda line: complaints.append(line.text) if line.type == "error" and not lost(line.text) else None,
            )
            page.on("pageerror", lambda error: complaints.append(str(error)))
            await page.goto(address)
            return page

        yield open_page
        await browser.close()
    assert complaints == []


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """A playground on a free port."""
    playground = Playground(languages=("en", "de"))
    await playground.start()
    yield playground
    await playground.stop()


@pytest.fixture
async def people(playground: Playground) -> AsyncIterator[People]:
    """Makes people: ``ann = await people("Ann")``."""
    async with People.at(playground.address) as people:
        yield people


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A PostgreSQL server that the tests of one process share, started for the first that wants it."""
    if reason := unavailable():
        pytest.skip(reason)
    with PostgresqlServer() as server:
        yield server


@pytest.fixture(scope="module")
def own_server() -> Iterator[PostgresqlServer]:
    """A PostgreSQL server of one module's tests alone, which they may stop and kill."""
    if reason := unavailable():
        pytest.skip(reason)
    with PostgresqlServer() as server:
        yield server


@pytest.fixture
async def postgresql_url(postgresql_server: PostgresqlServer) -> AsyncIterator[str]:
    """The address of an empty database on it, ``postgresql+asyncpg://...``."""
    async with postgresql_server.database() as url:
        yield url


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A copy of the package's networks, which may be damaged before they are loaded."""
    shutil.copytree(Path(model_bundle.__file__).parent / "base", tmp_path / "base")
    monkeypatch.setattr(model_bundle, "files", lambda _: tmp_path)
    return tmp_path / "base"


@pytest.fixture
def damage() -> Callable[[Path], None]:
    """Changes two bytes of a file."""

    def change(file: Path) -> None:
        content = bytearray(file.read_bytes())
        for at in (1000, len(content) // 2):
            content[at] ^= 0xFF
        file.write_bytes(content)

    return change


@pytest.fixture
def upgrade(package: Path) -> Callable[[], str]:
    """Puts a newer base model into the package's copy, as a release would; returns its name."""

    def release() -> str:
        served, card_file = package / "digits.tflite", package / model_bundle.CARD_NAME
        served.write_bytes(served.read_bytes() + bytes(4))  # LiteRT reads on: nothing points there
        card = json.loads(card_file.read_text("utf-8"))
        card |= {"name": "base-9", "sha256": sha256(served.read_bytes()).hexdigest()}
        card_file.write_text(json.dumps(card))
        return "base-9"

    return release
