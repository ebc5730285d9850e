"""Consent: stored with its version and time, asked anew when the wording changes, and withdrawn with its effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.messages.texts import texts_for
from storage import model_versions, people, samples
from storage.model_versions import NewVersion
from storage.people import CONSENT_VERSION, Consent, PersonRecord
from storage.tables import Person, StoredAdapter

YES, NO = "Yes, keep it to learn from", "No, only fix the answer"
# The SHA-256 of the English question for each version of it: whoever changes its meaning raises CONSENT_VERSION and
# adds a line, so that people are asked anew; whoever only mends a word puts the new sum into the last line.
WORDINGS = {1: "24c1bce13fff9c52"}


async def record(bot: Any, person: Any) -> PersonRecord:
    async with bot.services.database.read() as session:
        found = await people.by_telegram_id(session, person.id)
    assert found is not None
    return found


async def kept(bot: Any) -> list[int]:
    async with bot.services.database.read() as session:
        return [sample.label for sample in await samples.consented(session)]


async def corrects(person: Any, page: Callable[..., bytes], text: str, label: str) -> Any:
    """Send a photo and correct it; returns the message that says so."""
    await person.photo(page(text))
    answer = await person.reply()
    await person.says(f"/correct {label}", reply_to=answer)
    return await person.reply()


@pytest.fixture
async def agreed(bot: Any, ann: Any, page: Callable[..., bytes]) -> Any:
    """Ann has corrected a 7 to 1 and agreed that it is kept."""
    await corrects(ann, page, "7", "1")
    question = await ann.reply()
    await ann.press(question, YES)
    await ann.changed(question)
    return ann


@pytest.fixture
async def outdated(bot: Any, agreed: Any) -> Any:
    """The question has been worded anew since."""
    async with bot.services.database.write() as session:
        await session.execute(update(Person).values(consent_version=CONSENT_VERSION - 1))
    return agreed


async def test_the_answer_is_stored_with_its_version_and_time(bot: Any, agreed: Any) -> None:
    stored = await record(bot, agreed)
    assert (stored.consent, stored.consent_version) == (Consent.GIVEN, CONSENT_VERSION)
    assert stored.consent_at is not None
    assert datetime.now(UTC) - stored.consent_at < timedelta(minutes=1)


def test_a_changed_question_is_a_new_version() -> None:
    letters = "".join(filter(str.isalpha, texts_for("en").consent_question.lower()))
    assert max(WORDINGS) == CONSENT_VERSION
    assert sha256(letters.encode()).hexdigest()[:16] == WORDINGS[CONSENT_VERSION]


async def test_a_changed_question_is_asked_anew_and_nothing_newer_is_kept_before_the_answer(
    bot: Any, outdated: Any, page: Callable[..., bytes]
) -> None:
    await corrects(outdated, page, "3", "8")
    question = await outdated.reply()
    assert "My question has changed" in outdated.words(question)
    assert f"{datetime.now(UTC):%Y}" in outdated.words(question), "when the person had agreed"
    assert await kept(bot) == [1], "what was kept under the earlier wording stays"
    await outdated.press(question, YES)
    await outdated.changed(question)
    assert await kept(bot) == [1, 8]
    assert (await record(bot, outdated)).consent_version == CONSENT_VERSION
    await corrects(outdated, page, "5", "6")
    await outdated.silence()
    assert await kept(bot) == [1, 8, 6]


async def test_a_no_to_the_changed_question_ends_the_consent_to_the_earlier_one_too(
    bot: Any, outdated: Any, page: Callable[..., bytes]
) -> None:
    await corrects(outdated, page, "3", "8")
    question = await outdated.reply()
    await outdated.press(question, NO)
    assert "Your consent has ended" in outdated.words(await outdated.changed(question))
    assert await kept(bot) == []


async def test_a_changed_question_is_asked_once_and_not_with_every_correction(
    bot: Any, outdated: Any, page: Callable[..., bytes]
) -> None:
    await corrects(outdated, page, "3", "8")
    await outdated.reply()
    await corrects(outdated, page, "5", "6")
    await outdated.silence()
    assert await kept(bot) == [1]


async def test_privacy_says_that_the_consent_was_given_to_an_earlier_wording(outdated: Any) -> None:
    await outdated.says("/privacy")
    assert "to an earlier wording" in outdated.words(await outdated.reply())


async def test_a_yes_under_an_earlier_wording_brings_the_present_one(
    bot: Any, ann: Any, page: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    await corrects(ann, page, "7", "1")
    question = await ann.reply()
    monkeypatch.setattr("bot.handlers.consent_dialog.CONSENT_VERSION", CONSENT_VERSION + 1)
    monkeypatch.setattr("bot.messages.keyboards.CONSENT_VERSION", CONSENT_VERSION + 1)
    await ann.press(question, YES)
    asked_anew = await ann.changed(question)
    assert "My question has changed" in ann.words(asked_anew)
    assert await kept(bot) == []
    await ann.press(asked_anew, YES)
    await ann.changed(asked_anew)
    assert await kept(bot) == [1]


async def test_who_has_refused_is_not_asked_again(bot: Any, ann: Any, page: Callable[..., bytes]) -> None:
    await corrects(ann, page, "7", "1")
    question = await ann.reply()
    await ann.press(question, NO)
    await ann.changed(question)
    async with bot.services.database.write() as session:
        await session.execute(update(Person).values(consent_version=CONSENT_VERSION - 1))
    await corrects(ann, page, "3", "8")
    await ann.silence()


@pytest.mark.parametrize("way", ["/privacy", "/forget"])
async def test_withdrawing_ends_samples_personal_adapter_and_models(bot: Any, agreed: Any, way: str) -> None:
    async with bot.services.database.write() as session:
        uids = [sample.uid for sample in await samples.consented(session)]
        await model_versions.add(session, NewVersion("tuned-1", b"1", "{}", trained_on=tuple(uids)), max_bytes=None)
        person = await people.by_telegram_id(session, agreed.id)
        assert person is not None
        await session.merge(StoredAdapter(person_id=person.id, model_sha256="a", corrections="1:1", content=b"a"))
    await agreed.says(way)
    question = await agreed.reply()
    await agreed.press(question, NO if way == "/privacy" else "Yes, delete everything")
    said = agreed.words(await agreed.changed(question))
    assert "1 model" in said
    assert "trained anew" in said
    assert await kept(bot) == []
    async with bot.services.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(StoredAdapter)) == 0
        versions = {each.name: each.needs_retraining for each in await model_versions.listing(session)}
    assert versions["tuned-1"]
