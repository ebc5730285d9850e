"""The page for everybody: one visitor in all browsers, names for screen readers, keys, all scripts, the languages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import CallbackQueryHandler, ContextTypes, MessageHandler, filters

from bot.playground import Playground
from bot.playground.client import People

pytestmark = pytest.mark.browser

Visit = Callable[..., Awaitable[Page]]
NAMED_ROLES = {"button", "link", "textbox", "combobox", "checkbox", "radio", "slider", "image", "option", "dialog"}
NAMED_ROLES |= {"listbox", "application", "group", "article", "log", "region", "navigation", "complementary"}
HEBREW = "שרה 12 (3)"
ARABIC = "هذا رقم 427"
LONG = "Wolfeschlegelsteinhausenbergerdorff-Smythe"
OUTSIDE = """() => [...document.querySelectorAll("#main *")]
    .filter(one => !one.closest("#sample-list, .tools, .unseen, bdi, option"))
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .map(one => one.id || one.className || one.tagName)"""
QUESTION = "Digit 1 (read as 7): which is it?"


def keys(*texts: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=text) for text in texts]])


async def photo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    content = await (await update.message.photo[-1].get_file()).download_as_bytearray()
    await update.message.reply_photo(bytes(content), caption="I read 7", reply_markup=keys("Right", "7"))


async def press(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.callback_query
    await update.callback_query.answer()
    await update.callback_query.edit_message_caption(QUESTION, reply_markup=keys("0", "1"))


async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    if update.effective_message and update.effective_message.text:
        await update.effective_message.reply_text(f"heard: {update.effective_message.text}")


@pytest.fixture
async def served(serving: Callable[..., Any], playground: Playground) -> Playground:
    """A playground with a bot that reads every photo as 7."""
    await serving(MessageHandler(filters.PHOTO, photo), CallbackQueryHandler(press), MessageHandler(filters.ALL, echo))
    return playground


@pytest.fixture
async def shown(served: Playground, visit: Visit) -> Page:
    page = await visit(served.address)
    await expect(page.locator(".welcome")).to_be_visible()
    return page


async def nameless(page: Page) -> list[str]:
    """The roles in the browser's accessibility tree that want a name and have none."""
    session = await page.context.new_cdp_session(page)
    tree = (await session.send("Accessibility.getFullAXTree"))["nodes"]
    seen = [node for node in tree if not node["ignored"] and node["role"]["value"] in NAMED_ROLES]
    assert seen
    return [node["role"]["value"] for node in seen if not node.get("name", {}).get("value", "").strip()]


async def say(page: Page, words: str) -> None:
    await page.locator("#text").fill(words)
    await page.keyboard.press("Enter")


async def test_every_tab_and_browser_is_the_same_visitor(shown: Page, visit: Visit, playground: Playground) -> None:
    await say(shown, "one")
    other = await visit(playground.address, locale="de-DE")
    await expect(other.locator("article.own .words")).to_have_text("one")
    tab = await shown.context.new_page()
    await tab.goto(playground.address)
    await expect(tab.locator("#chats li")).to_have_count(1)
    assert [person.id for person in playground.state.people.values()] == [playground.admin_ids[0]]


@pytest.mark.parametrize(("locale", "language"), [("de-AT", "de"), ("it-IT", "en")])
async def test_the_visitor_has_the_first_of_the_browser_s_languages_that_exists(
    visit: Visit, playground: Playground, locale: str, language: str
) -> None:
    page = await visit(playground.address, locale=locale)
    await expect(page.locator("#chats small")).to_contain_text(f"admin · {language}")


async def test_only_languages_that_exist_are_offered(shown: Page) -> None:
    await shown.get_by_role("button", name="New person").click()
    await expect(shown.locator("#person option")).to_have_text(["English", "German"])


