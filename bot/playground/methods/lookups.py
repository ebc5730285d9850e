"""What every method needs: the chat and the message that a call names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from bot.playground.chat_members import Chat
from bot.playground.message import Message
from bot.playground.request import ApiRequest
from bot.playground.responses import ApiError, bad_request
from bot.playground.state import PlaygroundState

ApiMethod: TypeAlias = Callable[[ApiRequest], Awaitable[object]]


def chat_of(state: PlaygroundState, call: ApiRequest) -> Chat:
    """The chat of a call; raises ApiError where the bot may not write there."""
    try:
        chat = state.chats.get(int(call.text("chat_id")))
    except ValueError:
        raise bad_request("chat not found" if call.text("chat_id") else "chat_id is empty") from None
    if chat is None or (not chat.bot_may_write and not chat.is_group):
        raise bad_request("chat not found")
    if chat.upgraded_to is not None:
        reason = "Bad Request: group chat was upgraded to a supergroup chat"
        raise ApiError(400, reason, migrate_to_chat_id=chat.upgraded_to)
    if not chat.bot_may_write:
        raise ApiError(403, "Forbidden: bot is not a member of the group chat")
    return chat


def topic_of(state: PlaygroundState, chat: Chat, call: ApiRequest) -> int | None:
    """The topic that a call names, None for none; raises ApiError where the chat has no such topic."""
    topic = call.integer("message_thread_id")
    if not topic:
        return None
    opening = state.messages.get(chat.id, topic)
    if opening is None or opening.topic != topic:
        raise bad_request("message thread not found")
    return topic


def own_message(state: PlaygroundState, call: ApiRequest, verb: str = "edit") -> Message:
    """The bot's message of a call; raises ApiError where there is none or it is somebody else's."""
    chat = chat_of(state, call)
    message = state.messages.get(chat.id, call.integer("message_id"))
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if not message.by_bot:
        raise bad_request(f"message can't be {verb}ed")
    return message
