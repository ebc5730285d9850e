"""In groups: silent unless addressed, private matters in private, admins may correct, topics stay topics."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot import app as application
from bot.rate_limiter import ChatRateLimiter
from storage import people as stored_people
from storage import samples
from storage.samples import Sample
from storage.tables import utc_now

Page = Callable[..., bytes]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """More messages a minute than Telegram takes in a group, so that no test waits for the next minute."""
    monkeypatch.setattr(application, "ChatRateLimiter", lambda: ChatRateLimiter(group_per_minute=1000))


@pytest.fixture
async def group(bot: Any, people: Any) -> tuple[Any, Any, Any]:
    """The owner of a group, and two members."""
    return await people.group("Class", await people("Olga"), await people("Ann"), await people("Bob"))  # type: ignore[no-any-return]


async def reading(bot: Any, person: Any, page: Page, digits: str = "7") -> Any:
    """The answer to a photo with the bot's name in its caption."""
    sent = await person.photo(page(digits), caption=f"@{bot.name}")
    return await person.until(lambda: next((m for m in person.messages.values() if m["reply_to"] == sent["id"]), None))


async def said_to(person: Any, message: Any) -> Any:
    """The bot's message in reply to this one."""
    return await person.until(
        lambda: next((m for m in person.messages.values() if m["bot"] and m["reply_to"] == message["id"]), None)
    )


async def showing(person: Any, message: Any, wanted: str) -> Any:
    """A message, once it says this or has this button: it is edited after a press is answered."""

    def shows() -> Any:
        now = person.messages.get(message["id"])
        return now if now and (wanted in person.words(now) or wanted in person.labels(now)) else None

    return await person.until(shows, what=wanted)


async def test_nothing_is_said_that_was_not_asked_for(bot: Any, people: Any, group: Any, page: Page) -> None:
    _, ann, bob = group
    await ann.says("hello everybody, 427 of you")
    await ann.photo(page("42"))
    await ann.photo(page("42"), caption="427")
    await ann.photo(page("42"), caption="@somebody_else 427")
    await bob.says("/fly")
    await bob.says("/start@another_bot")
    await ann.sends(new_chat_members=[{"id": 5, "is_bot": False, "first_name": "Eve"}])
    await ann.silence()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("privacy", "What is kept"),
        ("forget", "cannot be undone"),
        ("id", "Your Telegram id is"),
        ("mydata", "about you"),
    ],
)
async def test_what_is_nobody_elses_business_is_answered_in_private(
    bot: Any, group: Any, command: str, said: str
) -> None:
    _, ann, _ = group
    await ann.says(f"/{command}@{bot.name}")
    answer = await ann.reply()
    assert said not in ann.words(answer)
    assert str(ann.id) not in ann.words(answer)
    assert ann.labels(answer) == ["Open our private chat"]
    link = (await ann.press(answer, "Open our private chat"))["url"]
    assert link == f"https://t.me/{bot.name}?start={command}"
    private = await ann.opens(link)
    assert said in private.words(await private.reply())
    await ann.silence()


@pytest.mark.parametrize("command", ["export", "review", "health"])
async def test_an_admin_is_led_to_the_private_chat_too(bot: Any, people: Any, command: str) -> None:
    owner, other = await people.group("Class", await people("Owner", admin=True), await people("Bob"))
    await owner.says(f"/{command}@{bot.name}")
    answer = await owner.reply()
    assert "private chat only" in owner.words(answer)
    link = (await owner.press(answer, "Open our private chat"))["url"]
    private = await owner.opens(link)
    assert "private" not in private.words(await private.reply())
    private = await other.opens(link)
    assert "Only admins" in private.words(await private.reply())


async def test_the_private_chat_answers_a_link_without_access_where_the_command_needs_none(
    bots: Any, people: Any
) -> None:
    bot = await bots.start(users=frozenset({1}))
    (ann,) = await people.group("Class", await people("Ann"))
    private = await ann.opens(f"https://t.me/{bot.name}?start=privacy")
    assert "What is kept" in private.words(await private.reply())
    await private.says("/start export")
    assert "invited" in private.words(await private.reply())


