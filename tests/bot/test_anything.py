"""Whatever a chat sends, the bot answers once, in words that Telegram takes, or is silent where it is not meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.commands import COMMANDS
from bot.handlers._helpers import digits_in

# Slow machines are no mistake; the module's one application serves all examples, as it does all people.
few = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
fewer = settings(few, max_examples=25)

NAMES = [*(command.name for command in COMMANDS), "fly"]
DIGITS = "0123456789٠١٢٣٤٥٦٧٨٩०१२३४५६७८९𝟎𝟏𝟐²½Ⅷ①一〇"
SIGNS = "<>&\"'`*_[]{}\\;:/@#%\x00\n\t\u200b\u202e\ufeff🎲👩‍👩‍👧 -"
words = st.one_of(st.text(min_size=1, max_size=80), st.text(DIGITS + SIGNS, min_size=1, max_size=80))
long_words = st.builds(
    lambda sign, n: sign * n, st.sampled_from([*DIGITS, *SIGNS.strip(), "7 ", "a&"]), st.integers(1, 2000)
)
texts = st.one_of(
    words,
    long_words,
    st.builds(
        lambda name, end, rest: f"/{name}{end}{rest}",
        st.sampled_from(NAMES),
        st.sampled_from(["", " ", "@digits_bot "]),
        words,
    ),
    st.builds(lambda rest: f"/correct {rest}", st.one_of(words, long_words, st.text(DIGITS, min_size=1))),
).filter(str.strip)
names = st.text(max_size=200)
PHOTO = [{"file_id": "p", "file_unique_id": "u", "width": 320, "height": 240, "file_size": 9000}]


@pytest.fixture(scope="module")
def text(request: pytest.FixtureRequest) -> Callable[[str], dict[str, Any]]:
    """A text with what Telegram marks in it."""
    from bot.playground.entities import detect_entities

    return lambda content: {
        "text": content,
        "entities": [entity.payload() for entity in detect_entities(content).entities],
    }


def answers(calls: list[Any]) -> list[str]:
    return [call.words for call in calls if call.method in {"sendMessage", "sendPhoto"}]


@few
@given(content=texts)
def test_any_text_gets_one_answer(line: Any, text: Any, content: str) -> None:
    assert len(answers(line.message(**text(content)))) == 1


@few
@given(content=texts, first=names, last=names, language=names)
def test_any_name_and_language_is_answered(
    line: Any, text: Any, content: str, first: str, last: str, language: str
) -> None:
    user = {"id": 8, "is_bot": False, "first_name": first or "x", "last_name": last, "language_code": language}
    said = answers(line.message(**{**text(content), "from": user}))
    assert len(said) == 1


@fewer
@given(content=texts)
def test_correct_after_a_reading_tells_what_it_did(line: Any, text: Any, content: str) -> None:
    """A correction may be followed by the consent question, and by nothing else."""
    assert answers(line.message(photo=PHOTO)) == ["I read <b><code>427</code></b>"]
    arguments = " ".join(content.split())
    said = answers(line.message(**text(f"/correct {arguments}")))
    given_digits = digits_in(arguments)
    assert 1 <= len(said) <= 2
    assert ("not made of digits" not in said[0]) == (given_digits is not None), said
    if given_digits is not None and len(given_digits) == 3:
        assert given_digits in said[0]


@few
@given(content=st.one_of(texts, st.just("hello @somebody_else")), chat=st.sampled_from(["group", "supergroup"]))
def test_a_group_that_does_not_address_the_bot_hears_nothing(line: Any, text: Any, content: str, chat: str) -> None:
    group = {"id": -100, "type": chat, "title": "Class"}
    said = content.replace("@digits_bot", "").lstrip("/")
    sent = text(said or "x")
    sent["entities"] = [entity for entity in sent["entities"] if entity["type"] != "bot_command"]
    assert line.message(chat=group, **sent) == []
    assert line.message(chat=group, photo=PHOTO, caption=said[:1000] or "x") == []


@fewer
@example(caption="2")
@given(caption=st.one_of(texts, st.text(DIGITS + " ", max_size=9)).map(lambda caption: caption[:1024]))
def test_any_caption_leaves_the_photo_answered(line: Any, caption: str) -> None:
    said = answers(line.message(photo=PHOTO, **({"caption": caption} if caption else {})))
    # What was found, or what the caption says of as many digits as it has: another label, or the same one.
    assert "427" in said[0] or "Corrected" in said[0] or said[0].endswith("✓")
    assert len(said) <= 2  # the second: another count than was found, or the consent question


@fewer
@given(
    name=st.one_of(names, st.just("../../etc/passwd"), st.just("a" * 3000)), kind=names, content=st.binary(max_size=300)
)
def test_any_file_gets_one_sentence(line: Any, name: str, kind: str, content: bytes) -> None:
    document = {"file_id": "d", "file_unique_id": "u", "file_name": name, "mime_type": kind, "file_size": len(content)}
    photo, line.telegram.file = line.telegram.file, content
    try:
        said = answers(line.message(document=document))
    finally:
        line.telegram.file = photo
    assert len(said) == 1
    assert "picture" in said[0] or "empty" in said[0]


numbers = st.one_of(st.integers(0, 12), st.integers(0, 10**19), st.sampled_from([2**31, 2**63 - 1, 2**63, 10**40]))
press_data = st.one_of(
    st.text(max_size=64),
    st.builds("{}:{}:{}:{}".format, st.sampled_from("rolbscfxad"), numbers, numbers, numbers),
).filter(lambda data: 0 < len(data.encode()) <= 64)


@few
@given(data=press_data, person=st.sampled_from([7, 8, 99]), gone=st.sampled_from(["here", "too old", "inline"]))
def test_any_press_is_answered_by_one_toast(line: Any, data: str, person: int, gone: str) -> None:
    user = {"id": person, "is_bot": False, "first_name": "Ann"}
    chat = {"id": 7, "type": "private", "first_name": "Ann"}
    places: dict[str, dict[str, Any]] = {
        "here": {"message": {"message_id": 5, "date": 1, "chat": chat, "text": "said"}},
        "too old": {"message": {"message_id": 5, "date": 0, "chat": chat}},
        "inline": {"inline_message_id": "i"},
    }
    query = {"id": "1", "from": user, "chat_instance": "c", "data": data, **places[gone]}
    calls = line.hears(callback_query=query)
    assert sum(call.method == "answerCallbackQuery" for call in calls) == 1


THINGS: dict[str, Any] = {
    "location": {"longitude": 1.0, "latitude": 2.0},
    "contact": {"phone_number": "<b>", "first_name": "\x00"},
    "dice": {"emoji": "🎲", "value": 3},
    "voice": {"file_id": "v", "file_unique_id": "u", "duration": 1},
    "video": {"file_id": "v", "file_unique_id": "u", "duration": 1, "width": 1, "height": 1},
    "poll": {
        "id": "1",
        "question": "?",
        "options": [],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": False,
        "members_only": False,
    },
}


@pytest.mark.parametrize("kind", list(THINGS))
def test_things_that_are_no_picture_get_one_hint(line: Any, kind: str) -> None:
    assert len(answers(line.message(**{kind: THINGS[kind]}))) == 1


@fewer
@given(
    replied=st.one_of(st.none(), st.just({"photo": PHOTO}), st.builds(lambda words: {"text": words}, words)),
    number=st.one_of(st.integers(1, 30), st.just(2**31 - 1)),
    command=st.sampled_from(["/correct 427", "/correct x", "/read", "/undo", "/forget"]),
)
def test_a_command_in_reply_to_anything_is_answered(
    line: Any, text: Any, replied: Any, number: int, command: str
) -> None:
    reply = {}
    if replied:
        chat = {"id": 7, "type": "private", "first_name": "Ann"}
        reply = {"reply_to_message": {"message_id": number, "date": 1, "chat": chat, **replied}}
    assert 1 <= len(answers(line.message(**text(command), **reply))) <= 2


@pytest.mark.parametrize("count", [200, 201, 1024])
def test_a_caption_of_very_many_digits_is_answered_in_time(line: Any, count: int) -> None:
    said = answers(line.message(photo=PHOTO, caption="7" * count))
    assert "427" in said[0]
    assert f"{count:,}" in said[1]
