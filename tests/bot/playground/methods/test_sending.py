"""What the bot sends, as python-telegram-bot gets it back."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.error import BadRequest, EndPointNotFound, NetworkError, TelegramError

from bot.playground import Playground
from bot.playground.client import Participant, People

KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("Right", callback_data="r")]])


async def test_a_message_comes_back_with_entities_keyboard_and_reply(bot: Bot, ann: Participant) -> None:
    question = await ann.says("what is it?")
    sent = await bot.send_message(
        ann.chat,
        "<b>7</b> 😀 /help",
        parse_mode="HTML",
        reply_markup=KEYS,
        reply_parameters=ReplyParameters(question["id"]),
    )
    assert sent.text == "7 😀 /help"
    assert sent.parse_entities() == {sent.entities[0]: "7", sent.entities[1]: "/help"}
    assert sent.reply_markup == KEYS
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "what is it?"
    assert sent.from_user is not None
    assert sent.from_user.is_bot
    seen = await ann.reply()
    assert (seen["text"], seen["reply_to"], seen["buttons"][0][0]["data"]) == ("7 😀 /help", question["id"], "r")


async def test_entities_may_be_listed(bot: Bot, ann: Participant) -> None:
    sent = await bot.send_message(ann.chat, "  7 ", entities=[MessageEntity("bold", 2, 1)])
    assert (sent.text, sent.parse_entities()) == ("7", {sent.entities[0]: "7"})


async def test_markdown_is_known(bot: Bot, ann: Participant) -> None:
    assert (await bot.send_message(ann.chat, "*7*\\!", parse_mode="MarkdownV2")).text_html == "<b>7</b>!"


async def test_limits_of_text(bot: Bot, ann: Participant, picture: Callable[..., bytes]) -> None:
    await bot.send_message(ann.chat, "<b>" + "x" * 4096 + "</b>", parse_mode="HTML")
    with pytest.raises(BadRequest, match="Message is too long"):
        await bot.send_message(ann.chat, "x" * 4097)
    with pytest.raises(BadRequest, match="Message text is empty"):
        await bot.send_message(ann.chat, "<b> </b>", parse_mode="HTML")
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(ann.chat, picture(), caption="x" * 1025)
    with pytest.raises(BadRequest, match="Button_data_invalid"):
        await bot.send_message(
            ann.chat,
            "x",
            reply_markup=InlineKeyboardMarkup.from_button(InlineKeyboardButton("a", callback_data="ü" * 33)),
        )


async def test_a_bot_cannot_write_first(bot: Bot, people: People) -> None:
    bob = await people("Bob")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(bob.chat, "hello")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(12345, "hello")
    await bob.says("hi")
    await bot.send_message(bob.chat, "hello")


async def test_replies_to_what_is_not_there(bot: Bot, ann: Participant) -> None:
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(ann.chat, "x", reply_to_message_id=1)
    sent = await bot.send_message(ann.chat, "x", reply_to_message_id=1, allow_sending_without_reply=True)
    assert sent.reply_to_message is None


async def test_keyboards_that_cannot_be_shown_are_refused(bot: Bot, ann: Participant) -> None:
    with pytest.raises(TelegramError, match="inline keyboards only"):
        await bot.send_message(ann.chat, "x", reply_markup=ReplyKeyboardMarkup([["a"]]))
    await bot.send_message(ann.chat, "x", reply_markup=ReplyKeyboardRemove())


async def test_a_photo_is_recompressed_in_real_sizes(bot: Bot, ann: Participant, picture: Callable[..., bytes]) -> None:
    content = picture(1600, 1000, "PNG")
    sent = await bot.send_photo(
        ann.chat, content, caption="<i>7</i>", parse_mode="HTML", reply_markup=KEYS, has_spoiler=True
    )
    assert [(size.width, size.height) for size in sent.photo] == [(90, 56), (320, 200), (800, 500), (1280, 800)]
    assert sent.has_media_spoiler
    assert sent.caption_html == "<i>7</i>"
    for size in sent.photo:
        fetched = bytes(await (await size.get_file()).download_as_bytearray())
        assert len(fetched) == size.file_size
        assert Image.open(io.BytesIO(fetched)).size == (size.width, size.height)
    seen = await ann.reply()
    assert Image.open(io.BytesIO(await ann.bytes_of(seen))).format == "JPEG"
    assert seen["spoiler"]


async def test_a_photo_can_be_sent_again_by_its_id(bot: Bot, ann: Participant, picture: Callable[..., bytes]) -> None:
    first = await bot.send_photo(ann.chat, picture())
    again = await bot.send_photo(ann.chat, first.photo[0].file_id)
    assert again.photo == first.photo
    with pytest.raises(BadRequest, match="Wrong file identifier"):
        await bot.send_photo(ann.chat, "https://example.org/7.jpg")
    with pytest.raises(BadRequest, match="Can't use file of type photo as document"):
        await bot.send_document(ann.chat, first.photo[0].file_id)


@pytest.mark.parametrize(
    ("content", "words"), [(b"no picture", "Image_process_failed"), (b"", "File must be non-empty")]
)
async def test_bad_photos_are_refused(bot: Bot, ann: Participant, content: bytes, words: str) -> None:
    with pytest.raises(BadRequest, match=words):
        await bot.send_photo(ann.chat, io.BytesIO(content))


async def test_a_document_keeps_its_bytes(bot: Bot, ann: Participant, picture: Callable[..., bytes]) -> None:
    content = picture(640, 480, "PNG")
    sent = await bot.send_document(ann.chat, content, filename="page.png", caption="here")
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.mime_type, sent.document.file_size) == (
        "page.png",
        "image/png",
        len(content),
    )
    assert sent.document.thumbnail is not None
    assert bytes(await (await sent.document.get_file()).download_as_bytearray()) == content
    assert await ann.bytes_of(await ann.reply()) == content


async def test_too_large_an_upload_is_refused(bot: Bot, ann: Participant) -> None:
    with pytest.raises(NetworkError, match="Request Entity Too Large"):
        await bot.send_document(ann.chat, b"x" * (50 * 1024 * 1024 + 1), filename="a.bin")


async def test_albums(bot: Bot, ann: Participant, picture: Callable[..., bytes]) -> None:
    photos = [
        InputMediaPhoto(picture(), caption="<b>two</b>", parse_mode="HTML"),
        InputMediaPhoto(picture(300, 300), has_spoiler=True),
    ]
    sent = await bot.send_media_group(ann.chat, photos)
    assert len({message.media_group_id for message in sent}) == 1
    assert [message.caption for message in sent] == ["two", None]
    assert sent[1].has_media_spoiler
    zips = [InputMediaDocument(b"a", filename="a.txt"), InputMediaDocument(b"b", filename="b.txt")]
    assert [
        message.document.file_name for message in await bot.send_media_group(ann.chat, zips) if message.document
    ] == ["a.txt", "b.txt"]
    with pytest.raises(BadRequest, match="can't be mixed"):
        await bot.send_media_group(ann.chat, [photos[0], zips[0]])
    with pytest.raises(BadRequest, match="Wrong number"):
        await bot.send_media_group(ann.chat, photos[:1])


async def test_a_sticker(bot: Bot, ann: Participant, picture: Callable[..., bytes]) -> None:
    sent = await bot.send_sticker(ann.chat, picture(512, 512, "WEBP"))
    assert sent.sticker is not None
    assert not sent.sticker.is_animated
    assert Image.open(io.BytesIO(bytes(await (await sent.sticker.get_file()).download_as_bytearray()))).format == "WEBP"


async def test_a_chat_action_is_seen_until_the_next_message(bot: Bot, ann: Participant) -> None:
    async def doing() -> dict[str, str]:
        found: dict[str, str] = (await ann.client.get("/playground/news")).json()["doing"]
        return found

    await bot.send_chat_action(ann.chat, "upload_photo")
    assert await doing() == {str(ann.chat): "upload_photo"}
    await bot.send_message(ann.chat, "done")
    assert await doing() == {}
    with pytest.raises(BadRequest, match="Wrong parameter action"):
        await bot.send_chat_action(ann.chat, "dance")


async def test_unknown_methods_and_those_that_are_not_written(
    bot: Bot, ann: Participant, playground: Playground
) -> None:
    with pytest.raises(TelegramError, match="the playground has no sendDice"):
        await bot.send_dice(ann.chat)
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("sendNothing")
    answer = await ann.client.post(f"/bot{playground.token}/SENDMESSAGE", json={"chat_id": ann.chat, "text": "hi"})
    assert answer.json()["result"]["text"] == "hi"


async def test_a_wrong_token_is_unauthorised(playground: Playground, people: People) -> None:
    answer = await people.client.post("/bot1:wrong/getMe")
    assert (answer.status_code, answer.json()) == (401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
    assert (await people.client.get("/file/bot1:wrong/photos/file_0.jpg")).status_code == 401


async def test_what_cannot_be_a_token_is_not_found(people: People) -> None:
    answer = await people.client.post("/botwrong/getMe")
    assert (answer.status_code, answer.json()) == (404, {"ok": False, "error_code": 404, "description": "Not Found"})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "parameter chat_id is missing"),
        ({"chat_id": "x", "text": "a"}, "chat not found"),
        ({"text": "a", "chat_id": 1, "reply_markup": "{"}, "chat not found"),
    ],
)
async def test_broken_calls_are_bad_requests(
    playground: Playground, people: People, body: dict[str, object], words: str
) -> None:
    answer = await people.client.post(f"/bot{playground.token}/sendMessage", data=body)
    assert answer.status_code == 400
    assert words in answer.json()["description"]
