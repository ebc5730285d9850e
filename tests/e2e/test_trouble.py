"""A failing network, a read-only database, a restart: nothing is lost, and the person is told."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot import lifecycle
from bot.handlers import photo_messages
from bot.messages import reading_message
from bot.photos import photo_turns
from storage import corrections, readings
from storage.errors import DatabaseReadOnly, DatabaseUnreachable


async def test_a_flood_wait_delays_the_answer_and_loses_none(ann: Any, people: Any, page: Callable[..., bytes]) -> None:
    await people.fault("sendPhoto", status=429, retry_after=1)
    await ann.photo(page("7"))
    assert ann.words(await ann.reply()).startswith("7")


async def test_a_server_error_is_tried_again(ann: Any, people: Any, page: Callable[..., bytes]) -> None:
    await people.fault("getFile", status=502)
    await ann.photo(page("7"))
    assert ann.words(await ann.reply()).startswith("7")
    await ann.silence()


@pytest.mark.parametrize("done", [True, False])
async def test_an_answer_that_may_have_been_sent_is_not_sent_again(
    ann: Any, people: Any, page: Callable[..., bytes], done: bool
) -> None:
    await people.fault("sendPhoto", status=504, done=done)
    photo = await ann.photo(page("7"))
    answers = [await ann.reply() for _ in range(1 + done)]
    assert all(answer["reply_to"] == photo["id"] for answer in answers)
    assert "If my answer is missing" in ann.words(answers[-1])
    await ann.silence()


async def test_a_stop_while_an_answer_is_being_sent_does_not_double_it(
    bots: Any, people: Any, page: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "LAST_ANSWERS_TIMEOUT_S", 0.1)
    bot, ann = await bots.start(), await people()
    await people.fault("sendPhoto", delay=3.0)
    await ann.photo(page("7"))
    while (await people.client.get("/playground/faults")).json():
        await asyncio.sleep(0.05)
    await bot.end()
    await bots.start()
    assert ann.words(await ann.reply()).startswith("7")
    await ann.silence(3.0)


async def test_a_flood_in_one_chat_delays_no_other(ann: Any, people: Any, page: Callable[..., bytes]) -> None:
    bob = await people("Bob")
    await people.fault("*", chat=ann.chat, status=429, retry_after=3, times=1)
    await ann.photo(page("7"))
    await asyncio.sleep(0.3)
    begun = time.monotonic()
    await bob.photo(page("4"))
    assert bob.words(await bob.reply()).startswith("4")
    assert time.monotonic() - begun < 2.5
    assert ann.words(await ann.reply()).startswith("7")


async def test_of_one_person_no_more_photos_are_under_way_than_a_few_and_another_passes_the_rest(
    bot: Any, ann: Any, people: Any, page: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    answered, waiting = asyncio.Event(), list[Any]()

    async def send_answer(request: Any, *arguments: Any, **named: Any) -> Any:
        if request.chat == ann.chat:
            waiting.append(request)
            await answered.wait()
        return await reading_message.send_answer(request, *arguments, **named)

    monkeypatch.setattr(photo_messages, "send_answer", send_answer)
    bob, most = await people("Bob"), bot.services.settings.reading_threads + photo_turns.EXTRA_PHOTOS_OF_ONE
    for _ in range(most + 3):
        await ann.photo(page("7"))
    for _ in range(most + 3):  # each takes its turn beside one of Ann's, if those may begin
        await bob.photo(page("4"))
        assert bob.words(await bob.reply()).startswith("4")
    assert len(waiting) == most
    answered.set()
    for _ in range(most + 3):
        assert ann.words(await ann.reply()).startswith("7")


async def test_a_line_that_breaks_after_the_answer_was_sent_brings_no_second_answer(
    ann: Any, people: Any, page: Callable[..., bytes]
) -> None:
    await people.fault("sendPhoto", drop="after")
    await ann.photo(page("7"))
    answer = await ann.reply()
    assert ann.words(answer).startswith("7")
    assert "If my answer is missing" in ann.words(await ann.reply())
    await ann.press(answer, "It's another digit")
    await ann.press(await ann.changed(answer), "1")
    await ann.until(lambda: next((m for m in ann.messages.values() if "Corrected: 1" in ann.words(m)), None))


async def test_a_picture_that_cannot_be_fetched_is_asked_for_again(
    ann: Any, people: Any, page: Callable[..., bytes]
) -> None:
    await people.fault("getFile", times=20, status=400)
    await ann.photo(page("7"))
    assert "could not download" in ann.words(await ann.reply())


async def test_a_database_that_cannot_be_written_still_lets_photos_be_read(
    bot: Any, ann: Any, page: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise DatabaseReadOnly

    monkeypatch.setattr(readings, "add", refuse)
    await ann.photo(page("7"))
    said = ann.words(await ann.reply())
    assert said.startswith("I read 7")
    assert "cannot be corrected" in said


async def test_a_doubtful_reading_that_cannot_be_stored_is_said_to_be_doubtful(
    bot: Any, ann: Any, doubtful: tuple[bytes, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise DatabaseReadOnly

    monkeypatch.setattr(readings, "add", refuse)
    photo, label = doubtful
    await ann.photo(photo)
    assert f"This may be {label}; I am not sure." in ann.words(await ann.reply())


def losing_the_server(work: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """The same work, but for a server that is lost within its first transaction."""
    calls = itertools.count()

    async def work_or_lose(*arguments: Any, **named: Any) -> Any:
        if next(calls) == 0:
            raise DatabaseUnreachable
        return await work(*arguments, **named)

    return work_or_lose


async def test_a_restart_of_the_database_server_loses_neither_reading_nor_correction(
    bot: Any, ann: Any, page: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in ((readings, "add"), (readings, "set_answer"), (corrections, "correct")):
        monkeypatch.setattr(module, name, losing_the_server(getattr(module, name)))
    photo = await ann.photo(page("7"))
    answer = await ann.reply()
    assert ann.words(answer).startswith("7")
    await ann.says("/correct 1", reply_to=photo)
    assert "Corrected: 1" in ann.words(await ann.reply())
    async with bot.services.database.read() as session:
        reading = await readings.by_source(session, ann.chat, photo["id"])
    assert reading is not None
    assert (reading.answer_message, reading.corrected_text) == (answer["id"], "1")


async def test_a_press_while_the_database_cannot_be_read_gets_one_toast(
    bot: Any, ann: Any, page: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise DatabaseReadOnly

    await ann.photo(page("7"))
    answer = await ann.reply()
    monkeypatch.setattr(readings, "by_id", refuse)
    toast = await ann.press(answer, "Right")
    assert "nothing was changed" in toast["toast"]
    assert toast["alert"]
    await ann.silence()


async def test_where_access_cannot_be_looked_up_that_is_said(
    bots: Any, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise DatabaseReadOnly

    await bots.start(users=frozenset({1}))
    monkeypatch.setattr("storage.people.is_invited", refuse)
    ann = await people("Ann")
    await ann.says("/start")
    assert "cannot use the database" in ann.words(await ann.reply())


async def test_a_check_of_access_that_fails_lets_nobody_in(
    bots: Any, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def break_down(*_: object) -> None:
        raise RuntimeError("unforeseen")

    await bots.start(users=frozenset({1}))
    monkeypatch.setattr("storage.people.is_invited", break_down)
    ann = await people("Ann")
    await ann.says("/stats")
    assert "Something went wrong" in ann.words(await ann.reply())
    await ann.silence()


async def test_an_unforeseen_error_is_told_by_an_id_that_the_log_has_too(
    bot: Any, ann: Any, page: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(bot.services.reader, "read_async", break_down)
    await ann.photo(page("7"))
    said = ann.words(await ann.reply())
    assert "nothing of yours was lost" in said
    identifier = said.split()[-1].rstrip(".")
    assert any(identifier in record.getMessage() for record in caplog.records)


async def test_buttons_and_corrections_outlive_a_restart(bots: Any, people: Any, page: Callable[..., bytes]) -> None:
    first = await bots.start()
    ann = await people("Ann")
    await ann.photo(page("427"))
    answer = await ann.reply()
    await first.end()
    await bots.start()
    await ann.press(answer, "7")
    await ann.press(await ann.changed(answer), "1")
    await ann.until(lambda: next((m for m in ann.messages.values() if "Corrected: 421" in ann.words(m)), None))


async def test_no_log_line_holds_the_token(
    bot: Any, ann: Any, people: Any, page: Callable[..., bytes], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await people.fault("getFile", times=20, drop="before")
    await ann.photo(page("7"))
    await ann.reply()
    from bot.monitoring.logs import JOURNAL_FORMAT, RedactingFormatter

    secret = bot.services.settings.required_token()
    form = RedactingFormatter(JOURNAL_FORMAT, [secret])
    lines = [form.format(record) for record in caplog.records]
    assert lines
    assert not any(secret.partition(":")[2] in line for line in lines)


@pytest.mark.parametrize("survives", [True, False])
async def test_a_photo_under_way_at_two_deaths_is_tried_in_a_child_and_set_aside_if_that_dies(
    bots: Any, people: Any, page: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch, survives: bool
) -> None:
    from bot.photos import photo_reading
    from storage import inbox

    async def tried(*_: object, **__: object) -> bool:
        return survives

    async def third_start(session: object, update_id: int) -> int:
        return 3

    monkeypatch.setattr(photo_reading, "survives_reading", tried)
    monkeypatch.setattr(inbox, "begin", third_start)
    await bots.start()
    ann = await people("Ann")
    await ann.photo(page("7"))
    words = ann.words(await ann.reply())
    assert words.startswith("7") if survives else "set aside" in words
