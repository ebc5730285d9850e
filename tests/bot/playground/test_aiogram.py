"""Every payload is read by aiogram's strict types too, and they know every field of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from aiogram.types import BotCommand, BotDescription, ChatFullInfo, File, Message, Update, User, WebhookInfo
from pydantic import BaseModel

from bot.playground import Playground
from bot.playground.client import Participant, People


def unknown(model: BaseModel, where: str) -> list[str]:
    """Fields that aiogram does not know, anywhere inside."""
    found = [f"{where}.{name}" for name in model.model_extra or {}]
    for name, value in model:
        for one in value if isinstance(value, list) else [value]:
            for part in one if isinstance(one, list) else [one]:
                if isinstance(part, BaseModel):
                    found += unknown(part, f"{where}.{name}")
    return found


def read(kind: type[BaseModel], payload: Any) -> None:
    model = kind.model_validate(payload)
    assert unknown(model, kind.__name__) == []


@pytest.fixture
def call(client: httpx.AsyncClient, playground: Playground) -> Callable[..., Any]:
    async def ask(method: str, files: Any = None, **fields: Any) -> Any:
        answer = (await client.post(f"/bot{playground.token}/{method}", data=fields, files=files)).json()
        assert answer["ok"], answer
        return answer["result"]

    return ask


async def test_results(
    call: Callable[..., Any], ann: Participant, people: People, picture: Callable[..., bytes]
) -> None:
    (there,) = await people.group("Class", ann)
    keys = '{"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}'
    read(User, await call("getMe"))
    text = await call("sendMessage", chat_id=ann.chat, text="<b>7</b> /start", parse_mode="HTML", reply_markup=keys)
    read(Message, text)
    reply = f'{{"message_id": {text["message_id"]}}}'
    photo = await call(
        "sendPhoto", {"photo": picture()}, chat_id=ann.chat, caption="x", reply_parameters=reply, has_spoiler="true"
    )
    read(Message, photo)
    document = await call("sendDocument", {"document": ("a.png", picture(form="PNG"))}, chat_id=there.chat)
    read(Message, document)
    read(Message, await call("sendSticker", {"sticker": picture()}, chat_id=ann.chat))
    read(Message, await call("editMessageText", chat_id=ann.chat, message_id=text["message_id"], text="8"))
    album = '[{"type": "photo", "media": "attach://a"}, {"type": "photo", "media": "attach://b", "caption": "c"}]'
    for one in await call("sendMediaGroup", {"a": picture(), "b": picture()}, chat_id=ann.chat, media=album):
        read(Message, one)
    read(File, await call("getFile", file_id=photo["photo"][0]["file_id"]))
    read(ChatFullInfo, await call("getChat", chat_id=there.chat))
    read(WebhookInfo, await call("getWebhookInfo"))
    read(BotDescription, {"description": "", **await call("getMyDescription")})
    await call("setMyCommands", commands='[{"command": "start", "description": "x"}]')
    for one in await call("getMyCommands"):
        read(BotCommand, one)


async def test_updates(
    call: Callable[..., Any], ann: Participant, people: People, picture: Callable[..., bytes]
) -> None:
    sent = await call(
        "sendMessage",
        chat_id=ann.chat,
        text="7",
        reply_markup='{"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}',
    )
    answer = await ann.reply()
    message = await ann.says("/start@playground_bot see https://example.org", reply_to=answer)
    await ann.edits(message, "other")
    await ann.photo(picture(1500, 900), picture(), caption="two")
    await ann.document(picture(form="PNG"), "a.png")
    await ann.sticker(picture())
    await ann.sends(location={"latitude": 1.5, "longitude": 2.5})
    await people.group("Class", ann)
    press = asyncio.create_task(ann.press(answer, "a"))
    while "callback_query" not in (updates := await call("getUpdates", timeout=1))[-1]:
        pass
    for update in updates:
        read(Update, update)
    kinds = [kind for update in updates for kind in update if kind != "update_id"]
    assert kinds == [
        "message",
        "message",
        "edited_message",
        *["message"] * 5,
        "message",
        "my_chat_member",
        "callback_query",
    ]
    assert sent["message_id"] == answer["id"]
    await call("answerCallbackQuery", callback_query_id=updates[-1]["callback_query"]["id"])
    await press


def test_unknown_fields_are_found() -> None:
    user = {"id": 1, "is_bot": False, "first_name": "a", "can_join_group": True}
    with pytest.raises(AssertionError):
        read(User, user)
