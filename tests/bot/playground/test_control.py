"""The control side: what people do and see."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from telegram import Bot, Document, InlineKeyboardButton, InlineKeyboardMarkup, Message, PhotoSize

from bot.playground import Playground
from bot.playground.client import ExpectationError, Participant, People

KEYS = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Right", callback_data="r"), InlineKeyboardButton("Site", url="https://example.org")]]
)


async def told(bot: Bot) -> list[Message]:
    return [update.message for update in await bot.get_updates() if update.message]


async def test_a_photo_arrives_with_caption_and_sizes(
    bot: Bot, ann: Participant, picture: Callable[..., bytes]
) -> None:
    sent = await ann.photo(picture(1600, 1200), caption="/correct 427", spoiler=True)
    message = (await told(bot))[-1]
    assert [size.width for size in message.photo] == [90, 320, 800, 1280]
    assert message.parse_caption_entities() == {message.caption_entities[0]: "/correct"}
    assert message.has_media_spoiler
    assert bytes(await (await message.photo[-1].get_file()).download_as_bytearray()) == await ann.bytes_of(sent)


async def test_several_photos_are_an_album(
    client: httpx.AsyncClient, bot: Bot, ann: Participant, picture: Callable[..., bytes]
) -> None:
    files = [("photo", (f"{number}.jpg", picture(300 + number, 200))) for number in range(11)]
    answer = await client.post(
        f"/playground/chats/{ann.chat}/messages", data={"from": ann.id, "caption": "two"}, files=files
    )
    assert [one["caption"] for one in answer.json()] == ["two", *[""] * 10]
    messages = (await told(bot))[1:]
    assert [message.photo[-1].width for message in messages] == list(range(300, 311))
    assert len({message.media_group_id for message in messages[:10]}) == 1
    assert messages[10].media_group_id is None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("text.jpg", b"this is text"),
        ("cut.jpg", None),
        ("empty.png", b""),
        ("large.jpg", b"\xff" * (10 * 1024 * 1024 + 1)),
    ],
)
async def test_what_cannot_be_a_photo_goes_as_a_document(
    client: httpx.AsyncClient,
    bot: Bot,
    ann: Participant,
    picture: Callable[..., bytes],
    name: str,
    content: bytes | None,
) -> None:
    content = picture()[:2500] if content is None else content
    files = {"photo": (name, content, "image/jpeg")}
    answer = await client.post(f"/playground/chats/{ann.chat}/messages", data={"from": ann.id}, files=files)
    assert answer.json()["kind"] == "document"
    document = (await told(bot))[-1].document
    assert isinstance(document, Document)
    assert (document.file_name, document.mime_type, document.file_size) == (name, "image/jpeg", len(content))


async def test_documents_and_stickers(bot: Bot, ann: Participant, picture: Callable[..., bytes]) -> None:
    await ann.document(picture(640, 480, "PNG"), "scan.png")
    await ann.sticker(picture(512, 512, "PNG"))
    await ann.sticker(b"moving", "a.tgs")
    await ann.sticker(b"moving", "a.webm")
    document, still, animated, video = (await told(bot))[1:]
    assert document.document is not None
    assert isinstance(document.document.thumbnail, PhotoSize)
    assert document.document.mime_type == "image/png"
    flags = [(one.sticker.is_animated, one.sticker.is_video) for one in (still, animated, video) if one.sticker]
    assert flags == [(False, False), (True, False), (False, True)]


async def test_anything_else_can_be_sent_as_the_api_describes_it(bot: Bot, ann: Participant) -> None:
    await ann.sends(location={"latitude": 52.5, "longitude": 13.4})
    location = (await told(bot))[-1].location
    assert location is not None
    assert location.latitude == 52.5
    with pytest.raises(ExpectationError, match="Telegram could not have sent this"):
        await ann.sends(location={"lat": 1})


async def test_presses(client: httpx.AsyncClient, bot: Bot, ann: Participant) -> None:
    await bot.send_message(ann.chat, "7?", reply_markup=KEYS)
    message = await ann.reply()
    assert message["buttons"] == [
        [
            {"text": "Right", "data": "r", "url": None, "style": None},
            {"text": "Site", "data": None, "url": "https://example.org", "style": None},
        ]
    ]
    assert (await ann.press(message, "Site"))["url"] == "https://example.org"
    with pytest.raises(ExpectationError, match="There is no button 'Wrong'"):
        await ann.press(message, "Wrong")
    unanswered = await client.post(
        f"/playground/chats/{ann.chat}/messages/{message['id']}/press",
        json={"from": ann.id, "button": "r", "wait": 0.1},
    )
    assert unanswered.json()["toast"] is None
    assert (await bot.get_updates())[-1].callback_query.data == "r"  # type: ignore[union-attr]


async def test_forged_data_reaches_the_bot(bot: Bot, ann: Participant) -> None:
    await bot.send_message(ann.chat, "7?")
    press = asyncio.create_task(ann.press(await ann.reply(), "c:1:7", forged=True))
    while not (query := (await bot.get_updates(offset=-1, timeout=5))[0].callback_query):
        pass
    assert query.data == "c:1:7"
    await query.answer("no")
    assert (await press)["toast"] == "no"


async def test_news_wait_for_something_to_happen(client: httpx.AsyncClient, bot: Bot, ann: Participant) -> None:
    last = await ann.says("hello")
    path = f"/playground/chats/{ann.chat}/messages"
    waiting = asyncio.create_task(client.get(path, params={"after": last["id"], "wait": 20}))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    sent = await bot.send_message(ann.chat, "7")
    (new,) = (await asyncio.wait_for(waiting, 2)).json()
    assert (new["id"], new["bot"], new["edited"]) == (sent.message_id, True, False)
    await sent.edit_text("8")
    (edited,) = (await client.get(path, params={"after": new["news"], "wait": 5})).json()
    assert (edited["id"], edited["text"], edited["edited"]) == (sent.message_id, "8", True)
    begun = time.monotonic()
    assert (await client.get(path, params={"after": edited["news"], "wait": 0.3})).json() == []
    assert 0.25 < time.monotonic() - begun < 2


async def test_a_long_chat_is_listed_in_pages(client: httpx.AsyncClient, ann: Participant) -> None:
    sent = [await ann.says(str(number)) for number in range(5)]
    path, listed, after = f"/playground/chats/{ann.chat}/messages", [], 0
    while page := (await client.get(path, params={"after": after, "limit": 2})).json():
        assert len(page) <= 2
        listed += page
        after = page[-1]["news"]
    assert [message["id"] for message in listed][1:] == [message["id"] for message in sent]


async def test_edits_are_news_after_the_id_of_the_question(
    client: httpx.AsyncClient, bot: Bot, ann: Participant
) -> None:
    """An outside client that knows ids only sees every state that came after its own message."""
    question = await ann.says("hello")
    sent = await bot.send_message(ann.chat, "7")
    await sent.edit_text("8")
    (seen,) = (await client.get(f"/playground/chats/{ann.chat}/messages", params={"after": question["id"]})).json()
    assert (seen["id"], seen["text"]) == (sent.message_id, "8")


async def test_one_request_has_the_news_of_all_chats(
    client: httpx.AsyncClient, people: People, ann: Participant
) -> None:
    bob = await people("Bob")
    await bob.says("hi")
    there, _ = await people.group("Class", ann, bob)
    news: dict[str, Any] = (await client.get("/playground/news")).json()
    assert [person["name"] for person in news["people"]] == ["Ann", "Bob"]
    assert [(chat["title"], chat["group"]) for chat in news["chats"]] == [
        ("Ann", False),
        ("Bob", False),
        ("Class", True),
    ]
    assert [message["chat"] for message in news["messages"]] == [ann.chat, bob.chat, there.chat]
    assert (await client.get("/playground/news", params={"after": news["news"]})).json()["messages"] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "sentence"),
    [
        ("POST", "/playground/people", {}, 400, "Give the person a name."),
        ("POST", "/playground/groups", {"title": "x", "people": []}, 400, "Give the group a title and people"),
        ("POST", "/playground/groups", {"title": "x", "people": [1]}, 404, "There is no person 1."),
        ("POST", "/playground/chats/1/messages", {"from": 1, "text": "x"}, 404, "There is no chat 1."),
        ("POST", "/playground/chats/{chat}/messages", {"text": "x"}, 404, "There is no person None."),
        (
            "POST",
            "/playground/chats/{chat}/messages",
            {"from": "{other}", "text": "x"},
            403,
            "Bob is not in this chat.",
        ),
        ("POST", "/playground/chats/{chat}/messages", {"from": "{chat}"}, 400, "Bad Request: message text is empty"),
        ("POST", "/playground/chats/{chat}/messages", {"from": "{chat}", "text": "x" * 4097}, 400, "at most 4096"),
        (
            "POST",
            "/playground/chats/{chat}/messages",
            {"from": "{chat}", "text": "x", "reply_to": 1},
            404,
            "There is no message 1",
        ),
        ("GET", "/playground/chats/{chat}/messages?after=x", None, 400, "after is no number."),
        ("GET", "/playground/chats/{chat}/messages?wait=nan", None, 400, "wait is no number."),
        ("GET", "/playground/chats/{chat}/messages?limit=-1", None, 400, "limit as a number from 1 on"),
        (
            "POST",
            "/playground/chats/{chat}/messages",
            {"from": "{chat}", "text": "x", "reply_to": "y"},
            404,
            "message y",
        ),
        ("POST", "/playground/chats/{chat}/messages", {"from": "{chat}", "extra": "{"}, 400, "extra is an object"),
        ("POST", "/playground/chats/{chat}/messages", {"from": "{chat}", "text": "x", "topic": "y"}, 400, "topic is"),
        ("POST", "/playground/chats/{chat}/messages", {"from": "{chat}", "text": "x", "as": "group"}, 400, "in groups"),
        ("GET", "/playground/chats/{chat}/messages/1", None, 404, "There is no message 1 in this chat."),
        ("PUT", "/playground/chats/{chat}/messages/1", {"text": "x"}, 404, "There is no message 1 in this chat."),
        ("POST", "/playground/chats/{chat}/messages/1/press", {"from": "{chat}"}, 404, "There is no message 1"),
        ("GET", "/playground/nothing", None, 404, "Not Found."),
        ("DELETE", "/playground/people", None, 405, "Method Not Allowed."),
    ],
)
async def test_errors_are_one_sentence(
    client: httpx.AsyncClient,
    people: People,
    ann: Participant,
    method: str,
    path: str,
    body: Any,
    status: int,
    sentence: str,
) -> None:
    bob = await people("Bob")
    names = {"{chat}": ann.chat, "{other}": bob.id}
    body = (
        {key: names.get(value, value) if isinstance(value, str) else value for key, value in body.items()}
        if body is not None
        else None
    )
    answer = await client.request(method, path.replace("{chat}", str(ann.chat)), json=body)
    assert answer.status_code == status
    assert sentence in answer.json()["error"]


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff"])
async def test_what_is_no_json_object_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/playground/people", content=body)
    assert answer.status_code == 400
    assert "no JSON" in answer.json()["error"]


async def test_people_edit_their_own_messages_only(client: httpx.AsyncClient, bot: Bot, ann: Participant) -> None:
    sent = await bot.send_message(ann.chat, "7")
    answer = await client.put(f"/playground/chats/{ann.chat}/messages/{sent.message_id}", json={"text": "8"})
    assert answer.status_code == 403


async def test_files_under_unknown_names_are_refused(client: httpx.AsyncClient, ann: Participant) -> None:
    answer = await client.post(f"/playground/chats/{ann.chat}/messages", data={"from": ann.id}, files={"voice": b"x"})
    assert answer.status_code == 400
    assert "photo, document or sticker" in answer.json()["error"]


async def test_a_caption_is_edited_where_there_is_media(
    bot: Bot, ann: Participant, picture: Callable[..., bytes]
) -> None:
    sent = await ann.photo(picture(), caption="7")
    assert (await ann.edits(sent, "8"))["caption"] == "8"
    assert (await bot.get_updates())[-1].edited_message.caption == "8"  # type: ignore[union-attr]


async def test_the_books_balance(bot: Bot, people: People, ann: Participant) -> None:
    for number in range(5):
        await ann.says(str(number))
    updates = await bot.get_updates()
    await bot.get_updates(offset=updates[-1].update_id + 1)
    books = await people.books()
    assert books["updates"] == {"made": 6, "delivered": 6, "acknowledged": 6, "repeated": 0}
    assert books["calls"] == {"getMe": {"ok": 1}, "getUpdates": {"ok": 2}}


async def test_silence_and_patience_end(bot: Bot, ann: Participant) -> None:
    await ann.silence(0.1)
    with pytest.raises(ExpectationError, match="Waited 0 s for the bot to say something"):
        await ann.reply(0.1)
    await bot.send_message(ann.chat, "hello")
    with pytest.raises(ExpectationError, match="was to be silent, but said: 'hello'"):
        await ann.silence(2)


async def test_a_taken_port_is_told(playground: Playground) -> None:
    with pytest.raises(OSError, match="Address already in use"):
        await Playground(port=int(playground.address.rpartition(":")[2])).start()


async def test_the_visitor_is_made_once(playground: Playground, client: httpx.AsyncClient) -> None:
    assert (await client.get("/playground/news")).json()["visitor"] is None
    first = (await client.put("/playground/visitor", json={"language": "de"})).json()
    again = (await client.put("/playground/visitor", json={"language": "en"})).json()
    assert first == again
    assert (first["id"], first["admin"], first["language"]) == (playground.admin_ids[0], True, "de")
    assert (await client.get("/playground/news")).json()["visitor"] == first["id"]