async def test_start_and_help_in_a_group_tell_how_to_address_the_bot(bot: Any, people: Any) -> None:
    owner, ann = await people.group("Class", await people("Owner", admin=True), await people("Ann"))
    await ann.says(f"/start@{bot.name}")
    said = ann.words(await ann.reply())
    assert f"/read@{bot.name}" in said
    assert "caption" in said
    await owner.says(f"/help@{bot.name}")
    listed = owner.words(
        await owner.until(lambda: next((m for m in owner.messages.values() if "/read –" in owner.words(m)), None))
    )
    assert "/retrain" not in listed
    assert "/privacy" not in listed


async def test_what_start_tells_is_what_works(bot: Any, group: Any, page: Page) -> None:
    _, ann, bob = group
    photo = await ann.photo(page("427"))
    answer = await said_to(ann, await ann.says(f"/read@{bot.name}", reply_to=photo))
    assert "427" in ann.words(answer)
    await ann.says("421", reply_to=answer)
    assert "Corrected: 421" in ann.words(await ann.changed(answer))
    assert "427" in bob.words(await reading(bot, bob, page, "427"))


async def test_a_mention_in_reply_to_a_picture_asks_to_read_it(bot: Any, group: Any, page: Page) -> None:
    _, ann, bob = group
    photo = await ann.photo(page("427"))
    await bob.says("what is this?", reply_to=photo)
    await bob.silence()
    said = await bob.says(f"@{bot.name} what is this?", reply_to=photo)
    assert "427" in bob.words(await said_to(bob, said))


async def test_a_picture_that_was_read_on_request_is_corrected_in_reply_to_it_too(
    bot: Any, group: Any, page: Page
) -> None:
    _, ann, bob = group
    photo = await ann.photo(page("427"))
    answer = await said_to(bob, await bob.says(f"/read@{bot.name}", reply_to=photo))
    await bob.says(f"/correct@{bot.name} 421", reply_to=photo)
    await showing(bob, answer, "Corrected: 421 (I had read 427)")


async def test_a_question_that_was_deleted_meanwhile_is_answered_all_the_same(
    bot: Any, people: Any, playground: Any, group: Any, page: Page
) -> None:
    _, ann, _ = group
    await reading(bot, ann, page)
    await people.fault("sendPhoto", 1, delay=1)
    asked = await ann.says(f"/stats@{bot.name}")
    playground.state.delete(playground.state.messages.get(ann.chat, asked["id"]))
    picture = await ann.until(lambda: next((m for m in bots_messages(ann) if "Of yours I keep" in ann.words(m)), None))
    assert picture["reply_to"] is None


@pytest.mark.parametrize("who", ["owner", "promoted", "anonymous", "bot admin"])
async def test_admins_correct_what_another_had_read(bot: Any, people: Any, page: Page, who: str) -> None:
    olga, ann, bob, root = await people.group(
        "Class", await people("Olga"), await people("Ann"), await people("Bob"), await people("Root", admin=True)
    )
    await people.promote(bob)
    admin = {"owner": olga, "promoted": bob, "anonymous": replace(olga, speaks_as="group"), "bot admin": root}[who]
    answer = await reading(bot, ann, page)
    said = await admin.says(f"/correct@{bot.name} 1", reply_to=answer)
    assert admin.words(await said_to(admin, said)) == "Corrected: 1."
    corrected = await showing(ann, answer, "Corrected: 1 (I had read 7)")
    if who != "anonymous":  # a press comes from the person's own account
        await admin.press(corrected, "It's another digit")
        assert (await admin.press(await showing(admin, answer, "4"), "4"))["toast"] == "Thank you!"
        corrected = await showing(ann, answer, "Corrected: 4 (I had read 7)")
    # The buttons stay those of who asked, and nobody is asked for consent to another's labels.
    await ann.press(corrected, "It's another digit")
    assert (await ann.press(await showing(ann, answer, "9"), "9"))["toast"] == "Thank you!"
    await showing(ann, answer, "Corrected: 9 (I had read 7)")


async def test_an_answer_that_an_admin_corrects_stays_in_the_language_of_who_asked(
    bot: Any, people: Any, page: Page
) -> None:
    olga, ann = await people.group("Class", await people("Olga", language="de"), await people("Ann"))
    answer = await reading(bot, ann, page)
    said = await olga.says(f"/correct@{bot.name} 1", reply_to=answer)
    assert olga.words(await said_to(olga, said)).startswith("Korrigiert")
    await olga.press(await showing(olga, answer, "Corrected: 1 (I had read 7)"), "It's another digit")
    await olga.press(await showing(olga, answer, "Read as 7, corrected to 1: which digit is it?"), "4")
    await showing(ann, answer, "Corrected: 4 (I had read 7)")


