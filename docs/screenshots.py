"""Takes the pictures of the README: `.venv/bin/python docs/screenshots.py` (needs Debian's chromium)."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from bot.app import build_application
from bot.lifecycle import serve
from bot.playground import Playground
from bot.settings import Settings

DOCS = Path(__file__).parent
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


async def conversation(page: Page, address: str) -> None:
    """What a first visitor does: send the page with two rows, "427 15", and correct its 7 to 1 by tapping."""
    await page.goto(address)
    await page.get_by_role("button", name="Start").click()
    await page.get_by_role("button", name="Send sample: two rows").click()
    answer = page.locator("article.bot", has=page.locator(".keyboard")).first
    await answer.wait_for()
    await answer.get_by_role("button", name="7", exact=True).click()
    await answer.get_by_role("button", name="1", exact=True).click()
    await answer.get_by_text("421 15").wait_for()
    await page.wait_for_timeout(3500)  # until the toast has gone


async def take(browser: Browser, address: str, name: str, width: int, height: int, *, dark: bool) -> None:
    scheme = "dark" if dark else "light"
    context = await browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = await context.new_page()
    await conversation(page, address)
    await page.screenshot(path=DOCS / name)
    await context.close()


async def main() -> None:
    playground = Playground()
    await playground.start()
    stop, ready = asyncio.Event(), asyncio.Event()
    with tempfile.TemporaryDirectory() as state:
        settings = Settings.load(
            token=playground.token,
            api_url=playground.address,
            state=Path(state),
            admins=frozenset(playground.admin_ids),
        )
        serving = asyncio.create_task(serve(build_application(settings), settings, stop, ready.set))
        await ready.wait()
        async with async_playwright() as driver:
            browser = await driver.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
            await take(browser, playground.address, "demo.png", 1180, 860, dark=False)
            await take(browser, playground.address, "demo-phone.png", 400, 800, dark=True)
            await browser.close()
        stop.set()
        await serving
    await playground.stop()


if __name__ == "__main__":
    asyncio.run(main())
