"""Takes the pictures of the chat page (needs Debian's chromium, and for Hindi fonts-noto-core).

    .venv/bin/python docs/screenshots.py              the README's: demo.png and demo-phone.png
    .venv/bin/python docs/screenshots.py en de hi     the main dialogues in these languages: pictures/chat-LANGUAGE.jpg

The dialogues train on what `DIGITBOT_MNIST` names, or without MNIST where it names no file: minutes or seconds.
"""

from __future__ import annotations

import asyncio
import io
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.app import build_application
from bot.lifecycle import serve
from bot.messages.catalogue import catalogue_languages
from bot.playground import Playground
from bot.settings import Settings
from docs.dialogues import Dialogues
from model.reader import Reader
from tests.drawings import one_or_seven

DOCS = Path(__file__).resolve().parent
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PHONE: ViewportSize = {"width": 390, "height": 780}
COLUMNS, GAP = 3, 18  # of the dialogues in one picture; pixels between them
QUALITY = 88  # of that picture, as JPEG


@asynccontextmanager
async def demo() -> AsyncIterator[Playground]:
    """A playground with a bot of its own, and nothing stored."""
    stop, ready = asyncio.Event(), asyncio.Event()
    async with Playground(languages=catalogue_languages()) as playground:
        with tempfile.TemporaryDirectory() as state:
            settings = Settings.load(
                token=playground.token,
                api_url=playground.address,
                state=Path(state),
                admins=frozenset(playground.admin_ids),
            )
            serving = asyncio.create_task(serve(build_application(settings), settings, stop, ready.set))
            await ready.wait()
            yield playground
            stop.set()
            await serving


async def conversation(page: Page, address: str) -> None:
    """What a first visitor does: send the page with two rows, "427 15", and correct its 7 to 1 by tapping."""
    await page.goto(address)
    await page.get_by_role("button", name="Start").click()
    await page.get_by_role("button", name="Send sample: two rows").click()
    answer = page.locator("article.bot", has=page.locator(".keyboard")).first
    await answer.wait_for()
    await answer.get_by_role("button", name="7", exact=True).click()
    await answer.get_by_role("button", name="0", exact=True).wait_for()  # before, a 1 is there too: the page's
    await answer.get_by_role("button", name="1", exact=True).click()
    await answer.get_by_text("421 15").wait_for()
    await page.locator("#toast").wait_for(state="hidden")


async def take(browser: Browser, name: str, width: int, height: int, *, dark: bool) -> None:
    """One picture of a visitor's first minute."""
    async with demo() as playground:
        size: ViewportSize = {"width": width, "height": height}
        context = await browser.new_context(viewport=size, color_scheme="dark" if dark else "light")
        page = await context.new_page()
        await conversation(page, playground.address)
        await page.screenshot(path=DOCS / name)
        await context.close()


async def take_dialogues(browser: Browser, language: str, doubtful: bytes) -> None:
    """The main dialogues of a person whose Telegram is in ``language``, side by side as on phones."""
    async with demo() as playground:
        context = await browser.new_context(viewport=PHONE, locale=language, device_scale_factor=1)
        dialogues = Dialogues(await context.new_page(), playground.address, language)
        shots = [shot async for shot in dialogues.all(doubtful)]
        await context.close()
    file = DOCS / "pictures" / f"chat-{language}.jpg"
    side_by_side(shots).save(file, quality=QUALITY, optimize=True, progressive=True)


def side_by_side(shots: Sequence[bytes]) -> Image.Image:
    rows = -(-len(shots) // COLUMNS)
    width, height = PHONE["width"] + GAP, PHONE["height"] + GAP
    sheet = Image.new("RGB", (COLUMNS * width + GAP, rows * height + GAP), "#8593a1")
    for number, shot in enumerate(shots):
        place = (number % COLUMNS * width + GAP, number // COLUMNS * height + GAP)
        sheet.paste(Image.open(io.BytesIO(shot)), place)
    return sheet


def doubtful_photo() -> bytes:
    """Of photos that may show a 1 or a 7, the one whose only digit is least sure."""
    with closing(Reader.base(threads=1)) as reader:
        readings = {photo: reader.read(photo).digits for photo in map(one_or_seven, range(40))}
    asked = {photo: digits[0].confidence for photo, digits in readings.items() if len(digits) == 1}
    return min(asked, key=asked.__getitem__)


async def main(chosen: Sequence[str]) -> None:
    if unknown := set(chosen) - set(catalogue_languages()):
        sys.exit(
            f"there is no catalogue for {', '.join(sorted(unknown))}: choose from {', '.join(catalogue_languages())}"
        )
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        for language in chosen:
            await take_dialogues(browser, language, doubtful_photo())
        if not chosen:
            await take(browser, "demo.png", 1180, 860, dark=False)
            await take(browser, "demo-phone.png", 400, 800, dark=True)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
