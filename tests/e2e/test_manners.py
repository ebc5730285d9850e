"""Manners: what is shown while work goes on, buttons that go when they mean nothing, /cancel, limits, and for whom."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.commands import listed_commands
from bot.handlers import data_commands
from bot.messages.catalogue import catalogue_languages
from bot.messages.texts import texts_for
from bot.playground import html_markup
from bot.updates import photo_limit
from storage import model_versions, readings, samples, training_runs
from storage.model_versions import NewVersion
from storage.samples import Sample
from storage.tables import StoredReading, utc_now

Page = Callable[..., bytes]

# A phone of 390 x 844 points shows about 30 lines of 40 characters of a chat.
SCREEN_LINES, SCREEN_CHARACTERS = 30, 40


async def bots_word(person: Any, said: str) -> Any:
    """The bot's message that says this, once it is there."""
    return await person.until(
        lambda: next((m for m in person.messages.values() if m["bot"] and said in person.words(m)), None)
    )


async def without_buttons(person: Any, message: Any) -> Any:
    """The message, once it has no buttons."""
    return await person.until(
        lambda: next((m for m in person.messages.values() if m["id"] == message["id"] and not m["buttons"]), None)
    )


async def calls(people: Any, method: str) -> int:
    return sum((await people.books())["calls"].get(method, {}).values())


@pytest.fixture
async def owner(bot: Any, people: Any) -> Any:
    return await people("Owner", admin=True)


@pytest.fixture
async def answer(ann: Any, page: Page) -> Any:
    """The answer to a photo of a 7."""
    await ann.photo(page("7"))
    return await ann.reply()


@pytest.fixture
async def running(bot: Any, owner: Any) -> Any:
    """The message that follows a training run, whose child works."""
    async with bot.services.database.write() as session:
        await samples.add(session, [Sample(f"{1:032x}", bytes(784), 7, utc_now())])
    await owner.says("/retrain")
    return await owner.reply()


# -- what is shown while work goes on


async def test_what_is_done_within_a_second_shows_no_chat_action(people: Any, ann: Any, answer: Any) -> None:
    for words in ("/stats", "/mydata", "/privacy", "/help", "/correct 7"):
        await ann.says(words)
        await ann.reply()
    await ann.press(answer, "What you saw")
    await bots_word(ann, "This is what I looked at")
    assert await calls(people, "sendChatAction") == 0


async def test_a_photo_that_takes_longer_shows_one_until_its_answer(people: Any, ann: Any, page: Page) -> None:
    await people.fault("getFile", 1, delay=2.5)
    await ann.photo(page("7"))
    seen: dict[str, str] = {}
    while not seen:
        await asyncio.sleep(0.1)
        seen = await people.chat_actions()
    assert seen == {str(ann.chat): "upload_photo"}
    await ann.reply()
    assert await people.chat_actions() == {}


@pytest.mark.parametrize(("command", "action"), [("/mydata", "upload_document"), ("/stats", "upload_photo")])
async def test_slow_commands_show_what_they_prepare(
    people: Any, ann: Any, answer: Any, monkeypatch: pytest.MonkeyPatch, command: str, action: str
) -> None:
    for name in ("zipped", "draw_statistics"):
        quick = getattr(data_commands, name)

        def slow(*given: Any, quick: Callable[..., Any] = quick) -> Any:
            time.sleep(2)
            return quick(*given)

        monkeypatch.setattr(data_commands, name, slow)
    await ann.says(command)
    await asyncio.sleep(1.7)
    assert await people.chat_actions() == {str(ann.chat): action}
    await ann.reply()


# -- buttons go when they no longer mean anything


async def test_buttons_of_what_was_forgotten_go(bot: Any, ann: Any, people: Any, answer: Any, page: Page) -> None:
    (there,) = await people.group("Class", ann)
    await there.photo(page("3"), caption=f"@{bot.name}")
    in_group = await there.reply()
    await ann.says("/correct 1", reply_to=answer)
    question = await bots_word(ann, "learn from")
    await ann.says("/forget")
    asked = await bots_word(ann, "cannot be undone")
    await ann.press(asked, "Yes, delete everything")
    for person, message in ((ann, asked), (ann, answer), (ann, question), (there, in_group)):
        assert person.words(await without_buttons(person, message))


async def test_buttons_of_what_was_purged_go(bot: Any, ann: Any, answer: Any, page: Page) -> None:
    async with bot.services.database.write() as session:
        await session.execute(update(StoredReading).values(created_at=utc_now() - timedelta(days=8)))
    await ann.photo(page("3"))
    newer = await ann.reply()
    await bot.services._purge()
    await without_buttons(ann, answer)
    assert (await ann.latest(newer))["buttons"]


