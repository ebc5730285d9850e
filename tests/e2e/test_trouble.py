"""A failing network, a read-only database, a restart: nothing is lost, and the person is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from storage import readings
from storage.errors import DatabaseReadOnly


async def test_a_flood_wait_delays_the_answer_and_loses_none(ann: Any, people: Any, page: Callable[..., bytes]) -> None:
    await people.fault("sendPhoto", status=429, retry_after=1)
    await ann.photo(page("7"))
    assert ann.words(await ann.reply()).startswith("7")


@pytest.mark.parametrize("method", ["getFile", "sendPhoto"])
async def test_a_server_error_is_tried_again(ann: Any, people: Any, page: Callable[..., bytes], method: str) -> None:
    await people.fault(method, status=502)
    await ann.photo(page("7"))
    assert ann.words(await ann.reply()).startswith("7")
    await ann.silence()


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
    from bot.logs import JOURNAL_FORMAT, RedactingFormatter

    secret = bot.services.settings.required_token()
    form = RedactingFormatter(JOURNAL_FORMAT, [secret])
    lines = [form.format(record) for record in caplog.records]
    assert lines
    assert not any(secret.partition(":")[2] in line for line in lines)
