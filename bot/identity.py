"""Who a request is from, whether that is a person, and what it may do: decided here for every handler.

``Message.from_user`` alone does not say it: anonymous admins of all groups share one id there, channels another
(Bot API, Message: ``from`` and ``sender_chat``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:  # the settings import this module, and a command that needs no bot should not load PTB
    from telegram import Chat, Message, Update, User

ANONYMOUS_ADMIN_ID: Final = 1_087_968_824  # @GroupAnonymousBot: the anonymous admins of every group
CHANNEL_ID: Final = 136_817_688  # @Channel_Bot: whoever writes in the name of a channel
SERVICE_ID: Final = 777_000  # Telegram: service notifications, and posts forwarded from a linked channel
SHARED_IDS: Final = frozenset({ANONYMOUS_ADMIN_ID, CHANNEL_ID, SERVICE_ID})


class SenderKind(StrEnum):
    """What stands behind a request."""

    PERSON = auto()
    ANONYMOUS_ADMIN = auto()  # a person who writes in the name of the group itself
    CHANNEL = auto()  # somebody who writes in the name of another chat, or a post forwarded from a linked channel
    BOT = auto()


class Right(StrEnum):
    """What a request may ask for."""

    READ = auto()  # have photos read
    CORRECT = auto()  # correct and undo in words
    PRESS = auto()  # correct by buttons
    CONSENT = (
        auto()
    )  # agree that corrections are used for training, or withdraw that; use the invite word, choose a language
    FORGET = auto()  # have everything of theirs deleted
    ADMIN = auto()  # train and activate models


# A press comes from the person's own account, also an anonymous admin's; nothing shows who writes for a channel.
_RIGHTS: Final[Mapping[SenderKind, frozenset[Right]]] = MappingProxyType(
    {
        SenderKind.PERSON: frozenset(Right),
        SenderKind.ANONYMOUS_ADMIN: frozenset({Right.READ, Right.CORRECT, Right.PRESS}),
        SenderKind.CHANNEL: frozenset({Right.READ, Right.CORRECT}),
        SenderKind.BOT: frozenset({Right.READ}),
    }
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a request is from. ``id``: a person's or bot's own Telegram id, else that of the chat they write for.

    The id is never one of ``SHARED_IDS``, so it can be the key of stored readings: what an anonymous admin sends
    belongs to the group, and to no other group.
    """

    kind: SenderKind
    id: int
    name: str
    language: str = "en"

    @classmethod
    def of(cls, update: Update) -> Self | None:
        """The sender of a new message or of a press; None for an update without one."""
        user, query = update.effective_user, update.callback_query
        if query is not None:
            return cls._of_user(query.from_user, query.message.chat if query.message else None)
        message = update.effective_message
        if message is not None and message.sender_chat is not None:
            return cls._of_chat(message, message.sender_chat)
        return cls._of_user(user, update.effective_chat) if user is not None else None

    @classmethod
    def _of_user(cls, user: User, chat: Chat | None) -> Self:
        language = user.language_code or "en"
        if user.id not in SHARED_IDS:
            kind = SenderKind.BOT if user.is_bot else SenderKind.PERSON
            return cls(kind, user.id, user.full_name, language)
        if chat is None or is_private(chat.id):  # Telegram sends no such update
            return cls(SenderKind.BOT, 0, user.full_name, language)
        kind = SenderKind.ANONYMOUS_ADMIN if user.id == ANONYMOUS_ADMIN_ID else SenderKind.BOT
        return cls(kind, chat.id, chat.effective_name or "", language)

    @classmethod
    def _of_chat(cls, message: Message, chat: Chat) -> Self:
        kind = SenderKind.ANONYMOUS_ADMIN if chat.id == message.chat_id else SenderKind.CHANNEL
        return cls(kind, chat.id, chat.effective_name or "")

    @property
    def is_person(self) -> bool:
        return self.kind is SenderKind.PERSON


@dataclass(frozen=True, slots=True)
class Permissions:
    """What senders may do. ``users`` are listed ids of people, or of groups whose anonymous admins have access."""

    admins: frozenset[int]
    users: frozenset[int]
    open_to_all: bool

    def allows(self, sender: Sender, right: Right) -> bool:
        """Whether this sender may do this; an admin is a person with a listed id of their own."""
        return right in _RIGHTS[sender.kind] and (right is not Right.ADMIN or sender.id in self.admins)

    def is_listed(self, sender: Sender) -> bool:
        """Whether this sender may use the bot without the invite word."""
        return self.open_to_all or sender.id in self.users or self.allows(sender, Right.ADMIN)


def is_private(chat_id: int) -> bool:
    """Whether a chat is a person's private one: groups and channels have negative ids (Bot API, Chat)."""
    return chat_id > 0
