"""Who an update is from, and what they may do."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Update

from bot.identity import ANONYMOUS_ADMIN_ID, CHANNEL_ID, SERVICE_ID, SHARED_IDS, Permissions, Right, Sender, SenderKind

ANN = {"id": 7, "is_bot": False, "first_name": "Ann", "last_name": "Lee", "language_code": "de"}
GROUP = {"id": -100, "type": "supergroup", "title": "Class"}
OTHER_GROUP = {"id": -200, "type": "supergroup", "title": "Other"}
CHANNEL = {"id": -300, "type": "channel", "title": "News"}
PERMISSIONS = Permissions(admins=frozenset({7, ANONYMOUS_ADMIN_ID, -100}), users=frozenset({8}), open_to_all=False)


def shared(number: int) -> dict[str, Any]:
    return {"id": number, "is_bot": number != SERVICE_ID, "first_name": "shared"}


def sender(user: dict[str, Any], chat: dict[str, Any] = GROUP, **fields: Any) -> Sender:
    message = {"message_id": 1, "date": 1, "chat": chat, "from": user, **fields}
    found = Sender.of(Update.de_json({"update_id": 1, "message": message}))
    assert found is not None
    return found


def presser(user: dict[str, Any], message: dict[str, Any] | None) -> Sender:
    query = {"id": "1", "from": user, "chat_instance": "c", "data": "x", **({"message": message} if message else {})}
    found = Sender.of(Update.de_json({"update_id": 1, "callback_query": query}))
    assert found is not None
    return found


def test_a_person_is_themselves_in_every_chat() -> None:
    private = {"id": 7, "type": "private", "first_name": "Ann"}
    for chat in (GROUP, OTHER_GROUP, private):
        assert sender(ANN, chat) == Sender(SenderKind.PERSON, 7, "Ann Lee", "de")


def test_an_anonymous_admin_is_the_group_and_no_other_group() -> None:
    here = sender(shared(ANONYMOUS_ADMIN_ID), GROUP, sender_chat=GROUP)
    there = sender(shared(ANONYMOUS_ADMIN_ID), OTHER_GROUP, sender_chat=OTHER_GROUP)
    assert (here.kind, here.id, here.name) == (SenderKind.ANONYMOUS_ADMIN, -100, "Class")
    assert there.id == -200


@pytest.mark.parametrize("account", [CHANNEL_ID, SERVICE_ID])
def test_a_channel_and_its_forwarded_posts_are_the_channel(account: int) -> None:
    found = sender(shared(account), GROUP, sender_chat=CHANNEL)
    assert (found.kind, found.id) == (SenderKind.CHANNEL, -300)


def test_sender_chat_counts_whatever_account_stands_beside_it() -> None:
    found = sender(ANN, GROUP, sender_chat=CHANNEL)
    assert not found.is_person
    assert found.id != 7


@pytest.mark.parametrize("account", sorted(SHARED_IDS))
@pytest.mark.parametrize("chat", [GROUP, {"id": 7, "type": "private", "first_name": "Ann"}])
def test_a_shared_id_is_never_anybodys_key(account: int, chat: dict[str, Any]) -> None:
    message = {"message_id": 1, "date": 1, "chat": chat, "text": "x"}
    for found in (sender(shared(account), chat), presser(shared(account), message), presser(shared(account), None)):
        assert not found.is_person
        assert found.id not in SHARED_IDS | {7}
        assert not PERMISSIONS.allows(found, Right.ADMIN)


def test_another_bot_is_no_person() -> None:
    assert sender({"id": 9, "is_bot": True, "first_name": "Bot"}).kind is SenderKind.BOT


def test_a_press_comes_from_the_account_that_pressed_whoever_sent_the_message() -> None:
    message = {"message_id": 1, "date": 1, "chat": GROUP, "sender_chat": GROUP, "text": "x"}
    assert presser(ANN, message) == Sender(SenderKind.PERSON, 7, "Ann Lee", "de")


@pytest.mark.parametrize(
    ("kind", "rights"),
    [
        (SenderKind.PERSON, set(Right) - {Right.ADMIN}),
        (SenderKind.ANONYMOUS_ADMIN, {Right.READ, Right.CORRECT, Right.PRESS}),
        (SenderKind.CHANNEL, {Right.READ, Right.CORRECT}),
        (SenderKind.BOT, {Right.READ}),
    ],
)
def test_only_persons_consent_and_forget(kind: SenderKind, rights: set[Right]) -> None:
    found = Sender(kind, -100 if kind is not SenderKind.PERSON else 8, "x")
    assert {right for right in Right if PERMISSIONS.allows(found, right)} == rights


def test_an_admin_is_a_person_with_a_listed_id() -> None:
    assert PERMISSIONS.allows(Sender(SenderKind.PERSON, 7, "Ann"), Right.ADMIN)
    assert not PERMISSIONS.allows(Sender(SenderKind.PERSON, 8, "Bob"), Right.ADMIN)
    assert PERMISSIONS.is_listed(Sender(SenderKind.PERSON, 7, "Ann"))
    assert PERMISSIONS.is_listed(Sender(SenderKind.PERSON, 8, "Bob"))
    assert not PERMISSIONS.is_listed(Sender(SenderKind.ANONYMOUS_ADMIN, -100, "Class"))
