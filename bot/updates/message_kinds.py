"""Every kind of message that python-telegram-bot knows, and what the bot does with it: decided here, once."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final

from telegram import Message
from telegram.constants import MessageType as Kind
from telegram.ext import filters


class Treatment(StrEnum):
    """What is done with a message."""

    PICTURE = auto()  # read
    TEXT = auto()  # a command, a reply of digits, or else the hint
    MOVING = auto()  # refused: only still pictures are read
    SOUND = auto()  # refused, as are the following ones, each in its own words
    PLACE = auto()
    CONTACT = auto()
    POLL = auto()
    GAME = auto()
    WITHHELD = auto()  # Telegram does not give its content to bots
    GIFT = auto()  # thanked for
    OTHER = auto()  # anything else that a person sends: the hint
    SERVICE = auto()  # Telegram's own note about a chat: nobody waits for an answer
    MARK = auto()  # says something of a message of any kind, and is no content


# In the order in which they are tried: an animation is a document too, a venue a location, a live photo a photo
# (Bot API, Message: "for backward compatibility").
TREATMENTS: Final[Mapping[Kind, Treatment]] = MappingProxyType(
    {
        **dict.fromkeys((Kind.ANIMATION, Kind.VIDEO, Kind.VIDEO_NOTE), Treatment.MOVING),
        **dict.fromkeys((Kind.VOICE, Kind.AUDIO), Treatment.SOUND),
        **dict.fromkeys((Kind.LIVE_PHOTO, Kind.PHOTO, Kind.DOCUMENT, Kind.STICKER), Treatment.PICTURE),
        **dict.fromkeys((Kind.VENUE, Kind.LOCATION), Treatment.PLACE),
        Kind.CONTACT: Treatment.CONTACT,
        **dict.fromkeys((Kind.POLL, Kind.CHECKLIST), Treatment.POLL),
        **dict.fromkeys((Kind.DICE, Kind.GAME), Treatment.GAME),
        **dict.fromkeys((Kind.STORY, Kind.PAID_MEDIA), Treatment.WITHHELD),
        **dict.fromkeys((Kind.GIFT, Kind.UNIQUE_GIFT), Treatment.GIFT),
        **dict.fromkeys(
            (
                *(Kind.INVOICE, Kind.SUCCESSFUL_PAYMENT, Kind.REFUNDED_PAYMENT, Kind.PASSPORT_DATA, Kind.WEB_APP_DATA),
                *(Kind.GIVEAWAY, Kind.GIVEAWAY_WINNERS, Kind.USERS_SHARED, Kind.CHAT_SHARED),
            ),
            Treatment.OTHER,
        ),
        Kind.TEXT: Treatment.TEXT,
        **dict.fromkeys(
            (
                *(Kind.GROUP_CHAT_CREATED, Kind.SUPERGROUP_CHAT_CREATED, Kind.CHANNEL_CHAT_CREATED),
                *(Kind.NEW_CHAT_MEMBERS, Kind.LEFT_CHAT_MEMBER, Kind.CHAT_OWNER_CHANGED, Kind.CHAT_OWNER_LEFT),
                *(Kind.NEW_CHAT_TITLE, Kind.NEW_CHAT_PHOTO, Kind.DELETE_CHAT_PHOTO, Kind.CHAT_BACKGROUND_SET),
                *(Kind.MIGRATE_TO_CHAT_ID, Kind.PINNED_MESSAGE, Kind.MESSAGE_AUTO_DELETE_TIMER_CHANGED),
                *(
                    Kind.FORUM_TOPIC_CREATED,
                    Kind.FORUM_TOPIC_EDITED,
                    Kind.FORUM_TOPIC_CLOSED,
                    Kind.FORUM_TOPIC_REOPENED,
                ),
                *(Kind.GENERAL_FORUM_TOPIC_HIDDEN, Kind.GENERAL_FORUM_TOPIC_UNHIDDEN, Kind.PROXIMITY_ALERT_TRIGGERED),
                *(Kind.VIDEO_CHAT_SCHEDULED, Kind.VIDEO_CHAT_STARTED, Kind.VIDEO_CHAT_ENDED),
                *(Kind.VIDEO_CHAT_PARTICIPANTS_INVITED, Kind.BOOST_ADDED, Kind.GIVEAWAY_CREATED),
                *(Kind.GIVEAWAY_COMPLETED, Kind.GIFT_UPGRADE_SENT, Kind.CONNECTED_WEBSITE, Kind.WRITE_ACCESS_ALLOWED),
                *(Kind.CHECKLIST_TASKS_ADDED, Kind.CHECKLIST_TASKS_DONE, Kind.POLL_OPTION_ADDED),
                *(Kind.POLL_OPTION_DELETED, Kind.DIRECT_MESSAGE_PRICE_CHANGED, Kind.PAID_MESSAGE_PRICE_CHANGED),
                *(Kind.SUGGESTED_POST_APPROVED, Kind.SUGGESTED_POST_APPROVAL_FAILED, Kind.SUGGESTED_POST_DECLINED),
                *(Kind.SUGGESTED_POST_PAID, Kind.SUGGESTED_POST_REFUNDED, Kind.MANAGED_BOT_CREATED),
            ),
            Treatment.SERVICE,
        ),
        **dict.fromkeys(
            (
                *(Kind.BUSINESS_CONNECTION_ID, Kind.SENDER_BUSINESS_BOT, Kind.EFFECT_ID, Kind.SENDER_BOOST_COUNT),
                *(Kind.REPLY_TO_STORY, Kind.SUGGESTED_POST_INFO),
            ),
            Treatment.MARK,
        ),
    }
)


def treatment_of(message: Message) -> Treatment:
    """What is done with a message; a kind that is newer than python-telegram-bot counts as ``OTHER``."""
    if message.sticker and (message.sticker.is_animated or message.sticker.is_video):
        return Treatment.MOVING
    if message.migrate_from_chat_id:  # the one service message that is no ``MessageType``
        return Treatment.SERVICE
    kinds = (kind for kind, treatment in TREATMENTS.items() if treatment is not Treatment.MARK and message[kind])
    return next((TREATMENTS[kind] for kind in kinds), Treatment.OTHER)


class Treated(filters.MessageFilter):
    """True for messages that are treated in one of these ways."""

    def __init__(self, *treatments: Treatment) -> None:
        super().__init__()
        self._treatments = frozenset(treatments)

    def filter(self, message: Message) -> bool:
        return treatment_of(message) in self._treatments