async def test_an_expired_button_goes_when_it_is_pressed_with_those_beside_it(bot: Any, ann: Any, answer: Any) -> None:
    async with bot.services.database.write() as session:
        await readings.purge_expired(session, timedelta(0))
    assert "expired" in (await ann.press(answer, "Right"))["toast"]
    assert ann.words(await without_buttons(ann, answer)) == ann.words(answer)


async def test_a_forged_press_takes_no_buttons_away(ann: Any, answer: Any) -> None:
    assert "expired" in (await ann.press(answer, "r:999999:0:0", forged=True))["toast"]
    assert (await ann.latest(answer))["buttons"] == answer["buttons"]


async def test_what_is_confirmed_or_corrected_can_not_be_confirmed_again(ann: Any, answer: Any, page: Page) -> None:
    await ann.press(answer, "Right")
    assert ann.labels(await ann.changed(answer)) == ["It's another digit", "What you saw"]
    await ann.photo(page("427"))
    several = await ann.reply()
    await ann.press(several, "2")
    await ann.press(await ann.changed(several), "4")
    some = await ann.until(lambda: next((m for m in ann.messages.values() if "447" in ann.words(m)), None))
    assert "All right" in ann.labels(some)
    await ann.press(some, "All right")
    done = await ann.until(
        lambda: next((m for m in ann.messages.values() if m["id"] == some["id"] and m["news"] > some["news"]), None)
    )
    assert "All right" not in ann.labels(done)


async def test_a_consent_question_goes_when_it_is_answered_elsewhere(ann: Any, answer: Any) -> None:
    await ann.says("/correct 1")
    question = await bots_word(ann, "learn from")
    await ann.says("/privacy")
    policy = await bots_word(ann, "What is kept")
    await ann.press(policy, "No, only fix the answer")
    await without_buttons(ann, policy)
    await without_buttons(ann, question)


async def test_a_count_question_goes_when_the_reading_is_corrected_otherwise(ann: Any, page: Page) -> None:
    await ann.photo(page("427"))
    answer = await ann.reply()
    await ann.says("/correct 42", reply_to=answer)
    question = await bots_word(ann, "which is right?")
    await ann.says("/correct 421", reply_to=answer)
    await without_buttons(ann, question)


async def test_only_the_newest_question_about_deleting_everything_stays(ann: Any) -> None:
    await ann.says("/forget")
    first = await ann.reply()
    await ann.says("/forget")
    second = await ann.reply()
    await without_buttons(ann, first)
    assert ann.labels(await ann.latest(second)) == ["Yes, delete everything", "No, keep it"]


async def test_the_button_of_a_run_goes_with_the_run_or_at_a_press(
    bot: Any, people: Any, owner: Any, running: Any
) -> None:
    await people.fault("editMessageText", -1, status=400)
    await owner.press(running, "Cancel")
    while bot.services.training_service.active:
        await asyncio.sleep(0.1)
    await people.client.delete("/playground/faults")
    assert owner.labels(await owner.latest(running)) == ["Cancel"]
    assert (await owner.press(running, "Cancel"))["toast"] == "That run is over."
    await without_buttons(owner, running)


async def test_the_list_of_versions_has_no_button_for_the_active_one(bot: Any, owner: Any) -> None:
    base = bot.services.reader.model
    async with bot.services.database.write() as session:
        for name in ("other-1", "other-2"):
            new = NewVersion(name, base.content, base.card.to_json())
            await model_versions.add(session, new, max_bytes=None)
    await owner.says("/models")
    listed = await owner.reply()
    assert owner.labels(listed) == ["Make other-2 active", "Make other-1 active"]
    await owner.press(listed, "Make other-1 active")
    assert owner.words(await owner.reply(60)) == "other-1 answers now."
    now = await owner.until(
        lambda: next((m for m in owner.messages.values() if m["id"] == listed["id"] and m["edited"]), None)
    )
    assert "Make other-1 active" not in owner.labels(now)
    assert f"Make {base.name} active" in owner.labels(now)
    assert "other-1 · active" in owner.words(now)


# -- unknown commands, and what only concerns admins


@pytest.mark.parametrize(("written", "meant"), [("/corect 427", "correct"), ("/privcy", "privacy"), ("/HELPP", "help")])
async def test_an_unknown_command_suggests_the_nearest(ann: Any, written: str, meant: str) -> None:
    await ann.says(written)
    assert ann.words(await ann.reply()) == f"I do not know this command. Did you mean /{meant}?"


async def test_only_admins_are_told_of_their_commands(bot: Any, people: Any, ann: Any, owner: Any) -> None:
    await owner.says("/retrian")
    assert "Did you mean /retrain?" in owner.words(await owner.reply())
    for words in ("/retrian", "/help", "/id", "/fly", "/retrain", "/models"):
        await ann.says(words)
        said = ann.words(await ann.reply())
        assert "/retrain" not in said
        assert "DIGITBOT" not in said
    (there,) = await people.group("Class", owner)
    await there.says(f"/retrian@{bot.name}")
    assert "/retrain" not in there.words(await there.reply())