async def test_an_admins_labels_are_no_samples_of_who_asked(bot: Any, group: Any, page: Page) -> None:
    olga, ann, _ = group
    answer = await reading(bot, ann, page)
    said = await ann.says(f"/correct@{bot.name} 1", reply_to=answer)
    confirmed = await said_to(ann, said)
    await ann.press(await said_to(ann, confirmed), "Yes, keep it to learn from")
    other = await reading(bot, ann, page)
    await said_to(olga, await olga.says(f"/correct@{bot.name} 5", reply_to=other))
    assert len([m for m in bots_messages(olga) if "learn from" in olga.words(m)]) == 1  # Ann's own
    async with bot.services.database.read() as session:
        assert [sample.label for sample in await samples.consented(session)] == [1]


async def test_a_member_who_did_not_ask_corrects_nothing(bot: Any, group: Any, page: Page) -> None:
    _, ann, bob = group
    answer = await reading(bot, ann, page)
    for button in ("Right", "It's another digit", "What you saw"):
        assert "somebody else" in (await bob.press(answer, button))["toast"]
    for words in (f"/correct@{bot.name} 1", "1"):
        said = await bob.says(words, reply_to=answer)
        assert "somebody else" in bob.words(await said_to(bob, said))
    channel = replace(bob, speaks_as="channel")
    said = await channel.says(f"/correct@{bot.name} 1", reply_to=answer)
    assert "somebody else" in bob.words(await said_to(bob, said))
    assert await ann.latest(answer) == answer


@pytest.mark.parametrize("name", ["group", "channel"])
@pytest.mark.parametrize("command", ["id", "forget", "mydata", "privacy", "retrain", "help", "start", "stats", "undo"])
async def test_who_is_no_person_gets_one_answer_that_names_nobody(
    bot: Any, group: Any, name: str, command: str
) -> None:
    speaker = replace(group[0], speaks_as=name)
    await speaker.says(f"/{command}@{bot.name}")
    answer = await speaker.reply()
    assert speaker.words(answer)
    assert str(speaker.id) not in speaker.words(answer)
    await speaker.silence()


# -- topics


@pytest.fixture
async def topic(bot: Any, people: Any) -> tuple[Any, Any]:
    """A forum's owner, who is the bot's admin too, and a member, both in a topic of it."""
    inside = await people.group("Forum", await people("Owner", admin=True), await people("Ann"), forum=True)
    return await people.topic(*inside)  # type: ignore[no-any-return]


def bots_messages(person: Any) -> list[Any]:
    return [message for message in person.messages.values() if message["bot"]]


