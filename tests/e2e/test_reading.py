"""A photo in the chat gets its answer."""

from __future__ import annotations

import asyncio
import io
import socket
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from PIL import Image

from model import palette


async def test_one_digit_is_told_with_its_confidence_and_its_picture(ann: Any, page: Callable[..., bytes]) -> None:
    await ann.photo(page("7"))
    answer = await ann.reply()
    assert ann.words(answer).startswith("7 · ")
    assert "% sure" in ann.words(answer)
    assert ann.labels(answer) == ["Right", "It's another digit", "What you saw"]
    assert Image.open(io.BytesIO(await ann.bytes_of(answer))).format == "JPEG"


async def test_several_digits_come_back_in_reading_order_with_a_button_each(
    ann: Any, page: Callable[..., bytes]
) -> None:
    question = await ann.photo(page("427 15"))
    answer = await ann.reply()
    assert "427 15" in ann.words(answer)
    assert ann.labels(answer) == ["4", "2", "7", "1", "5", "All right", "What you saw"]
    assert answer["reply_to"] == question["id"]


async def test_what_you_saw_sends_the_digit_images(ann: Any, page: Callable[..., bytes]) -> None:
    await ann.photo(page("42"))
    answer = await ann.reply()
    await ann.press(answer, "What you saw")
    message = await ann.reply()
    sheet = Image.open(io.BytesIO(await ann.bytes_of(message)))
    assert min(sheet.size) >= 28 * 4
    assert "The bars say how likely I found each of 0 to 9." in ann.words(message)
    bars = [int(palette.QUANTITY[at : at + 2], 16) for at in (1, 3, 5)]
    assert (np.abs(np.asarray(sheet.convert("RGB"), int) - bars).max(2) < 40).sum() > 1_000


async def test_the_answers_picture_has_a_label_for_each_digit_and_leaves_the_ink_as_it_is(
    ann: Any, page: Callable[..., bytes]
) -> None:
    sent = page("427 15")
    await ann.photo(sent)
    photo, answer = (
        np.asarray(Image.open(io.BytesIO(content)).convert("RGB"), int)
        for content in (sent, await ann.bytes_of(await ann.reply()))
    )
    sure = [int(palette.SURE[at : at + 2], 16) for at in (1, 3, 5)]
    labels = (np.abs(answer - sure).max(2) < 40).astype(np.uint8)
    filled = cv2.morphologyEx(labels, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    assert cv2.connectedComponents(filled)[0] > 5
    if photo.shape == answer.shape:
        ink = photo.max(2) < 90
        assert np.abs(answer - photo).max(2)[ink].mean() < 12  # JPEG, twice


async def test_a_blank_page_gets_no_digit_but_advice(ann: Any, blank: bytes) -> None:
    await ann.photo(blank)
    answer = await ann.reply()
    assert "no digit" in ann.words(answer)
    assert ann.labels(answer) == []


async def test_what_may_be_a_digit_is_asked_about(ann: Any, doubtful: tuple[bytes, str]) -> None:
    photo, label = doubtful
    await ann.photo(photo)
    question = await ann.reply()
    assert ann.words(question) == f"I am not sure that there is a digit. Is this a {label}?"
    await ann.press(question, "Yes")
    assert ann.words(await ann.changed(question)) == f"Corrected: {label}"


async def test_what_is_asked_about_can_be_no_digit(ann: Any, doubtful: tuple[bytes, str]) -> None:
    await ann.photo(doubtful[0])
    question = await ann.reply()
    await ann.press(question, "Not a digit")
    assert ann.words(await ann.changed(question)) == "Corrected: there is no digit in this picture"


async def test_an_image_sent_as_a_file_is_read(ann: Any, page: Callable[..., bytes]) -> None:
    png = io.BytesIO()
    Image.open(io.BytesIO(page("35"))).save(png, "PNG")
    await ann.document(png.getvalue(), "scan.png")
    assert "35" in ann.words(await ann.reply())


async def test_a_static_sticker_is_read(ann: Any, page: Callable[..., bytes]) -> None:
    webp = io.BytesIO()
    Image.open(io.BytesIO(page("8"))).resize((512, 512)).save(webp, "WEBP")
    await ann.sticker(webp.getvalue())
    assert ann.words(await ann.reply()).startswith("8")


async def test_every_photo_of_an_album_is_answered(ann: Any, page: Callable[..., bytes]) -> None:
    await ann.photo(page("12"), page("34"), page("56"))
    said = {ann.words(await ann.reply()) for _ in range(3)}
    assert {text for text in ("12", "34", "56") if any(text in words for words in said)} == {"12", "34", "56"}


async def test_a_photo_behind_a_spoiler_is_answered_behind_one(ann: Any, page: Callable[..., bytes]) -> None:
    await ann.photo(page("7"), spoiler=True)
    assert (await ann.reply())["spoiler"]


async def test_people_are_answered_at_once_and_each_with_their_own(
    bot: Any, people: Any, page: Callable[..., bytes]
) -> None:
    crowd = [await people(f"Person {number}") for number in range(6)]
    await asyncio.gather(*(person.photo(page(f"{number}{number}")) for number, person in enumerate(crowd, 3)))
    answers = await asyncio.gather(*(person.reply() for person in crowd))
    for number, (person, answer) in enumerate(zip(crowd, answers, strict=True), 3):
        assert f"{number}{number}" in person.words(answer)


async def test_an_edited_message_never_acts_again(ann: Any, page: Callable[..., bytes]) -> None:
    said = await ann.says("/start")
    await ann.reply()
    await ann.edits(said, "/privacy")
    await ann.silence()


async def test_the_same_update_twice_is_answered_once(ann: Any, people: Any, page: Callable[..., bytes]) -> None:
    await people.fault("getUpdates", duplicate=True)
    await ann.photo(page("7"))
    await ann.reply()
    await ann.silence(1.0)


async def test_photos_sent_while_the_bot_was_away_are_answered(
    bots: Any, people: Any, page: Callable[..., bytes]
) -> None:
    first = await bots.start()
    ann = await people("Ann")
    await first.end()
    await ann.photo(page("27"))
    await bots.start()
    assert "27" in ann.words(await ann.reply())


async def test_by_webhook_everything_is_as_by_polling(bots: Any, people: Any, page: Callable[..., bytes]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    await bots.start(webhook_url=f"http://127.0.0.1:{port}/digits", webhook_port=port)
    ann = await people("Ann")
    await ann.photo(page("427"))
    answer = await ann.reply()
    assert "427" in ann.words(answer)
    await ann.press(answer, "7")
    await ann.press(await ann.changed(answer), "1")
    await ann.until(lambda: next((m for m in ann.messages.values() if "Corrected: 421" in ann.words(m)), None))
    assert (await people.books())["calls"]["setWebhook"]
