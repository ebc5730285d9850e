"""A bot at work, seen through its metrics and its log."""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from bot.monitoring.logs import UpdateFilter


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


async def value(port: int, series: str) -> float:
    async with httpx.AsyncClient() as client:
        text = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
    return float(re.findall(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)[0])


async def test_photos_corrections_and_failed_calls_are_counted(
    bots: Any, people: Any, page: Callable[..., bytes], port: int
) -> None:
    bot = await bots.start(metrics_port=port)
    ann = await people("Ann")
    await people.fault("getFile", times=1, status=502)
    await ann.photo(page("7"))
    await ann.reply()
    await ann.document(b"no picture")
    await ann.reply()
    await ann.says("/correct 1")
    await ann.reply()
    sure = await value(port, 'digitbot_photos_total{outcome="sure"}')
    assert sure + await value(port, 'digitbot_photos_total{outcome="unsure"}') == 1
    assert await value(port, 'digitbot_photos_total{outcome="refused"}') == 1
    assert await value(port, 'digitbot_corrections_total{source="text"}') == 1
    assert await value(port, 'digitbot_telegram_errors_total{error="502",method="getFile"}') == 1
    for stage in ("wait", "download", "read", "draw", "store", "send"):
        assert await value(port, f'digitbot_photo_stage_seconds_count{{stage="{stage}"}}') >= 1
    assert await value(port, f'digitbot_model_info{{version="{bot.services.reader.model.name}"}}') == 1
    assert await value(port, "digitbot_updates_waiting") <= 1


async def test_each_photo_is_one_line_with_its_updates_number_and_nothing_personal(
    bots: Any, people: Any, page: Callable[..., bytes], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    caplog.handler.addFilter(UpdateFilter())
    bot = await bots.start()
    ann = await people("Annabella")
    await ann.photo(page("427"))
    await ann.reply()
    await ann.photo(page("427"), caption="/correct 427")
    await ann.reply()
    await bot.end()
    lines = [record for record in caplog.records if record.name == "bot.monitoring.photo_log"]
    updates = {record.__dict__["update"] for record in lines}
    assert len(lines) == len(updates) == 2
    assert all(re.fullmatch(r"update \d+: ", update) for update in updates)
    said = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("bot."))
    assert "Annabella" not in said
    assert str(ann.id) not in said
    assert not any("427" in record.getMessage() for record in lines)


async def test_admins_are_told_of_an_error_once_with_the_id_of_the_log_and_nothing_personal(
    bots: Any,
    people: Any,
    page: Callable[..., bytes],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("a mishap")

    monkeypatch.setattr("bot.handlers.photo_messages.read_photo", fail)
    admin, ann = await people("Boss", admin=True), await people("Annabella")
    await bots.start()
    await admin.says("/id")  # a bot cannot write first
    await admin.reply()
    for _ in range(2):
        await ann.photo(page("7"))
        assert "Something went wrong" in ann.words(await ann.reply())
    notice = admin.words(await admin.reply())
    identifier = re.findall(r"[0-9a-f]{8}", notice)[0]
    assert f"error {identifier} in update" in caplog.text
    assert "Annabella" not in notice
    assert str(ann.id) not in notice
    await admin.silence()
