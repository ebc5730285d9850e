"""Anonymous admins, channels and foreign or forged presses: nobody is taken for somebody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

Page = Callable[..., bytes]


@pytest.fixture
async def group(bot: Any, people: Any) -> tuple[Any, Any]:
    """The owner of a group, whom Telegram knows as its admin, and a member."""
    return await people.group("Class", await people("Ann"), await people("Bob"))  # type: ignore[no-any-return]


@pytest.fixture
async def anonymous(bot: Any, group: tuple[Any, Any], page: Page) -> tuple[Any, Any]:
    """The group's anonymous admin, and the answer to their photo of a 7."""
    admin = replace(group[0], speaks_as="group")
    await admin.photo(page("7"), caption=f"@{bot.name}")
    return admin, await admin.reply()


async def test_an_anonymous_admins_buttons_work_for_the_groups_admins_alone(
    bot: Any, group: tuple[Any, Any], anonymous: tuple[Any, Any]
) -> None:
    admin, answer = anonymous
    assert "admins" in (await group[1].press(answer, "Right"))["toast"]
    assert (await admin.press(answer, "Right"))["toast"] == "Glad to hear it."
    assert admin.words(await admin.changed(answer)).endswith("✓")


async def test_an_anonymous_admin_corrects_in_words_and_is_never_asked_for_consent(
    bot: Any, anonymous: tuple[Any, Any]
) -> None:
    admin, answer = anonymous
    await admin.says(f"/correct@{bot.name} 1", reply_to=answer)
    assert admin.words(await admin.reply()) == "Corrected: 1."
    await admin.silence()


async def test_an_anonymous_admin_of_another_group_has_no_reading_there(
    bot: Any, people: Any, group: tuple[Any, Any], anonymous: tuple[Any, Any]
) -> None:
    (other,) = await people.group("Other class", replace(group[1]))
    other.speaks_as = "group"
    await other.says(f"/correct@{bot.name} 1")
    assert "no reading of yours" in other.words(await other.reply())


async def test_a_channel_gets_a_reading_without_buttons_that_nobody_could_press(
    bot: Any, group: tuple[Any, Any], page: Page
) -> None:
    channel = replace(group[1], speaks_as="channel")
    await channel.photo(page("7"), caption=f"@{bot.name}")
    answer = await channel.reply()
    assert channel.words(answer).startswith("7")
    assert channel.labels(answer) == []


@pytest.mark.parametrize("name", ["group", "channel"])
@pytest.mark.parametrize(
    ("command", "said"),
    [("id", "cannot name one for you"), ("forget", "nothing was deleted"), ("retrain", "cannot tell who you are")],
)
async def test_who_is_no_person_is_told_so(
    bot: Any, group: tuple[Any, Any], name: str, command: str, said: str
) -> None:
    speaker = replace(group[0], speaks_as=name)
    await speaker.says(f"/{command}@{bot.name}")
    answer = await speaker.reply()
    assert said in speaker.words(answer)
    assert "1087968824" not in speaker.words(answer)
    assert speaker.labels(answer) == []


async def consent_question(bot: Any, person: Any, page: Page) -> Any:
    """The question that follows a person's first correction."""
    await person.photo(page("7"), caption=f"@{bot.name}")
    await person.until(lambda: _newest(person, "sure"))
    await person.says(f"/correct@{bot.name} 1")
    return await person.until(lambda: _newest(person, "learn from"))


def _newest(person: Any, said: str) -> Any:
    """The bot's last message, if it says this."""
    last = max((one for one in person.messages.values() if one["bot"]), key=lambda one: one["id"], default=None)
    return last if last and said in person.words(last) else None


async def test_a_forged_consent_leaves_anothers_question_as_it_is(bot: Any, group: tuple[Any, Any], page: Page) -> None:
    ann, bob = group
    question = await consent_question(bot, ann, page)
    asked = await consent_question(bot, bob, page)
    own = asked["buttons"][0][0]["data"]
    assert own
    for data in ("c:0:0:1", "c:5:0:0", "f:0:0:1", own):
        assert (await bob.press(question, data, forged=True))["toast"], data
    assert await ann.latest(question) == question


def _later(person: Any, message: Any) -> Any:
    """The bot's message after this one, once it is there."""
    return next((one for one in person.messages.values() if one["bot"] and one["id"] > message["id"]), None)


async def test_ones_own_button_forged_under_anothers_answer_changes_nothing(
    bot: Any, group: tuple[Any, Any], page: Page
) -> None:
    ann, bob = group
    await ann.photo(page("7"), caption=f"@{bot.name}")
    answer = await ann.reply()
    await bob.photo(page("3"), caption=f"@{bot.name}")
    own = await bob.until(lambda: _later(bob, answer))
    for button in (button for row in own["buttons"] for button in row):
        assert (await bob.press(answer, button["data"], forged=True))["toast"]
    assert await ann.latest(answer) == answer


async def test_a_button_from_before_buttons_were_signed_has_expired(ann: Any, bot: Any, page: Page) -> None:
    await ann.photo(page("7"))
    answer = await ann.reply()
    signed = answer["buttons"][0][0]["data"]
    assert "expired" in (await ann.press(answer, signed.rpartition(":")[0], forged=True))["toast"]
    assert await ann.latest(answer) == answer


async def test_five_confirmations_bring_the_consent_question_once(ann: Any, bot: Any, page: Page) -> None:
    await ann.photo(page("7"))
    await ann.reply()
    await ann.says("/correct 7")
    assert ann.words(await ann.reply()) == "Corrected: 7."
    assert "learn from" in ann.words(await ann.reply())
    for _ in range(4):
        await ann.says("/correct 7")
        assert ann.words(await ann.reply()) == "Corrected: 7."
    await ann.silence()


async def test_a_picture_that_was_never_read_is_not_blamed_on_the_days(
    bot: Any, group: tuple[Any, Any], page: Page
) -> None:
    ann, _ = group
    photo = await ann.photo(page("7"))  # nobody addressed the bot
    await ann.says(f"/correct@{bot.name} 7", reply_to=photo)
    said = ann.words(await ann.reply())
    assert "no reading of this picture" in said
    assert "days" not in said


@pytest.mark.parametrize("mark", ["\u200b", "\u200e", "\u2066", "\ufe0f", "\ufeff", "\u2060", "\u00ad", "\ufe0f\u20e3"])
async def test_marks_that_nobody_sees_leave_digits_digits(ann: Any, bot: Any, page: Page, mark: str) -> None:
    await ann.photo(page("427"))
    await ann.reply()
    await ann.says(f"/correct {mark}42{mark}1{mark}")
    assert ann.words(await ann.reply()) == "Corrected: 421."
    await ann.photo(page("35"), caption=f"{mark}3{mark}6{mark}")
    await ann.until(lambda: next((m for m in ann.messages.values() if "Corrected: 36" in ann.words(m)), None))