async def test_every_answer_lands_in_its_topic(
    bot: Any, people: Any, topic: Any, page: Page, blank: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, ann = topic
    answer = await reading(bot, ann, page, "427")
    await ann.photo(blank, caption=f"@{bot.name}")
    await ann.press(answer, "What you saw")
    await ann.press(answer, "2")
    await ann.press(await showing(ann, answer, "Back"), "4")  # and the consent question
    said = [f"/{command}@{bot.name}" for command in ("start", "help", "privacy", "stats", "read", "fly", "retrain")]
    for words in (*said, f"/correct@{bot.name} x", f"/correct@{bot.name} 1", f"@{bot.name} hello"):
        await said_to(ann, await ann.says(words))
    await ann.says(f"/undo@{bot.name}")  # answered in reply to the answer
    await said_to(ann, await ann.document(b"no picture", "x.png", caption=f"@{bot.name}"))
    await said_to(ann, await ann.says("4", reply_to=answer))  # another count
    await people.fault("getFile", 1, status=400)
    await said_to(ann, await ann.photo(page("7"), caption=f"@{bot.name}"))
    monkeypatch.setattr(stored_people, "by_telegram_id", broken)
    failed = await said_to(ann, await ann.says(f"/stats@{bot.name}"))
    assert "went wrong" in ann.words(failed)
    await ann.press(answer, "All right")
    await ann.until(lambda: next((m for m in bots_messages(ann)[-1:] if m["id"] != failed["id"]), None))
    there = bots_messages(ann)
    assert len(there) >= 17
    assert [ann.words(message) for message in there if message.get("topic") != ann.topic] == []


async def broken(*_: object) -> None:
    raise LookupError("unforeseen")


async def test_an_answer_below_a_press_of_long_ago_lands_in_its_topic(
    bot: Any, people: Any, topic: Any, page: Page
) -> None:
    _, ann = topic
    answer = await reading(bot, ann, page)
    said = await said_to(ann, await ann.says(f"/correct@{bot.name} 1", reply_to=answer))
    question = await said_to(ann, said)
    await people.fault("editMessageText", 1, status=400)
    await ann.press(question, "No, only fix the answer")
    below = await ann.until(lambda: next((m for m in bots_messages(ann) if "Fine" in ann.words(m)), None))
    assert below["topic"] == ann.topic


async def test_the_progress_of_a_run_and_its_end_land_in_its_topic(bot: Any, topic: Any) -> None:
    owner, _ = topic
    async with bot.services.database.write() as session:
        await samples.add(session, [Sample(f"{1:032x}", bytes(784), 7, utc_now())])
    begun = await said_to(owner, await owner.says(f"/retrain@{bot.name}"))
    assert begun["topic"] == owner.topic
    await owner.press(begun, "Cancel")
    over = await owner.until(lambda: next((m for m in bots_messages(owner) if "cancelled" in owner.words(m)), None), 30)
    assert over["topic"] == owner.topic


async def test_the_chat_action_of_a_slow_photo_is_shown_in_its_topic(
    bot: Any, people: Any, topic: Any, page: Page
) -> None:
    _, ann = topic
    await people.fault("getFile", 1, delay=2)
    await reading(bot, ann, page)
    assert (await people.books())["calls"]["sendChatAction"] == {"ok": 1}


async def test_in_a_topic_a_message_without_a_reply_is_none(bot: Any, topic: Any, page: Page) -> None:
    _, ann = topic
    await ann.says("427")
    await ann.photo(page("427"))
    await ann.silence()


# -- a group becomes a supergroup


async def test_readings_and_corrections_outlive_a_migration(
    bot: Any, people: Any, group: Any, page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await reading(bot, group[1], page)
    await said_to(group[1], await group[1].says(f"/correct@{bot.name} 1", reply_to=answer))
    _, ann, bob = await people.upgrade(*group)
    said = await ann.says(f"/correct@{bot.name} 4")
    assert ann.words(await said_to(ann, said)) == "Corrected: 4."
    await ann.says(f"/undo@{bot.name}")
    await ann.until(
        lambda: next((m for m in bots_messages(ann) if ann.words(m).startswith("Undone: the reading is 1")), None)
    )
    # What is said of old messages: their buttons cannot do anything any more.
    assert "supergroup" in (await group[1].press(answer, "What you saw"))["toast"]
    new = await reading(bot, bob, page, "427")
    assert (await bob.press(new, "All right"))["toast"] == "Glad to hear it."
    assert "went wrong" not in caplog.text
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_what_an_anonymous_admin_had_read_stays_theirs(bot: Any, people: Any, group: Any, page: Page) -> None:
    await reading(bot, replace(group[0], speaks_as="group"), page)
    olga, *_ = await people.upgrade(*group)
    anonymous = replace(olga, speaks_as="group")
    said = await anonymous.says(f"/correct@{bot.name} 4")
    assert anonymous.words(await said_to(anonymous, said)) == "Corrected: 4."


async def test_an_answer_under_way_while_the_group_migrates_arrives_in_the_supergroup(
    bot: Any, people: Any, group: Any, page: Page
) -> None:
    await people.fault("getFile", 1, delay=1.5)
    await group[1].photo(page("427"), caption=f"@{bot.name}")
    _, ann, _ = await people.upgrade(*group)
    answer = await ann.reply()
    assert "427" in ann.words(answer)
    assert (await ann.press(answer, "All right"))["toast"] == "Glad to hear it."
    await showing(ann, answer, "I read 427 ✓")


async def test_a_group_of_the_settings_that_migrates_is_logged(
    bots: Any, people: Any, caplog: pytest.LogCaptureFixture
) -> None:
    (ann,) = await people.group("Class", await people("Ann"))
    await bots.start(personal_groups=frozenset({ann.chat}))
    (now,) = await people.upgrade(ann)
    await now.says(f"/id@{bots.running[0].name}")
    await now.reply()
    assert f"name {now.chat} instead" in caplog.text