async def test_everything_has_a_name_for_screen_readers(shown: Page, picture: Callable[..., bytes]) -> None:
    assert await nameless(shown) == []
    for opener in ("#new-person", "#new-group", "#draw"):
        await shown.locator(opener).click()
        assert await nameless(shown) == [], opener
        await shown.keyboard.press("Escape")
    await shown.set_input_files("#files", {"name": "7.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    assert await nameless(shown) == []
    await shown.locator("#sending").get_by_role("button", name="Send").click()
    await expect(shown.locator("article.bot .keyboard")).to_be_visible()
    assert await nameless(shown) == []


async def test_a_new_answer_is_announced_and_its_caption_is_the_picture_s_alternative(shown: Page) -> None:
    await shown.get_by_role("button", name="Send sample: seven").click()
    announcer = shown.locator("#announcer")
    await expect(announcer).to_have_text("digitbot: I read 7 (buttons: Right, 7)")
    await expect(announcer).to_have_attribute("aria-live", "polite")
    await expect(shown.get_by_role("img", name="I read 7", exact=True)).to_be_visible()


async def test_a_keypad_says_what_it_is_for_and_keeps_the_focus(shown: Page) -> None:
    await shown.get_by_role("button", name="Send sample: seven").click()
    key = shown.get_by_role("group", name="Buttons: I read 7").get_by_role("button", name="7", exact=True)
    await key.focus()
    await shown.keyboard.press("Enter")
    keypad = shown.get_by_role("group", name=f"Buttons: {QUESTION}")
    await expect(keypad.get_by_role("button", name="0", exact=True)).to_be_focused()
    await expect(shown.locator("article.bot .words")).to_have_text(QUESTION)
    await expect(shown.locator("#announcer")).to_contain_text(QUESTION)


async def test_an_empty_chat_shows_what_there_is_to_try(shown: Page) -> None:
    welcome = shown.get_by_role("region", name="What to try")
    await expect(welcome.get_by_role("img")).to_be_visible()
    await welcome.get_by_role("button", name="Draw a number").click()
    await expect(shown.locator("#drawing")).to_be_visible()
    await shown.keyboard.press("Escape")
    async with shown.expect_file_chooser():
        await welcome.get_by_role("button", name="Attach a photo").click()
    await expect(welcome.get_by_text("Correct the answer")).to_be_visible()
    await welcome.get_by_role("button", name="Try a sample").click()
    await expect(shown.locator("article.bot .words")).to_have_text("I read 7")
    await expect(welcome).to_have_count(0)


async def test_admins_alone_are_shown_what_is_theirs(shown: Page, people: People) -> None:
    await expect(shown.locator(".for-admins")).to_be_visible()
    await people("Bob")
    await shown.locator("#chats button", has_text="Bob").click()
    await expect(shown.locator("#doing")).to_have_text("talking as Bob")
    await expect(shown.locator(".welcome")).to_be_visible()
    await expect(shown.locator(".for-admins")).to_be_hidden()


async def test_the_bot_s_name_is_shown_and_completed_so_that_it_can_be_mentioned(shown: Page) -> None:
    await expect(shown.locator("#handle")).to_have_text("@playground_bot")
    await shown.get_by_role("button", name="New group").click()
    await shown.get_by_label("Title").fill("Class")
    await shown.keyboard.press("Enter")
    await expect(shown.locator("#group-hint")).to_contain_text("names @playground_bot.")
    await shown.locator("#text").press_sequentially("what is this, @play")
    await expect(shown.locator("#commands [role=option]")).to_have_count(1)
    await shown.keyboard.press("ArrowDown")
    await shown.keyboard.press("Enter")
    await expect(shown.locator("#text")).to_have_value("what is this, @playground_bot ")
    await shown.keyboard.press("Enter")
    await expect(shown.locator("article.bot .words")).to_have_text("heard: what is this, @playground_bot")


async def test_names_and_words_from_right_to_left_stay_apart_from_what_is_around_them(
    visit: Visit, served: Playground, people: People
) -> None:
    sara = await people(HEBREW)
    page = await visit(served.address, width=390, height=780)
    await page.locator("#open-side").click()
    await expect(page.locator("#chats li").first.locator("bdi")).to_have_text(HEBREW)
    await page.locator("#chats button", has_text="שרה").click()
    await expect(page.locator("#doing bdi")).to_have_text(HEBREW)
    await say(page, ARABIC)
    own = page.locator("article.own .body")
    await expect(own).to_contain_text(ARABIC)
    assert await own.evaluate("body => getComputedStyle(body).direction") == "rtl"
    await expect(page.locator("article.bot .words")).to_have_text(f"heard: {ARABIC}")
    assert await page.locator("article.bot .body").evaluate("body => getComputedStyle(body).direction") == "ltr"
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    assert served.state.people[sara.id].name == HEBREW


async def test_long_names_stay_inside_a_phone(visit: Visit, served: Playground, people: People) -> None:
    for name in (LONG, HEBREW):
        await people(name)
    page = await visit(served.address, width=320, height=640)
    await page.locator("#open-side").click()
    await page.get_by_role("button", name="New group").click()
    assert await page.locator("#group").evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
    await page.get_by_label("Title").fill(LONG[:40])
    await page.keyboard.press("Enter")
    await page.get_by_label("Talk as").select_option(LONG)
    await page.locator("#text").press_sequentially("@")
    await expect(page.locator("#commands [role=option]")).to_have_count(4)
    assert await page.evaluate(OUTSIDE) == []