async def test_where_nobody_is_an_admin_everybody_may_be_the_owner(bots: Any, people: Any) -> None:
    await bots.start(admins=frozenset())
    ann = await people("Ann")
    for words in ("/id", "/retrain", "/export", "/review"):
        await ann.says(words)
        assert "DIGITBOT_ADMINS" in ann.words(await ann.reply())


async def test_each_menu_lists_what_can_be_used_there(bot: Any, people: Any, ann: Any, owner: Any) -> None:
    everybodys = [command.name for command in listed_commands(admin=False)]
    assert await people.menu(ann) == everybodys
    assert await people.menu(owner) == everybodys  # Telegram takes an admin's menu only once they have written
    (there,) = await people.group("Class", owner)
    assert await people.menu(there) == [command.name for command in listed_commands(admin=True, group=True)]
    assert not {"retrain", "privacy", "forget", "id", "mydata"} & set(await people.menu(there))
    await owner.says("hello")
    await owner.reply()
    await ann.says("hello")
    await ann.reply()
    wanted = [command.name for command in listed_commands(admin=True)]
    while await people.menu(owner) != wanted:
        await asyncio.sleep(0.05)
    assert await people.menu(ann) == everybodys
    made = await calls(people, "setMyCommands")
    await owner.says("hello again")
    await owner.reply()
    assert await calls(people, "setMyCommands") == made


def lines_on_a_phone(html: str) -> int:
    shown = html_markup.parse_html(html).content
    return sum(max(math.ceil(len(line) / SCREEN_CHARACTERS), 1) for line in shown.split("\n"))


@pytest.mark.parametrize("language", catalogue_languages())
@pytest.mark.parametrize(("admin", "group"), [(False, False), (True, False), (False, True)])
def test_help_is_a_screen_long_at_most(language: str, admin: bool, group: bool) -> None:
    names = [command.name for command in listed_commands(admin=admin, group=group)]
    assert lines_on_a_phone(texts_for(language).help_with(names)) <= SCREEN_LINES


# -- a limit of photos


async def test_photos_over_the_limit_wait_and_none_is_lost(
    bots: Any, people: Any, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_limit, "MINUTE_S", 4.0)
    await bots.start(photos_per_minute=2)
    ann, bob, owner = await people("Ann"), await people("Bob"), await people("Owner", admin=True)
    sent = [await ann.photo(page("7", seed)) for seed in range(1, 6)]
    told = await bots_word(ann, "at most 2 photos a minute")
    await ann.says("/help")  # whoever waits is answered all the same, and so is everybody else
    await bots_word(ann, "What helps")
    await bob.photo(page("3"))
    assert "3" in bob.words(await bob.reply())
    answered = {message["reply_to"] for message in ann.messages.values() if message["bot"] and message["files"]}
    assert len(answered) < len(sent)

    def all_answered() -> Any:
        files = [m for m in ann.messages.values() if m["bot"] and m["files"]]
        return {m["reply_to"] for m in files} == {m["id"] for m in sent} and {"all": True}

    await ann.until(all_answered, 30)
    again = [m for m in ann.messages.values() if ann.words(m) == ann.words(told)]
    assert len(again) <= 3  # once a "minute" of the three that it took
    for seed in range(1, 5):
        await owner.photo(page("7", seed))
        assert "at most" not in owner.words(await owner.reply())


async def test_the_caption_of_a_photo_that_waits_is_explained_once_with_its_answer(
    bots: Any, people: Any, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_limit, "MINUTE_S", 4.0)
    await bots.start(photos_per_minute=1)
    ann = await people("Ann")
    await ann.photo(page("7"))
    await ann.reply()
    await ann.photo(page("3"), caption="/correct three")
    assert "at most 1 photo a minute" in ann.words(await ann.reply())
    assert (await ann.reply())["files"]
    assert "three is not made of digits" in ann.words(await ann.reply())
    await ann.silence()


async def test_who_sends_far_more_is_told_once_that_the_rest_is_not_read(
    bots: Any, people: Any, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_limit, "LONGEST_HOLD_S", 0.0)
    await bots.start(photos_per_minute=1)
    ann = await people("Ann")
    for seed in range(1, 4):
        await ann.photo(page("7", seed))
    await bots_word(ann, "send them again later")
    await asyncio.sleep(1)
    await ann.says("/help")
    await bots_word(ann, "What helps")
    said = [ann.words(m) for m in ann.messages.values() if m["bot"]]
    assert sum("send them again later" in words for words in said) == 1


