"""Labels are reviewed in the chat before they are trained on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from storage import samples
from storage.samples import Review, Sample
from storage.tables import NOT_A_DIGIT, utc_now

LONG = 240.0  # seconds; TensorFlow alone takes ten to start on a busy machine


def stroke(tip: int) -> bytes:
    """The digit image of an upright stroke, which anybody reads as a 1."""
    return bytes(cv2.line(np.zeros((28, 28), np.uint8), (14, 4), (tip, 24), 255, 2).tobytes())


async def kept(bot: Any, *labels: int) -> list[Sample]:
    """Store strokes with these labels as samples."""
    new = [Sample(f"{place:032x}", stroke(11 + place), label, utc_now()) for place, label in enumerate(labels)]
    async with bot.services.database.write() as session:
        await samples.add(session, new)
    return new


async def reviews(bot: Any) -> list[str | None]:
    async with bot.services.database.read() as session:
        return [sample.review for sample in await samples.consented(session)]


@pytest.fixture
async def owner(bot: Any, people: Any) -> Any:
    return await people("Owner", admin=True)


async def sheet(admin: Any) -> Any:
    await admin.says("/review")
    return await admin.reply()


async def test_the_oddest_label_comes_first_and_can_be_rejected_alone(bot: Any, owner: Any) -> None:
    await kept(bot, 1, 1, 7, 1, NOT_A_DIGIT)
    message = await sheet(owner)
    assert "4 of 4 labels to review, 1 of them left out" in owner.words(message)
    assert message["files"]
    assert owner.labels(message) == ["1", "2", "3", "4", "Approve all 4", "Reject all 4"]
    await owner.press(message, "1")
    opened = await owner.changed(message)
    assert owner.labels(opened)[:4] == ["· 1 ·", "2", "3", "4"]
    assert (await owner.press(opened, "Reject 1"))["toast"] == "1 label was rejected."
    left = await owner.changed(opened)
    assert owner.labels(left) == ["2", "3", "4", "Approve all 3", "Reject all 3"]
    assert await reviews(bot) == [None, None, Review.REJECTED, None, None]


async def test_all_that_is_left_can_be_approved_at_once(bot: Any, owner: Any) -> None:
    await kept(bot, 1, 7)
    message = await sheet(owner)
    await owner.press(message, "1")
    opened = await owner.changed(message)
    await owner.press(opened, "Reject 1")
    left = await owner.changed(opened)
    assert (await owner.press(left, "Approve all 1"))["toast"] == "1 label was approved."
    done = await owner.changed(left)
    assert owner.labels(done) == []
    assert "reviewed" in owner.words(done)
    assert await reviews(bot) == [Review.APPROVED, Review.REJECTED]
    assert "no label to review" in owner.words(await sheet(owner))


async def test_a_sheet_outlives_a_restart(bots: Any, people: Any) -> None:
    first = await bots.start()
    owner = await people("Owner", admin=True)
    await kept(first, 1, 1)
    message = await sheet(owner)
    await first.end()
    second = await bots.start()
    await owner.press(message, "Reject all 2")
    await owner.changed(message)
    assert await reviews(second) == [Review.REJECTED, Review.REJECTED]


async def test_only_admins_review(bot: Any, ann: Any, owner: Any) -> None:
    await kept(bot, 7)
    await ann.says("/review")
    assert "Only admins" in ann.words(await ann.reply())


async def test_nobody_s_digits_are_shown_in_a_group(bot: Any, owner: Any, people: Any) -> None:
    await kept(bot, 7)
    (in_group,) = await people.group("A class", owner)
    await in_group.says("/review")
    assert "private chat" in in_group.words(await in_group.reply())


async def test_nothing_can_be_reviewed_before_a_correction_is_kept(
    bot: Any, owner: Any, page: Callable[..., bytes]
) -> None:
    await owner.photo(page("42"))
    await owner.reply()
    assert "no label to review" in owner.words(await sheet(owner))


async def test_where_all_are_reviewed_nothing_is_trained_on_before(bots: Any, people: Any) -> None:
    bot = await bots.start(review="all")
    owner = await people("Owner", admin=True)
    await kept(bot, 1, 1)
    await owner.says("/retrain")
    assert "no correction has been approved yet" in owner.words(await owner.reply())
    await owner.press(await sheet(owner), "Approve all 2")
    await owner.says("/retrain")
    assert "starts" in owner.words(await owner.reply())


@pytest.mark.slow
async def test_false_labels_never_make_a_model_active(bot: Any, owner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten corrections, of which six are wrong."""
    monkeypatch.setenv("DIGITBOT_MNIST", "/nowhere.npz")
    await kept(bot, 1, 1, 1, 1, 7, 4, 6, 9, 3, 2)
    await owner.says("/retrain")
    message = await owner.reply()
    end = await owner.until(
        lambda: next((m for m in owner.messages.values() if m["id"] == message["id"] and not m["buttons"]), None), LONG
    )
    assert "nothing gained, the model stays" in owner.words(end)
    assert "look wrong and were left out: /review shows them" in owner.words(end)
    assert "fixes 0 of 0" not in owner.words(end)
    await asyncio.sleep(0)
    assert bot.services.reader.model.name == "base-2"
