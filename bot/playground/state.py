"""The world: people, chats and messages, and what the bot is told of them. No HTTP in here."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bot.errors import BotError
from bot.playground.chat_members import Chat, Person
from bot.playground.delivery_log import DeliveryLog
from bot.playground.entities import Text
from bot.playground.files import FileStore, Media
from bot.playground.message import Message
from bot.playground.notifier import Notifier
from bot.playground.pending_queries import CallbackQueries, PendingQuery
from bot.playground.responses import Payload
from bot.playground.update_queue import Updates

ADMIN_IDS = tuple(range(7_000_001, 7_000_033))
"""Ids kept for admins: always the same, so that a restarted demo knows its visitor again."""


class NoRoomError(BotError):
    """Something was asked for that is not there; the message is one sentence."""


def clock_number() -> int:
    """Where ids start: 50 a second of the clock, within 31 bits; a restart never repeats one of the last 16 months."""
    return int(time.time() * 50) % 2**31 + 1


class PlaygroundState:
    """Everything that a Telegram server would remember, in memory."""

    def __init__(self, admin_ids: Iterable[int] = ADMIN_IDS) -> None:
        start = clock_number()
        self.bot = Person(5_000_000_000 + secrets.randbelow(10**9), "digitbot", is_bot=True)
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.messages: dict[tuple[int, int], Message] = {}
        """In the order of their last changes."""
        self.files = FileStore()
        self.books = DeliveryLog()
        self.updates = Updates(start, self.books)
        self.presses = CallbackQueries()
        self.doing: dict[int, tuple[str, float]] = {}
        """What the bot is doing in a chat (a chat action), and until when on the monotonic clock."""
        self.news = Notifier()
        self._numbers = itertools.count(start)
        self._person_ids = itertools.count(6_000_000_000 + start)
        self._group_ids = itertools.count(-start, -1)
        self._admin_ids = iter(tuple(admin_ids))
        self.last_number = start

    # -- people and chats

    def add_person(self, name: str, language: str = "en", *, admin: bool = False) -> Person:
        """A person with a private chat. Admins get the ids kept for them; raises NoRoomError when all are given out."""
        number = next(self._admin_ids, None) if admin else next(self._person_ids)
        if number is None:
            raise NoRoomError("All ids of admins are given out; start the playground with more of them.")
        person = Person(number, name, language, admin)
        self.people[number] = person
        self.chats[number] = Chat(number, (person,))
        self._number()
        return person

    def add_group(self, title: str, people: Iterable[Person]) -> Chat:
        """A group of people and the bot; the first of them makes it. The bot is told that it was added."""
        chat = Chat(next(self._group_ids), tuple(people), title, open=True)
        self.chats[chat.id] = chat
        maker = chat.people[0]
        self._told("message", self._add(chat, maker, extra={"group_chat_created": True}))
        statuses: dict[str, str] = {"old_chat_member": "left", "new_chat_member": "member"}
        change: Payload = {"chat": chat.payload(), "from": maker.payload(), "date": int(time.time())}
        for name, status in statuses.items():
            change[name] = {"status": status, "user": self.bot.payload()}
        self.updates.make("my_chat_member", change)
        return chat

    def open(self, chat: Chat, *, to_bot: bool) -> Chat:
        """Lets the bot write into a chat, or no more."""
        self.chats[chat.id] = replace(chat, open=to_bot)
        return self.chats[chat.id]

    # -- what people do

    def say(  # noqa: PLR0913  (a message has that many parts)
        self,
        chat: Chat,
        sender: Person,
        text: Text | None = None,
        media: Media | None = None,
        *,
        reply_to: int | None = None,
        album: str | None = None,
        spoiler: bool = False,
        extra: Mapping[str, object] | None = None,
    ) -> Message:
        """A person sends a message; the bot is told where privacy mode lets it know."""
        if not chat.is_group:
            chat = self.open(chat, to_bot=True)
        message = self._add(
            chat, sender, text=text, media=media, reply_to=reply_to, album=album, spoiler=spoiler, extra=extra or {}
        )
        if self.concerns_bot(message):
            self._told("message", message)
        return message

    def correct(self, message: Message, text: Text | None) -> Message:
        """A person edits their own message; the same text is no edit."""
        if message.text == text:
            return message
        message = self.change(message, text=text)
        if self.concerns_bot(message):
            self._told("edited_message", message)
        return message

    def press(self, message: Message, person: Person, data: str) -> PendingQuery:
        """A person presses a button."""
        press = self.presses.add()
        content: Payload = {
            "id": press.id,
            "from": person.payload(),
            "message": self.payload(message),
            "chat_instance": str(message.chat.id * 1_000_003),
            "data": data,
        }
        self.updates.make("callback_query", content)
        return press

    def concerns_bot(self, message: Message) -> bool:
        """Privacy mode (core.telegram.org/bots/features#privacy-mode): in groups only what is meant for the bot."""
        if not message.chat.is_group:
            return True
        if not self.chats[message.chat.id].open:
            return False
        answered = self.answered(message)
        if answered is not None and answered.by_bot:
            return True
        name = f"@{self.bot.username}".lower()
        text = message.text or Text("")
        commands = (command.lower() for command in text.of("bot_command"))
        mentions = (mention.lower() for mention in text.of("mention"))
        return any("@" not in command or command.endswith(name) for command in commands) or name in mentions

    # -- what the bot does

    def post(  # noqa: PLR0913  (a message has that many parts)
        self,
        chat: Chat,
        text: Text | None = None,
        media: Media | None = None,
        *,
        reply_to: int | None = None,
        album: str | None = None,
        spoiler: bool = False,
        keyboard: object = None,
    ) -> Message:
        """The bot sends a message."""
        return self._add(
            chat, self.bot, text=text, media=media, reply_to=reply_to, album=album, spoiler=spoiler, keyboard=keyboard
        )

    # -- messages

    def message(self, chat_id: int, message_id: int) -> Message | None:
        """A message that is there and not deleted."""
        message = self.messages.get((chat_id, message_id))
        return None if message is None or message.deleted else message

    def answered(self, message: Message) -> Message | None:
        """The message that this one replies to."""
        return self.message(message.chat.id, message.reply_to) if message.reply_to else None

    def payload(self, message: Message) -> Payload:
        return message.payload(self.answered(message))

    def since(self, news: int, chat_id: int | None = None) -> Iterator[Message]:
        """Messages that are new or changed after a number, oldest first; deleted ones only as news."""
        later = itertools.takewhile(lambda one: one.news > news, reversed(self.messages.values()))
        wanted = [one for one in later if chat_id in {None, one.chat.id} and (news or not one.deleted)]
        yield from reversed(wanted)

    def change(self, message: Message, **changes: object) -> Message:
        """A new state of a message: people see it as news. Marks it as edited, where the text is what changes."""
        marks = {"edited": int(time.time())} if {"text", "media"} & changes.keys() else {}
        changed = replace(message, news=self._number(), **{**marks, **changes})  # type: ignore[arg-type]
        del self.messages[message.key]
        self.messages[message.key] = changed
        self.news.ring()
        return changed

    def delete(self, message: Message) -> None:
        self.change(message, deleted=True)

    def _add(self, chat: Chat, sender: Person, **parts: object) -> Message:
        number = self._number()
        message = Message(number, number, chat, sender, int(time.time()), **parts)  # type: ignore[arg-type]
        self.messages[message.key] = message
        if sender.is_bot:
            self.doing.pop(chat.id, None)
        self.news.ring()
        return message

    def _number(self) -> int:
        self.last_number = next(self._numbers)
        return self.last_number

    def _told(self, kind: str, message: Message) -> None:
        self.updates.make(kind, self.payload(message))