async def test_held_photos_outlive_a_restart(
    bots: Any, people: Any, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = await bots.start(photos_per_minute=1)
    ann = await people("Ann")
    sent = [await ann.photo(page("7", seed)) for seed in (1, 2)]
    await bots_word(ann, "at most 1 photo a minute")
    stopping = time.monotonic()
    await bot.end()
    assert time.monotonic() - stopping < 4  # what is held is no reason to wait
    await bots.start(photos_per_minute=1)

    def all_answered() -> Any:
        answered = {m["reply_to"] for m in ann.messages.values() if m["bot"] and m["files"]}
        return answered == {m["id"] for m in sent} and {"all": True}

    await ann.until(all_answered)


# -- /cancel


async def test_nothing_open_is_said_so(ann: Any, answer: Any) -> None:
    await ann.says("/cancel")
    assert ann.words(await ann.reply()) == "There is nothing to cancel: no question of mine waits for you."
    assert (await ann.latest(answer))["buttons"] == answer["buttons"]


async def test_cancel_closes_the_choice_of_a_label(ann: Any, answer: Any) -> None:
    await ann.press(answer, "It's another digit")
    await ann.until(lambda: next((m for m in ann.messages.values() if "Back" in ann.labels(m)), None))
    await ann.says("/cancel")
    assert ann.words(await ann.reply()) == "Cancelled."
    closed = await ann.latest(answer)
    assert (closed["buttons"], ann.words(closed)) == (answer["buttons"], ann.words(answer))


async def test_cancel_leaves_everything_where_deleting_it_is_asked_about(bot: Any, ann: Any, answer: Any) -> None:
    await ann.says("/forget")
    question = await ann.reply()
    await ann.says("/cancel")
    assert ann.words(await ann.reply()) == "Cancelled."
    assert ann.words(await without_buttons(ann, question)) == "Nothing was deleted."
    assert (await ann.press(answer, "Right"))["toast"] == "Glad to hear it."


async def test_cancel_leaves_the_reading_as_it_is_where_a_count_is_asked_about(ann: Any, page: Page) -> None:
    await ann.photo(page("427"))
    answer = await ann.reply()
    await ann.says("/correct 42", reply_to=answer)
    question = await bots_word(ann, "which is right?")
    await ann.says("/cancel")
    await bots_word(ann, "Cancelled.")
    assert ann.words(await without_buttons(ann, question)) == "The reading stays as it is."
    assert "427" in ann.words(await ann.latest(answer))


async def test_cancel_leaves_consent_not_given(bot: Any, ann: Any, answer: Any) -> None:
    await ann.says("/correct 1")
    question = await bots_word(ann, "learn from")
    await ann.says("/cancel")
    await bots_word(ann, "Cancelled.")
    assert "/privacy" in ann.words(await without_buttons(ann, question))
    async with bot.services.database.read() as session:
        assert await samples.consented(session) == ()


async def test_cancel_is_about_ones_own_questions(bot: Any, people: Any) -> None:
    ann, bob = await people("Ann"), await people("Bob")
    await ann.says("/forget")
    question = await ann.reply()
    await bob.says("/cancel")
    assert "nothing to cancel" in bob.words(await bob.reply())
    assert (await ann.latest(question))["buttons"]


async def test_after_a_restart_cancel_as_a_reply_closes_the_question(bots: Any, people: Any) -> None:
    bot = await bots.start()
    ann = await people("Ann")
    await ann.says("/forget")
    question = await ann.reply()
    await bot.end()
    await bots.start()
    await ann.says("/cancel", reply_to=question)
    assert ann.words(await ann.reply()) == "Cancelled."
    assert ann.words(await without_buttons(ann, question)) == "Nothing was deleted."


async def test_privacy_asks_nothing_that_cancel_could_close(ann: Any) -> None:
    await ann.says("/privacy")
    told = await ann.reply()
    await ann.says("/cancel", reply_to=told)
    assert "nothing to cancel" in ann.words(await ann.reply())
    assert await ann.latest(told) == told


async def test_an_admin_cancels_the_run_that_goes_on_and_others_do_not(
    bot: Any, owner: Any, ann: Any, running: Any
) -> None:
    await ann.says("/cancel")
    assert "nothing to cancel" in ann.words(await ann.reply())
    await owner.says("/forget")
    await owner.reply()
    await owner.says("/cancel")
    assert owner.words(await owner.reply()) == "Cancelled. Training run 1 goes on: /cancel once more ends it."
    await owner.says("/cancel")
    assert owner.words(await owner.reply()) == "The run is being ended."
    await bots_word(owner, "Training run 1 was cancelled")
    async with bot.services.database.read() as session:
        assert [str(run.state) for run in await training_runs.listing(session)] == ["cancelled"]
