"""The main dialogues of the chat, walked through on the page in any language: nothing here looks for words."""

from __future__ import annotations

from collections.abc import AsyncIterator

from playwright.async_api import Locator, Page

from bot.playground.client import People
from tests.drawings import barred_two

TAUGHT_PHOTOS = 40
RUN_MILLISECONDS = 600_000  # for a run on MNIST, on a small machine


class Dialogues:
    """One visitor with a new bot; each step shows one dialogue."""

    def __init__(self, page: Page, address: str, language: str) -> None:
        self._page = page
        self._address = address
        self._language = language

    async def all(self, doubtful: bytes) -> AsyncIterator[bytes]:
        """Six screenshots as PNG; ``doubtful`` is a photo of one digit that the bot asks about."""
        await self._start()
        yield await self._shot()
        await self._send_sample()
        yield await self._shot()
        await self._press("7")
        yield await self._shot()
        await self._press("1")
        yield await self._shot()
        await self._answer_question(doubtful)
        yield await self._shot()
        await self._retrain()
        yield await self._shot()

    async def _shot(self) -> bytes:
        """What is shown once its pictures are there and the note has faded, with no key under the pointer."""
        await self._page.mouse.move(1, 1)
        await self._page.locator("#toast").wait_for(state="hidden")
        await self._page.wait_for_function("[...document.images].every(image => image.complete)")
        return await self._page.screenshot()

    @property
    def _answers(self) -> Locator:
        return self._page.locator("article.bot")

    @property
    def _keyboards(self) -> Locator:
        return self._page.locator("article.bot .keyboard")

    async def _wait_for_answers(self, count: int) -> None:
        await self._answers.nth(count - 1).wait_for(timeout=RUN_MILLISECONDS)

    async def _start(self) -> None:
        """The first answer, and the menu of commands."""
        await self._page.goto(self._address)
        await self._page.locator("[data-act=start]").click()
        await self._wait_for_answers(1)
        await self._page.locator("#menu").click()
        await self._page.locator("#commands").wait_for()

    async def _send_sample(self) -> None:
        await self._page.keyboard.press("Escape")
        await self._page.get_by_role("button", name="Send sample: two rows").click()
        await self._keyboards.first.wait_for()

    async def _press(self, key: str) -> None:
        """A key of the reading's keyboard; until the next one is there."""
        before = await self._keyboards.first.inner_text()
        await self._keyboards.first.get_by_role("button", name=key, exact=True).click()
        await self._page.wait_for_function(
            "before => document.querySelector('article.bot .keyboard').innerText !== before", arg=before
        )
        if key == "1":  # the first correction asks for consent
            await self._wait_for_answers(3)

    async def _answer_question(self, doubtful: bytes) -> None:
        """Consents, and sends the photo that is asked about."""
        await self._keyboards.nth(1).get_by_role("button").first.click()
        await self._keyboards.nth(1).wait_for(state="detached")
        count = await self._answers.count()
        photo = {"name": "digit.png", "mimeType": "image/png", "buffer": doubtful}
        await self._page.set_input_files("#files", photo)  # type: ignore[arg-type]
        await self._page.locator("#sending .primary").click()
        await self._wait_for_answers(count + 1)

    async def _retrain(self) -> None:
        """Teaches the bot a way to write, trains on it, and waits for the figures."""
        await self._teach()
        count = await self._answers.count()
        await self._page.locator("#text").fill("/retrain")
        await self._page.keyboard.press("Enter")
        await self._wait_for_answers(count + 2)

    async def _teach(self) -> None:
        """Somebody else writes twos with a bar, corrects what is read, and consents."""
        async with People.at(self._address) as people:
            writer = await people("Ann", language=self._language)
            for number in range(TAUGHT_PHOTOS):
                await writer.photo(barred_two(number))
                answer = await writer.reply()
                await writer.says("/correct 2", reply_to=answer)
                await writer.reply()
                if number == 0:
                    question = await writer.reply()
                    await writer.press(question, writer.labels(question)[0])
