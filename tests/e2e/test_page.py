"""A visitor of the demo's page, in a real browser, with the real bot behind it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.async_api import Page, expect

from bot.playground import Playground
from storage import samples
from storage.tables import utc_now

pytestmark = pytest.mark.browser


@pytest.fixture
async def shown(bot: Any, visit: Callable[..., Awaitable[Page]], playground: Playground) -> Page:
    """The page as a first visitor sees it, after a press on Start."""
    page = await visit(playground.address)
    await page.get_by_role("button", name="Start").click()
    await expect(page.locator("article.bot")).to_have_count(1)
    return page


async def test_a_sample_is_read_put_right_and_kept_with_consent(bot: Any, shown: Page) -> None:
    await shown.get_by_role("button", name="Send sample: 427").click()
    answer = shown.locator("article.bot", has=shown.locator(".keyboard"))
    await expect(answer.locator(".words")).to_contain_text("427")
    await answer.get_by_role("button", name="2", exact=True).click()
    await expect(answer.locator(".words")).to_have_text("Digit 2 (read as 2): which is it?")
    await expect(answer.get_by_role("group", name="Buttons: Digit 2 (read as 2)")).to_be_visible()
    await answer.get_by_role("button", name="3", exact=True).click()
    await expect(shown.locator("#toast")).to_have_text("Thank you!")
    await expect(answer.first.locator(".words")).to_contain_text("437")
    await shown.get_by_role("button", name="Yes, keep it to learn from").click()
    await expect(shown.get_by_role("button", name="Yes, keep it to learn from")).to_have_count(0)
    async with bot.services.database.read() as session:
        assert 3 in [sample.label for sample in await samples.consented(session)]


async def test_a_drawn_digit_is_read_and_corrected_by_command(shown: Page) -> None:
    await shown.get_by_role("button", name="Draw a digit").click()
    box = await shown.locator("#canvas").bounding_box()
    assert box
    strokes = [(0.35, 0.2), (0.65, 0.2), (0.45, 0.85)]
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in strokes]
    await shown.mouse.move(*points[0])
    await shown.mouse.down()
    for point in points[1:]:
        await shown.mouse.move(*point, steps=10)
    await shown.mouse.up()
    await shown.locator("#drawing").get_by_role("button", name="Send").click()
    answer = shown.locator("article.bot", has=shown.locator(".picture"))
    await expect(answer.locator(".words")).to_contain_text("7")
    await shown.get_by_role("textbox", name="Message", exact=True).fill("/correct 1")
    await shown.keyboard.press("Enter")
    await expect(answer.locator(".words")).to_contain_text("Corrected: 1")
    await expect(answer.locator("footer")).to_contain_text("edited")


async def test_the_visitor_sees_the_menu_of_an_admin_in_words(shown: Page) -> None:
    await shown.get_by_role("button", name="Commands").click()
    options = shown.get_by_role("option")
    await expect(options.filter(has_text="/correct")).to_be_visible()
    await expect(options.filter(has_text="/privacy")).to_be_visible()


@pytest.mark.slow
async def test_retrain_from_the_page_shows_its_progress_and_its_result(
    bot: Any, shown: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without MNIST only the last layer learns, in seconds.
    monkeypatch.setenv("DIGITBOT_MNIST", "/nowhere.npz")
    rng = np.random.default_rng(1)
    rings = [cv2.circle(np.zeros((28, 28), np.uint8), (14, 14), int(rng.integers(6, 10)), 255, 2) for _ in range(20)]
    new = [samples.Sample(samples.new_uid(), ring.tobytes(), 0, utc_now()) for ring in rings]
    async with bot.services.database.write() as session:
        await samples.add(session, new)
    await shown.get_by_role("textbox", name="Message", exact=True).fill("/retrain")
    await shown.keyboard.press("Enter")
    await expect(shown.get_by_role("button", name="Cancel")).to_be_visible()
    result = shown.locator("article.bot", has=shown.locator(".picture"))
    await expect(result.locator(".words")).to_contain_text("base-3", timeout=120_000)
    await expect(shown.get_by_role("button", name="Cancel")).to_have_count(0)


async def test_a_button_of_a_group_opens_the_private_chat_there(bot: Any, shown: Page) -> None:
    await shown.get_by_role("button", name="New group").click()
    await shown.locator("#group").get_by_label("Title").fill("Class")
    await shown.locator("#group").get_by_role("button", name="Make").click()
    await expect(shown.locator("#title")).to_have_text("Class")
    await shown.get_by_role("textbox", name="Message", exact=True).fill(f"/privacy@{bot.name}")
    await shown.keyboard.press("Enter")
    await shown.get_by_role("button", name="Open our private chat").click()
    await expect(shown.locator("article.bot").last.locator(".words")).to_contain_text("What is kept")
    await expect(shown.locator("#speaker-label")).to_be_hidden()  # no group any more
