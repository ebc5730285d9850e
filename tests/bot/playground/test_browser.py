"""The page in a real browser, with a small bot behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

from bot.playground import Playground
from bot.playground.client import People

pytestmark = pytest.mark.browser

KEYS = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("Right", callback_data="right"), InlineKeyboardButton("Loud", callback_data="loud")],
    ]
)
NASTY = '<img src=x onerror="document.title=\'caught\'"><script>document.title="caught"</script>'


async def start(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    await update.message.reply_html(
        'I read <b>digits</b>, <code>427</code>. <a href="https://example.org">More</a> /help'
    )


async def photo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    content = await (await update.message.photo[-1].get_file()).download_as_bytearray()
    await update.message.reply_photo(bytes(content), caption="7?", reply_markup=KEYS, do_quote=True)


async def press(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    assert query
    await query.answer("Thank you", show_alert=query.data == "loud")
    if query.data == "right":
        await query.edit_message_caption("You said 7")


async def other(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    message = update.effective_message
    assert message
    kind = (
        "edited" if update.edited_message else "sticker" if message.sticker else "file" if message.document else "text"
    )
    await message.reply_text(f"{kind}: {message.text or message.caption or ''}", do_quote=False)


@pytest.fixture
async def shown(serving: Callable[..., Any], visit: Callable[..., Awaitable[Page]], playground: Playground) -> Page:
    """The page as a first visitor sees it."""
    app = await serving(
        CommandHandler("start", start),
        MessageHandler(filters.PHOTO, photo),
        CallbackQueryHandler(press),
        MessageHandler(filters.ALL, other),
    )
    await app.bot.set_my_commands([("start", "What this bot does"), ("correct", "Put a reading right")])
    page = await visit(playground.address)
    await expect(page.locator(".welcome")).to_be_visible()
    return page


def files(*named: tuple[str, str, bytes]) -> list[Any]:
    return [{"name": name, "mimeType": mime, "buffer": content} for name, mime, content in named]


async def say(page: Page, words: str) -> None:
    await page.get_by_role("textbox", name="Message", exact=True).fill(words)
    await page.keyboard.press("Enter")


async def test_the_first_visitor_is_an_admin_and_begins_with_start(shown: Page, playground: Playground) -> None:
    assert [person.id for person in playground.state.people.values()] == [playground.admin_ids[0]]
    await shown.get_by_role("button", name="Start").click()
    answer = shown.locator("article.bot")
    await expect(answer.locator("strong")).to_have_text("digits")
    await expect(answer.locator("button.code")).to_have_text("427")
    await expect(answer.locator("a")).to_have_attribute("rel", "noopener noreferrer")
    await answer.get_by_role("button", name="/help", exact=True).click()
    await expect(shown.locator("article.own").last).to_contain_text("/help")


async def test_a_photo_is_sent_answered_pressed_and_edited_live(shown: Page, picture: Callable[..., bytes]) -> None:
    await shown.set_input_files("#files", files(("7.jpg", "image/jpeg", picture())))
    await shown.get_by_label("Caption").fill("look")
    await shown.locator("#sending").get_by_role("button", name="Send").click()
    answer = shown.locator("article.bot")
    await expect(answer.locator(".words")).to_have_text("7?")
    await expect(shown.locator("article.own .words")).to_have_text("look")
    assert await answer.locator("img").evaluate("image => image.complete && image.naturalWidth") == 640
    await answer.get_by_role("button", name="Loud").click()
    await expect(shown.locator("#alert")).to_contain_text("Thank you")
    await shown.get_by_role("button", name="OK", exact=True).click()
    await answer.get_by_role("button", name="Right").click()
    await expect(shown.locator("#toast")).to_have_text("Thank you")
    await expect(answer.locator(".words")).to_have_text("You said 7")
    await expect(answer.locator(".keyboard")).to_have_count(0)
    await expect(answer.locator("footer")).to_contain_text("edited")


async def test_a_digit_is_drawn(shown: Page, playground: Playground) -> None:
    await shown.get_by_role("button", name="Draw a digit").click()
    box = await shown.locator("#canvas").bounding_box()
    assert box
    await expect(shown.locator("#send-drawing")).to_be_disabled()
    await shown.mouse.move(box["x"] + 150, box["y"] + 80)
    await shown.mouse.down()
    await shown.mouse.move(box["x"] + 350, box["y"] + 80, steps=5)
    await shown.mouse.move(box["x"] + 220, box["y"] + 300, steps=5)
    await shown.mouse.up()
    await shown.get_by_label("Pen width").fill("40")
    await shown.locator("#drawing").get_by_role("button", name="Send").click()
    await expect(shown.locator("article.bot .words")).to_have_text("7?")
    sent = next(message for message in playground.state.messages.values() if not message.by_bot)
    assert sent.media is not None
    assert (sent.media.file.width, sent.media.file.height) == (960, 640)


async def test_albums_documents_and_stickers(shown: Page, picture: Callable[..., bytes]) -> None:
    several = [(f"{number}.png", "image/png", picture(300, 200, "PNG")) for number in range(3)]
    await shown.set_input_files("#files", files(*several))
    await shown.locator("#sending").get_by_role("button", name="Send").click()
    await expect(shown.locator(".album article")).to_have_count(3)
    await shown.set_input_files("#files", files(("notes.txt", "text/plain", b"427")))
    await expect(shown.get_by_label("File", exact=True)).to_be_checked()
    await shown.locator("#sending").get_by_role("button", name="Send").click()
    await expect(shown.locator("article.own .file b")).to_have_text("notes.txt")
    await shown.set_input_files("#files", files(several[0]))
    await shown.get_by_label("Sticker").check()
    await shown.locator("#sending").get_by_role("button", name="Send").click()
    await expect(shown.locator(".bubble.sticker img")).to_be_visible()
    await expect(shown.locator("article.bot", has_text="sticker:")).to_be_visible()


@pytest.mark.parametrize("way", ["drop", "paste"])
async def test_pictures_are_dropped_and_pasted(shown: Page, picture: Callable[..., bytes], way: str) -> None:
    script = """([content, way]) => {
        const moved = new DataTransfer();
        moved.items.add(new File([new Uint8Array(content)], "a.png", { type: "image/png" }));
        const about = { bubbles: true, cancelable: true };
        document.body.dispatchEvent(way === "drop" ? new DragEvent("drop", { ...about, dataTransfer: moved })
                                                   : new ClipboardEvent("paste", { ...about, clipboardData: moved }));
    }"""
    await shown.evaluate(script, [list(picture(120, 80, "PNG")), way])
    await expect(shown.locator("#sending-list img")).to_be_visible()
    await shown.get_by_label("Hidden (spoiler)").check()
    await shown.locator("#sending").get_by_role("button", name="Send").click()
    hidden = shown.get_by_role("button", name="Show the hidden picture")
    await expect(hidden).to_be_visible()
    await hidden.click()
    await expect(shown.locator("article.own .picture.hidden")).to_have_count(0)


@pytest.mark.parametrize("chosen", ["/start", "/correct"])
async def test_a_choice_in_the_menu_outlasts_an_answer_that_comes_late(shown: Page, chosen: str) -> None:
    """Where what was chosen fits no more, the first is chosen of what does."""
    await shown.get_by_role("textbox", name="Message", exact=True).fill("/")
    await expect(shown.get_by_role("option")).to_have_count(2)
    comes = asyncio.Event()

    async def late(route: Route) -> None:
        await comes.wait()
        await route.continue_()

    await shown.route("**/menu?*", late)
    await shown.keyboard.type("cor")
    while await shown.get_by_role("option", name=chosen).get_attribute("aria-selected") != "true":
        await shown.keyboard.press("ArrowDown")
    comes.set()
    await expect(shown.get_by_role("option")).to_have_count(1)
    await expect(shown.get_by_role("option", name="/correct")).to_have_attribute("aria-selected", "true")
    await shown.keyboard.press("Tab")
    await expect(shown.locator("#text")).to_have_value("/correct ")


async def test_the_menu_works_by_keyboard(shown: Page) -> None:
    await shown.get_by_role("textbox", name="Message", exact=True).fill("/")
    await expect(shown.get_by_role("option")).to_have_count(2)
    await shown.keyboard.type("cor")
    await expect(shown.get_by_role("option")).to_have_text(["/correctPut a reading right"])
    await shown.keyboard.press("ArrowDown")
    await shown.keyboard.press("Tab")
    await expect(shown.locator("#text")).to_have_value("/correct ")
    await shown.keyboard.type("427")
    await shown.keyboard.press("Enter")
    await expect(shown.locator("article.bot .words")).to_have_text("text: /correct 427")


async def test_own_messages_are_edited_and_answered(shown: Page, playground: Playground) -> None:
    await say(shown, "on")
    await expect(shown.locator("article.bot .words")).to_have_text("text: on")
    await shown.keyboard.press("ArrowUp")
    await expect(shown.locator("#context-title")).to_have_text("Edit message")
    await shown.keyboard.type("e")
    await shown.keyboard.press("Enter")
    await expect(shown.locator("article.own .words")).to_have_text("one")
    await expect(shown.locator("article.bot").last).to_contain_text("edited: one")
    await shown.get_by_role("button", name="Reply to: text: on").click()
    await say(shown, "two")
    await expect(shown.locator("article.own .quotation")).to_contain_text("text: on")
    answered = next(
        message for message in playground.state.messages.values() if message.text and message.text.content == "two"
    )
    assert answered.reply_to is not None


async def test_words_are_never_markup(shown: Page, people: People) -> None:
    await say(shown, NASTY)
    await expect(shown.locator("article.own .words")).to_have_text(NASTY)
    await people(NASTY[:40])
    await expect(shown.locator("#chats li")).to_have_count(2)
    await shown.set_input_files("#files", files((f"{NASTY[:60]}.txt".replace("/", ""), "text/plain", b"x")))
    await shown.locator("#sending").get_by_role("button", name="Send").click()
    await expect(shown.locator("article.own .file")).to_be_visible()
    await asyncio.sleep(0.1)
    assert await shown.title() == "digitbot playground"


async def test_several_people_and_a_group(shown: Page, playground: Playground) -> None:
    await shown.get_by_role("button", name="New person").click()
    await shown.locator("#person").get_by_label("Name").fill("Bob")
    await shown.locator("#person").get_by_label("Language").select_option("de")
    await shown.locator("#person").get_by_role("button", name="Make").click()
    await expect(shown.locator("#doing")).to_have_text("talking as Bob")
    await say(shown, "hello from Bob")
    await expect(shown.locator("article.bot")).to_contain_text("text: hello from Bob")
    await shown.get_by_role("button", name="New group").click()
    await shown.locator("#group").get_by_label("Title").fill("Class")
    await shown.locator("#group").get_by_role("button", name="Make").click()
    await expect(shown.locator("#title")).to_have_text("Class")
    await shown.get_by_label("Talk as").select_option("Bob")
    await say(shown, "/start@playground_bot")
    await expect(shown.locator("article.own")).to_contain_text("/start@playground_bot")
    await expect(shown.locator("article.bot strong")).to_have_text("digits")
    assert [person.language for person in playground.state.people.values()] == ["en", "de"]
    await shown.locator("#chats button", has_text="You").click()
    await expect(shown.locator("#doing")).to_have_text("talking as You")


async def test_what_happens_elsewhere_is_counted(shown: Page, people: People) -> None:
    bob = await people("Bob")
    await bob.says("hi")
    await bob.reply()
    await expect(shown.locator("#chats .unread")).to_have_text("1")


async def test_a_reload_keeps_the_person_and_the_chat(shown: Page, playground: Playground) -> None:
    await say(shown, "one")
    await expect(shown.locator("article.bot .words")).to_have_text("text: one")
    await shown.reload()
    await expect(shown.locator("article")).to_have_count(2)
    assert len(playground.state.people) == 1


async def test_a_phone_shows_the_chat_and_hides_the_list(
    visit: Callable[..., Awaitable[Page]], playground: Playground
) -> None:
    page = await visit(playground.address, width=390, height=780, has_touch=True, is_mobile=True)
    await expect(page.locator("#composer")).to_be_visible()
    await expect(page.locator("#chats")).not_to_be_visible()
    await page.get_by_role("button", name="Chats and people").tap()
    await expect(page.get_by_role("button", name="You")).to_be_visible()
    await page.get_by_role("button", name="Back to the chat").tap()
    await expect(page.locator("#chats")).not_to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_are_legible_in_light_and_dark(
    visit: Callable[..., Awaitable[Page]], playground: Playground, scheme: str
) -> None:
    """WCAG 2.2, 1.4.3: a contrast of at least 4.5 to 1."""
    page = await visit(playground.address, color_scheme=scheme)
    await expect(page.locator(".welcome")).to_be_visible()
    pairs = [
        ("--ink", "--ground"),
        ("--ink", "--bubble"),
        ("--ink", "--own"),
        ("--soft", "--panel"),
        ("--accent", "--bubble"),
    ]
    pairs += [("--accent", "--own"), ("--on-accent", "--accent"), ("--accent", "--panel")]
    script = """names => names.map(name => {
        const probe = document.body.appendChild(document.createElement("i"));
        probe.style.color = `var(${name})`;
        const [red, green, blue] = getComputedStyle(probe).color.match(/[\\d.]+/g).map(Number);
        probe.remove();
        const light = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        return 0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue);
    })"""
    for pair in pairs:
        dark, light = sorted(await page.evaluate(script, list(pair)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, pair


async def test_the_page_comes_back_after_a_restart(visit: Callable[..., Awaitable[Page]]) -> None:
    first = Playground()
    await first.start()
    page = await visit(first.address)
    await expect(page.locator(".welcome")).to_be_visible()
    address = first.address
    await first.stop()
    await expect(page.locator("#offline")).to_be_visible()
    second = Playground(port=int(address.rpartition(":")[2]))
    await second.start()
    await expect(page.locator("#offline")).to_be_hidden()
    await expect(page.locator(".welcome")).to_be_visible()
    assert [person.name for person in second.state.people.values()] == ["You"]
    await page.close()
    await second.stop()
