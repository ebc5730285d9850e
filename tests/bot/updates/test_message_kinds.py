"""Every kind of message that python-telegram-bot knows is treated on purpose, and answered once or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Chat, Message, Update, User
from telegram.constants import MessageType
from telegram.ext import filters

from bot.handlers.other_messages import ANSWERS
from bot.updates.message_kinds import TREATMENTS, Treatment

ANN = {"id": 8, "is_bot": False, "first_name": "Ann"}
CHAT = {"id": 7, "type": "private", "first_name": "Ann"}
GROUP = {"id": -100, "type": "supergroup", "title": "Class"}
FILE = {"file_id": "f", "file_unique_id": "u"}
FRAME = {**FILE, "width": 320, "height": 240, "file_size": 9000}
CLIP = {**FRAME, "duration": 3}
PLACE = {"longitude": 1.0, "latitude": 2.0}
OPTION = {"persistent_id": "1", "text": "7", "voter_count": 0}
POLL = {
    "id": "1",
    "question": "7?",
    "options": [OPTION],
    "total_voter_count": 0,
    "type": "regular",
    **dict.fromkeys(("is_closed", "is_anonymous", "allows_multiple_answers", "allows_revoting", "members_only"), False),
}
STICKER = {**FRAME, "type": "regular", "is_animated": False, "is_video": False}
TASK = {"id": 1, "text": "7"}
MONEY = {"currency": "XTR", "total_amount": 1}
PAID = {**MONEY, "invoice_payload": "x", "telegram_payment_charge_id": "c", "provider_payment_charge_id": "p"}
GIFT = {"id": "g", "sticker": STICKER, "star_count": 1}
SERVICE = [kind for kind, treatment in TREATMENTS.items() if treatment is Treatment.SERVICE]
# A message of each kind with the fewest fields that the Bot API sends.
CONTENT: dict[str, Any] = {
    "animation": {"animation": CLIP, "document": FILE},
    "audio": {"audio": {**FILE, "duration": 1}},
    "video": {"video": CLIP},
    "video_note": {"video_note": {**FILE, "length": 240, "duration": 1}},
    "voice": {"voice": {**FILE, "duration": 1}},
    "photo": {"photo": [FRAME]},
    "live_photo": {"live_photo": CLIP, "photo": [FRAME]},
    "document": {"document": {**FILE, "file_size": 9000}},
    "sticker": {"sticker": STICKER},
    "location": {"location": PLACE},
    "venue": {"venue": {"location": PLACE, "title": "t", "address": "a"}, "location": PLACE},
    "contact": {"contact": {"phone_number": "427", "first_name": "Ann"}},
    "poll": {"poll": POLL},
    "checklist": {"checklist": {"title": "t", "tasks": [TASK]}},
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "game": {"game": {"title": "t", "description": "d", "photo": [FRAME]}},
    "story": {"story": {"id": 1, "chat": CHAT}},
    "paid_media": {"paid_media": {"star_count": 1, "paid_media": [{"type": "preview"}]}},
    "gift": {"gift": {"gift": GIFT}},
    "invoice": {"invoice": {**MONEY, "title": "t", "description": "d", "start_parameter": "s"}},
    "successful_payment": {"successful_payment": PAID},
    "refunded_payment": {"refunded_payment": PAID},
    "passport_data": {"passport_data": {"data": [], "credentials": {"data": "", "hash": "", "secret": ""}}},
    "web_app_data": {"web_app_data": {"data": "427", "button_text": "b"}},
    "giveaway": {"giveaway": {"chats": [GROUP], "winners_selection_date": 1, "winner_count": 1}},
    "giveaway_winners": {
        "giveaway_winners": {
            "chat": GROUP,
            "giveaway_message_id": 1,
            "winners_selection_date": 1,
            "winner_count": 1,
            "winners": [ANN],
        }
    },
    "users_shared": {"users_shared": {"request_id": 1, "users": [{"user_id": 9}]}},
    "chat_shared": {"chat_shared": {"request_id": 1, "chat_id": -5}},
    "text": {"text": "hello"},
    "moving sticker": {"sticker": {**STICKER, "is_animated": True}},
    "video sticker": {"sticker": {**STICKER, "is_video": True}},
    "a kind of tomorrow": {"hologram": {"file_id": "h"}},
}
# Their objects take a dozen fields each; a true value stands for them.
UNMADE = {"unique_gift"}


def answers(calls: list[Any]) -> list[str]:
    return [call.words for call in calls if call.method in {"sendMessage", "sendPhoto"}]


def test_every_kind_of_message_has_its_treatment() -> None:
    assert TREATMENTS.keys() == set(MessageType)
    sent = {kind for kind, treatment in TREATMENTS.items() if treatment not in {Treatment.SERVICE, Treatment.MARK}}
    assert {*CONTENT, *UNMADE} >= sent


def test_every_filter_of_ptb_for_a_service_message_has_its_kind() -> None:
    """A service message that PTB comes to know is no ``MessageType`` at once."""
    named = {name.lower() for name in vars(filters.StatusUpdate) if name.isupper()} - {"all", "chat_created", "migrate"}
    assert named <= {str(kind) for kind in MessageType}


@pytest.mark.parametrize("kind", CONTENT)
def test_what_a_person_sends_in_private_gets_one_answer(line: Any, kind: str) -> None:
    assert len(answers(line.message(**CONTENT[kind]))) == 1


@pytest.mark.parametrize("kind", CONTENT)
def test_nothing_is_answered_in_a_group_where_the_bot_is_not_addressed(line: Any, kind: str) -> None:
    assert line.message(chat=GROUP, **CONTENT[kind]) == []


@pytest.mark.parametrize("kind", CONTENT)
def test_a_reply_to_the_bot_in_a_group_gets_one_answer(line: Any, kind: str) -> None:
    said = {"message_id": 3, "date": 1, "chat": GROUP, "from": line.app.bot.bot.to_dict(), "text": "7"}
    assert len(answers(line.message(chat=GROUP, reply_to_message=said, **CONTENT[kind]))) == 1


@pytest.mark.parametrize("kind", [*SERVICE, "migrate_from_chat_id"])
@pytest.mark.parametrize("chat", [Chat(7, "private"), Chat(-100, "supergroup")], ids=["private", "group"])
def test_a_service_message_is_answered_nowhere(line: Any, kind: str, chat: Chat) -> None:
    """Some of their objects take a dozen fields: a true value stands for them."""
    many = kind in {MessageType.NEW_CHAT_MEMBERS, MessageType.NEW_CHAT_PHOTO}
    content: dict[str, Any] = {kind: (True,) if many else True}
    made = Message(1, datetime.now(UTC), chat, User(8, "Ann", is_bot=False), **content)
    made.set_bot(line.app.bot)
    line.telegram.calls.clear()
    line.runner.run(line.app.process_update(Update(next(line.updates), message=made)))
    assert made[kind]
    assert line.telegram.calls == []


def test_each_refusal_has_words_of_its_own(line: Any) -> None:
    kinds = ("video", "voice", "venue", "contact", "poll", "dice", "story", "gift")
    assert len({answers(line.message(**CONTENT[kind]))[0] for kind in kinds}) == len(kinds) == len(ANSWERS)
