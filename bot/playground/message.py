"""A message in a chat. Frozen: an edit makes a new one, so an update that waits never shows a later text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.playground.chat_members import Chat, User
from bot.playground.entities import Text
from bot.playground.files import Media, SentPhoto
from bot.playground.keyboard import Keyboard
from bot.playground.responses import Payload, filled


@dataclass(frozen=True)
class Message:
    """What one sender put into one chat. ``text`` is the caption where there is media.

    ``news`` is the number of the last change; new messages and changes draw from one counter, so that a
    reader who has seen everything up to a number can ask for what came after it.
    """

    id: int
    news: int
    chat: Chat
    sender: User
    date: int
    text: Text | None = None
    media: Media | None = None
    keyboard: Keyboard | None = None
    reply_to: int | None = None
    album: str | None = None
    spoiler: bool = False
    topic: int | None = None
    """The id of the message that opened its topic; None outside of topics and in a forum's General topic."""
    edited: int | None = None
    deleted: bool = False
    reaction: str | None = None
    """The emoji that the bot put under it."""
    extra: Mapping[str, object] = field(default_factory=dict)
    """Further fields of the Bot API's Message as they are: service messages, locations, voices."""

    @property
    def key(self) -> tuple[int, int]:
        return self.chat.id, self.id

    @property
    def by_bot(self) -> bool:
        return self.sender.is_bot

    def content(self) -> Payload:
        """Everything that an edit can change: two equal ones mean "message is not modified"."""
        text = self.text.payload("caption" if self.media else "text") if self.text else {}
        keyboard = filled(reply_markup=self.keyboard and self.keyboard.payload())
        return text | (self.media.payload() if self.media else {}) | keyboard

    def payload(self, replied: Message | None = None) -> Payload:
        """The Bot API's ``Message``; ``replied`` is the message it replies to, shown one level deep."""
        spoiler = self.spoiler and isinstance(self.media, SentPhoto)
        return {
            "message_id": self.id,
            "from": self.sender.payload(),
            "chat": self.chat.payload(),
            "date": self.date,
            **self.content(),
            **filled(
                edit_date=self.edited,
                media_group_id=self.album,
                has_media_spoiler=spoiler,
                message_thread_id=self.topic,
                is_topic_message=self.topic is not None,
                reply_to_message=replied and replied.payload(),
            ),
            **self.extra,
        }
