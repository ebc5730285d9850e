"""In groups the bot answers only when it is addressed; in private chats always."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Chat, ForumTopicCreated, Message, MessageEntity, User
from telegram.ext import ExtBot

from bot.filters import Addressed

TOKEN = "1:" + "a" * 35
ANN, DIGITBOT = User(7, "Ann", is_bot=False), User(1, "digitbot", is_bot=True, username="digits_bot")
MOMENT = datetime.now(UTC)


def message(kind: str = "group", **content: Any) -> Message:
    bot: ExtBot[None] = ExtBot(TOKEN)
    bot._bot_user = DIGITBOT
    made = Message(5, MOMENT, Chat(-100, kind), from_user=ANN, **content)
    made.set_bot(bot)
    return made


def reply_to(user: User) -> Message:
    return Message(4, MOMENT, Chat(-100, "group"), from_user=user)


def opening_of_topic(user: User) -> Message:
    return Message(
        4, MOMENT, Chat(-100, "supergroup"), from_user=user, forum_topic_created=ForumTopicCreated("Homework", 1)
    )


def entity(kind: str, length: int) -> list[MessageEntity]:
    return [MessageEntity(kind, 0, length)]


@pytest.mark.parametrize(
    ("content", "addressed"),
    [
        ({"text": "427"}, False),
        ({"text": "427", "kind": "private"}, True),
        ({"text": "@Digits_Bot 427", "entities": entity("mention", 11)}, True),
        ({"text": "@digits_bots 427", "entities": entity("mention", 12)}, False),
        ({"text": "/correct@digits_bot 427", "entities": entity("bot_command", 19)}, True),
        ({"text": "/correct 427", "entities": entity("bot_command", 8)}, False),
        ({"caption": "@digits_bot", "caption_entities": entity("mention", 11)}, True),
        ({"text": "427", "reply_to_message": reply_to(DIGITBOT)}, True),
        ({"text": "427", "reply_to_message": reply_to(ANN)}, False),
        ({"text": "427", "reply_to_message": opening_of_topic(DIGITBOT)}, False),
    ],
    ids=[
        "text",
        "private chat",
        "mention",
        "mention of another",
        "command with name",
        "command without name",
        "mention in a caption",
        "reply to the bot",
        "reply to somebody",
        "message in a topic that the bot opened",
    ],
)
def test_who_is_addressed(content: dict[str, Any], addressed: bool) -> None:
    assert Addressed().filter(message(**content)) is addressed
