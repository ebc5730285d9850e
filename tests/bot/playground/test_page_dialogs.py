"""The page's menu, dialogs and drawer in a real browser: what opens them, what closes them, and that they fit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect
from telegram import Update
from telegram.ext import ContextTypes, MessageHandler, filters

from bot.playground import Playground

pytestmark = pytest.mark.browser

Visit = Callable[..., Awaitable[Page]]
OPENERS = {"person": "#new-person", "group": "#new-group", "drawing": "#draw"}
FIT = """dialog => {
    const inside = box => box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight;
    const controls = [...dialog.querySelectorAll("button, input, select, canvas")];
    const edge = dialog.getBoundingClientRect();
    const held = controls.filter(one => one.getBoundingClientRect().right <= edge.right);
    return inside(edge) && held.length === controls.length && dialog.scrollWidth <= dialog.clientWidth;
}"""


async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    await update.message.reply_text(f"heard: {update.message.text or 'a photo'}")


@pytest.fixture
async def shown(serving: Callable[..., Any], visit: Visit, playground: Playground) -> Page:
    """The page, with a bot that has two commands."""
    app = await serving(MessageHandler(filters.ALL, echo))
    await app.bot.set_my_commands([("start", "What this bot does"), ("stats", "How well it reads")])
    page = await visit(playground.address)
    await expect(page.locator(".welcome")).to_be_visible()
    return page


async def focused(page: Page) -> str:
    return str(await page.evaluate("document.activeElement.id"))


@pytest.mark.parametrize("way", ["Enter", "click"])
async def test_the_menu_closes_when_what_was_typed_is_sent(shown: Page, way: str) -> None:
    await shown.locator("#text").fill("/start")
    await expect(shown.locator("#commands")).to_be_visible()
    if way == "Enter":
        await shown.keyboard.press("Enter")
    else:
        await shown.get_by_role("button", name="Send", exact=True).click()
    await expect(shown.locator("article.bot .words")).to_have_text("heard: /start")
    await expect(shown.locator("#commands")).to_be_hidden()
    await expect(shown.locator("#menu")).to_have_attribute("aria-expanded", "false")


async def test_a_menu_that_comes_too_late_stays_closed(shown: Page) -> None:
    release = asyncio.Event()

    async def delay(route: Route) -> None:
        await release.wait()
        await route.continue_()

    await shown.route("**/menu?*", delay)
    async with shown.expect_response("**/menu?*"):
        await shown.locator("#text").fill("/start")
        await shown.keyboard.press("Enter")
        await expect(shown.locator("article.bot")).to_be_visible()
        release.set()
    await shown.evaluate("() => new Promise(requestAnimationFrame)")
    await expect(shown.locator("#commands")).to_be_hidden()


async def test_the_menu_closes_by_escape_by_a_press_beside_it_and_when_the_focus_leaves(shown: Page) -> None:
    for leave in ("Escape", "press", "Tab"):
        await shown.get_by_role("button", name="Commands").click()
        await expect(shown.get_by_role("option")).to_have_count(2)
        if leave == "press":
            await shown.locator("#log").click(position={"x": 5, "y": 5})
        elif leave == "Tab":
            await shown.locator("#text").focus()
            await shown.locator("#send").focus()
        else:
            await shown.keyboard.press(leave)
        await expect(shown.locator("#commands")).to_be_hidden()


async def test_the_arrow_keys_choose_a_command_and_enter_sends_it(shown: Page) -> None:
    await shown.get_by_role("button", name="Commands").click()
    await expect(shown.locator("[role=option][aria-selected=true]")).to_contain_text("/start")
    await shown.keyboard.press("ArrowDown")
    marked = shown.locator("[role=option][aria-selected=true]")
    await expect(marked).to_contain_text("/stats")
    await expect(shown.locator("#text")).to_have_attribute(
        "aria-activedescendant", str(await marked.get_attribute("id"))
    )
    await shown.keyboard.press("Enter")
    await expect(shown.locator("article.bot .words")).to_have_text("heard: /stats")


@pytest.mark.parametrize(("width", "height"), [(320, 640), (390, 780), (768, 1024), (1280, 720)])
async def test_every_dialog_fits_its_window_and_gives_the_focus_back(
    visit: Visit,
    playground: Playground,
    picture: Callable[..., bytes],
    width: int,
    height: int,
) -> None:
    page = await visit(playground.address, width=width, height=height)
    await expect(page.locator(".welcome")).to_be_visible()
    for name, opener in OPENERS.items():
        if width <= 720 and name != "drawing":
            await page.locator("#open-side").click()
        await page.locator(opener).click()
        assert await page.locator(f"#{name}").evaluate(FIT), name
        await page.keyboard.press("Escape")
        await expect(page.locator(f"#{name}")).to_be_hidden()
        assert await focused(page) == opener.removeprefix("#")
        await page.keyboard.press("Escape")  # the drawer
    long_name = "a-name-that-is-much-longer-than-any-telephone-is-wide.txt"
    files: Any = [{"name": f"{one}.png", "mimeType": "image/png", "buffer": picture(90, 60, "PNG")} for one in "abcd"]
    await page.set_input_files("#files", [*files, {"name": long_name, "mimeType": "text/plain", "buffer": b"x"}])
    await expect(page.locator("#sending-list")).to_contain_text(long_name)
    assert await page.locator("#sending").evaluate(FIT)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_a_press_beside_a_dialog_closes_it_and_keeps_the_drawing(shown: Page) -> None:
    await shown.get_by_role("button", name="Draw a digit").click()
    canvas = await shown.locator("#canvas").bounding_box()
    assert canvas
    await shown.mouse.move(canvas["x"] + 40, canvas["y"] + 40)
    await shown.mouse.down()
    await shown.mouse.move(5, 400, steps=3)  # a stroke that runs out of the dialog
    await shown.mouse.up()
    await expect(shown.locator("#drawing")).to_be_visible()
    await shown.mouse.click(5, 400)
    await expect(shown.locator("#drawing")).to_be_hidden()
    await shown.get_by_role("button", name="Draw a digit").click()
    await expect(shown.locator("#send-drawing")).to_be_enabled()
    await shown.get_by_role("button", name="Clear").click()
    await expect(shown.locator("#send-drawing")).to_be_disabled()


async def test_enter_in_a_dialog_does_what_it_is_for(shown: Page) -> None:
    await shown.get_by_role("button", name="New person").click()
    await shown.locator("#person").get_by_label("Name").fill("Bob")
    await shown.keyboard.press("Enter")
    await expect(shown.locator("#doing")).to_have_text("talking as Bob")


async def test_a_digit_is_drawn_and_sent_by_keyboard(shown: Page, playground: Playground) -> None:
    await shown.get_by_role("button", name="Draw a digit").focus()
    await shown.keyboard.press("Enter")
    assert await focused(shown) == "canvas"
    await shown.keyboard.press("Space")
    for _ in range(12):
        await shown.keyboard.press("ArrowDown")
    await shown.keyboard.press("Enter")
    await expect(shown.locator("article.bot .words")).to_have_text("heard: a photo")
    await expect(shown.locator("#drawing")).to_be_hidden()
    assert [message.media is not None for message in playground.state.messages.values()] == [True, False]


async def test_a_drawing_that_could_not_be_sent_is_still_there(shown: Page) -> None:
    await shown.route("**/messages", lambda route: route.abort("connectionrefused"))
    await shown.get_by_role("button", name="Draw a digit").focus()
    for pressed in ("Enter", "Space", "ArrowDown", "Enter"):
        await shown.keyboard.press(pressed)
    await expect(shown.locator("#toast")).to_be_visible()
    await shown.get_by_role("button", name="Draw a digit").click()
    await expect(shown.locator("#send-drawing")).to_be_enabled()


async def test_the_drawer_of_a_phone_closes_by_escape_by_a_press_beside_it_and_after_use(
    visit: Visit, playground: Playground
) -> None:
    page = await visit(playground.address, width=390, height=780)
    await expect(page.locator(".welcome")).to_be_visible()
    for leave in ("Escape", "press", "use"):
        await page.locator("#open-side").click()
        await expect(page.locator("#chats")).to_be_visible()
        assert await focused(page) == "close-side"
        assert await page.locator("#main").evaluate("main => main.inert")
        if leave == "press":
            await page.mouse.click(380, 300)
        elif leave == "use":
            await page.locator("#chats button").click()
        else:
            await page.keyboard.press(leave)
        await expect(page.locator("#chats")).to_be_hidden()
        assert await focused(page) == "open-side"
        assert not await page.locator("#main").evaluate("main => main.inert")
