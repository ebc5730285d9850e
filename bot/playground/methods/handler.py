"""What every method needs: the chat and the message that a call names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from bot.playground.call import Call
from bot.playground.message import Message
from bot.playground.people import Chat
from bot.playground.wire import ApiError, bad_request
from bot.playground.world import World

Handler: TypeAlias = Callable[[Call], Awaitable[object]]


def chat_of(world: World, call: Call) -> Chat:
    """The chat of a call; raises ApiError where the bot may not write there."""
    try:
        chat = world.chats.get(int(call.text("chat_id")))
    except ValueError:
        raise bad_request("chat not found" if call.text("chat_id") else "chat_id is empty") from None
    if chat is None or (not chat.open and not chat.is_group):
        raise bad_request("chat not found")
    if not chat.open:
        raise ApiError(403, "Forbidden: bot is not a member of the group chat")
    return chat


def own_message(world: World, call: Call, verb: str = "edit") -> Message:
    """The bot's message of a call; raises ApiError where there is none or it is somebody else's."""
    chat = chat_of(world, call)
    message = world.message(chat.id, call.integer("message_id"))
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if not message.by_bot:
        raise bad_request(f"message can't be {verb}ed")
    return message
