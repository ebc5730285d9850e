"""People, chats and messages, and the updates that the bot gets about them. No HTTP in here."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.playground.chat_members import Chat, User
from bot.playground.delivery_log import DeliveryLog
from bot.playground.entities import Text
from bot.playground.errors import AdminIdsExhaustedError
from bot.playground.files import FileStore, Media
from bot.playground.message import Message
from bot.playground.message_store import MessageStore
from bot.playground.notifier import Notifier
from bot.playground.pending_queries import PendingQueries, PendingQuery
from bot.playground.responses import Payload
from bot.playground.update_queue import UpdateQueue

ADMIN_IDS = tuple(range(7_000_001, 7_000_033))
"""Ids kept for admins: always the same, so that a restarted demo knows its visitor again."""


def first_number() -> int:
    """Where ids start: 50 a second of the clock, within 31 bits; a restart never repeats one of the last 16 months."""
    return int(time.time() * 50) % 2**31 + 1


class PlaygroundState:
    """Everything that a Telegram server would remember, in memory."""

    def __init__(
        self, admin_ids: Iterable[int] = ADMIN_IDS, bot_id: int | None = None, languages: Sequence[str] = ("en",)
    ) -> None:
        start = first_number()
        self.languages = tuple(languages)
        self.visitor: User | None = None
        self.bot = User(bot_id or 5_000_000_000 + secrets.randbelow(10**9), "digitbot", is_bot=True)
        self.people: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.messages = MessageStore()
        self.files = FileStore()
        self.delivery_log = DeliveryLog()
        self.updates = UpdateQueue(start, self.delivery_log)
        self.pending_queries = PendingQueries()
        self.guest_queries: dict[str, Message] = {}
        """The messages that mention the bot where it is no member, by their query's id, until they are answered."""
        self.chat_actions: dict[int, tuple[str, float]] = {}
        """The chat action that the bot shows in a chat, and until when on the monotonic clock, in seconds."""
        self.change_notifier = Notifier()
        self._numbers = itertools.count(start)
        self._person_ids = itertools.count(6_000_000_000 + start)
        self._group_ids = itertools.count(-start, -1)
        self._admin_ids = iter(tuple(admin_ids))
        self.last_number = start

    # -- people and chats

    def add_user(self, name: str, language: str = "en", *, admin: bool = False) -> User:
        """A person with a private chat; admins get the ids kept for them. Raises AdminIdsExhaustedError."""
        number = next(self._admin_ids, None) if admin else next(self._person_ids)
        if number is None:
            raise AdminIdsExhaustedError("All ids of admins are given out; start the playground with more of them.")
        person = User(number, name, language, admin)
        self.people[number] = person
        self.chats[number] = Chat(number, (person,))
        self._number()
        return person

    def add_visitor(self, language: str) -> User:
        """The one who uses the page: an admin, made once, whatever browsers they come with.

        Raises AdminIdsExhaustedError.
        """
        self.visitor = self.visitor or self.add_user("You", language, admin=True)
        return self.visitor

    def add_group(self, title: str, people: Iterable[User], *, forum: bool = False) -> Chat:
        """A group of people and the bot; the first of them makes it. The bot gets an update that it was added."""
        chat = Chat(next(self._group_ids), tuple(people), title, bot_may_write=True, is_forum=forum)
        self.chats[chat.id] = chat
        maker = chat.people[0]
        self._queue_update("message", self._add(chat, maker, extra={"group_chat_created": True}))
        statuses: dict[str, str] = {"old_chat_member": "left", "new_chat_member": "member"}
        change: Payload = {"chat": chat.payload(), "from": maker.payload(), "date": int(time.time())}
        for name, status in statuses.items():
            change[name] = {"status": status, "user": self.bot.payload()}
        self.updates.make("my_chat_member", chat.id, change)
        return chat

    def let_bot_write(self, chat: Chat, *, allowed: bool) -> Chat:
        """Lets the bot write into a chat, or no more."""
        self.chats[chat.id] = replace(chat, bot_may_write=allowed)
        return self.chats[chat.id]

    def add_chat_admin(self, chat: Chat, person: User) -> Chat:
        """A member becomes an admin of their group."""
        self.chats[chat.id] = replace(chat, admins=chat.admins | {person.id})
        return self.chats[chat.id]

    def add_topic(self, chat: Chat, name: str) -> Message:
        """The owner of a forum opens a topic; returns the message that opens it."""
        number = self.last_number + 1
        created = {"name": name, "icon_color": 7_322_096}
        message = self._add(chat, chat.people[0], topic=number, extra={"forum_topic_created": created})
        self._queue_update("message", message)
        return message

    def upgrade_group(self, chat: Chat) -> Chat:
        """A group becomes a supergroup with an id of its own; the bot gets Telegram's two service messages of that."""
        supergroup = replace(chat, id=-1_000_000_000_000 + next(self._group_ids), is_supergroup=True)
        self.chats[supergroup.id] = supergroup
        self._queue_update("message", self._add(chat, chat.people[0], extra={"migrate_to_chat_id": supergroup.id}))
        self._queue_update("message", self._add(supergroup, chat.people[0], extra={"migrate_from_chat_id": chat.id}))
        self.chats[chat.id] = replace(chat, upgraded_to=supergroup.id)
        return supergroup

    # -- what people do

    def send_as_user(  # noqa: PLR0913  (a message has that many parts)
        self,
        chat: Chat,
        sender: User,
        text: Text | None = None,
        media: Media | None = None,
        *,
        reply_to: int | None = None,
        album: str | None = None,
        spoiler: bool = False,
        topic: int | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> Message:
        """A person sends a message; the bot gets an update where privacy mode lets it know."""
        if not chat.is_group:
            chat = self.let_bot_write(chat, allowed=True)
        parts = {"text": text, "media": media, "reply_to": reply_to, "album": album, "spoiler": spoiler, "topic": topic}
        message = self._add(chat, sender, **parts, extra=extra or {})
        if self.concerns_bot(message):
            self._queue_update("message", message)
        elif not chat.bot_may_write and self._mentions_bot(message):
            query = str(secrets.randbits(62))
            self.guest_queries[query] = message
            self.updates.make("guest_message", chat.id, self.payload(message) | {"guest_query_id": query})
        return message

    def edit_as_user(self, message: Message, text: Text | None) -> Message:
        """A person edits their own message; the same text is no edit."""
        if message.text == text:
            return message
        message = self.change(message, text=text)
        if self.concerns_bot(message):
            self._queue_update("edited_message", message)
        return message

    def press_button(self, message: Message, person: User, data: str) -> PendingQuery:
        """A person presses a button."""
        query = self.pending_queries.add(message.chat.id)
        content: Payload = {
            "id": query.id,
            "from": person.payload(),
            "message": self.payload(message),
            "chat_instance": str(message.chat.id * 1_000_003),
            "data": data,
        }
        self.updates.make("callback_query", message.chat.id, content)
        return query

    def concerns_bot(self, message: Message) -> bool:
        """Privacy mode (core.telegram.org/bots/features#privacy-mode): in groups only what is meant for the bot."""
        if not message.chat.is_group:
            return True
        if not self.chats[message.chat.id].bot_may_write:
            return False
        replied = self.replied_message(message)
        if replied is not None and replied.by_bot:
            return True
        name = f"@{self.bot.username}".lower()
        commands = (command.lower() for command in (message.text or Text("")).of("bot_command"))
        return any("@" not in one or one.endswith(name) for one in commands) or self._mentions_bot(message)

    def _mentions_bot(self, message: Message) -> bool:
        mentions = (mention.lower() for mention in (message.text or Text("")).of("mention"))
        return f"@{self.bot.username}".lower() in mentions

    # -- what the bot does

    def send_as_bot(  # noqa: PLR0913  (a message has that many parts)
        self,
        chat: Chat,
        text: Text | None = None,
        media: Media | None = None,
        *,
        reply_to: int | None = None,
        album: str | None = None,
        spoiler: bool = False,
        topic: int | None = None,
        keyboard: object = None,
    ) -> Message:
        """The bot sends a message."""
        parts = {"text": text, "media": media, "reply_to": reply_to, "album": album, "spoiler": spoiler, "topic": topic}
        return self._add(chat, self.bot, **parts, keyboard=keyboard)

    # -- messages

    def replied_message(self, message: Message) -> Message | None:
        """The message that this one replies to; None where there is none or it is deleted."""
        return self.messages.get(message.chat.id, message.reply_to) if message.reply_to else None

    def payload(self, message: Message) -> Payload:
        """The Bot API's ``Message``, with the message that it replies to; in a topic the one that opened it."""
        opening = self.messages.get(message.chat.id, message.topic) if message.topic else None
        return message.payload(self.replied_message(message) or (None if opening == message else opening))

    def change(self, message: Message, **changes: object) -> Message:
        """A new state of a message, listed as news; it counts as edited where text or media change."""
        marks = {"edited": int(time.time())} if {"text", "media"} & changes.keys() else {}
        changed = replace(message, news=self._number(), **{**marks, **changes})  # type: ignore[arg-type]
        self.messages.put(changed)
        self.change_notifier.notify()
        return changed

    def delete(self, message: Message) -> None:
        self.change(message, deleted=True)

    def _add(self, chat: Chat, sender: User, **parts: object) -> Message:
        number = self._number()
        message = Message(number, number, chat, sender, int(time.time()), **parts)  # type: ignore[arg-type]
        self.messages.put(message)
        if sender.is_bot:
            self.chat_actions.pop(chat.id, None)
        self.change_notifier.notify()
        return message

    def _number(self) -> int:
        self.last_number = next(self._numbers)
        return self.last_number

    def _queue_update(self, kind: str, message: Message) -> None:
        self.updates.make(kind, message.chat.id, self.payload(message))
