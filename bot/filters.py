"""Filters for PTB's handlers: in a group the bot answers only when it is addressed."""

from __future__ import annotations

from telegram import Message, MessageEntity
from telegram.constants import ChatType
from telegram.ext import filters

from bot.updates.albums import Albums


class Addressed(filters.MessageFilter):
    """True in private chats; in groups for a reply to the bot, a mention of it, and a command that names it."""

    def filter(self, message: Message) -> bool:
        if message.chat.type == ChatType.PRIVATE:
            return True
        bot = message.get_bot()
        replied = message.reply_to_message
        # Every message of a forum's topic replies at least to the one that opened it.
        if replied and not replied.forum_topic_created and replied.from_user and replied.from_user.id == bot.id:
            return True
        return self._mentions(message, f"@{bot.username}".lower())

    @staticmethod
    def _mentions(message: Message, name: str) -> bool:
        kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.BOT_COMMAND]
        entities = {**message.parse_entities(kinds), **message.parse_caption_entities(kinds)}
        return any(text.lower().endswith(name) for text in entities.values())


class InAddressedAlbum(filters.MessageFilter):
    """True for a picture of an album of which one addresses the bot: Telegram puts an album's caption on one alone.
    Also for one that arrives after such an album was summed up."""

    def __init__(self, albums: Albums) -> None:
        super().__init__()
        self._albums = albums
        self._addressed = Addressed()

    def filter(self, message: Message) -> bool:
        if self._albums.was_answered(message):
            return True
        return any(self._addressed.filter(each) for each in self._albums.companions(message))


class AsksForPicture(filters.MessageFilter):
    """True for words without digits in reply to somebody's picture: with a mention of the bot they ask to read it."""

    def filter(self, message: Message) -> bool:
        replied, words = message.reply_to_message, message.text or ""
        if replied is None or (replied.from_user and replied.from_user.id == message.get_bot().id):
            return False
        return bool(replied.photo or replied.document or replied.sticker) and not any(map(str.isdecimal, words))


class RepliesElsewhere(filters.MessageFilter):
    """True for a reply to a message of another chat or topic, which the bot does not see."""

    def filter(self, message: Message) -> bool:
        return message.external_reply is not None
