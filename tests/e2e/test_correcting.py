"""A person corrects a reading, and the correction is kept with their consent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.monitoring.metrics import CorrectionSource
from storage import readings, samples
from storage.tables import StoredReading


async def kept(bot: Any) -> list[int]:
    """The labels of all samples that may be used for training."""
    async with bot.services.database.read() as session:
        return [sample.label for sample in await samples.consented(session)]


@pytest.fixture
async def answer(ann: Any, page: Callable[..., bytes]) -> Any:
    """The answer to a photo of a 7."""
    await ann.photo(page("7"))
    return await ann.reply()


async def consents(ann: Any, question: Any, choice: str) -> None:
    assert "learn from" in ann.words(question)
    await ann.press(question, choice)


async def test_correct_edits_the_answer_and_asks_for_consent_once(bot: Any, ann: Any, answer: Any) -> None:
    await ann.says("/correct 1")
    assert "Corrected: 1" in ann.words(await ann.changed(answer))
    assert ann.words(await ann.reply()) == "Corrected: 1."
    question = await ann.reply()
    assert await kept(bot) == []
    await consents(ann, question, "Yes, keep it to learn from")
    await ann.changed(question)
    assert await kept(bot) == [1]
    await ann.says("/correct 2")
    assert ann.words(await ann.reply()) == "Corrected: 2."
    await ann.silence()
    assert await kept(bot) == [2]


async def test_without_consent_the_answer_is_right_and_nothing_is_kept(bot: Any, ann: Any, answer: Any) -> None:
    await ann.says("/correct 1")
    await ann.reply()
    question = await ann.reply()
    await consents(ann, question, "No, only fix the answer")
    await ann.changed(question)
    assert await kept(bot) == []
    assert "Corrected: 1" in ann.words(await ann.latest(answer))


async def test_a_tap_corrects_a_digit(bot: Any, ann: Any, answer: Any) -> None:
    await ann.press(answer, "It's another digit")
    opened = await ann.changed(answer)
    assert ann.labels(opened) == [*"0123456789", "Not a digit", "Back"]
    assert (await ann.press(opened, "4"))["toast"] == "Thank you!"
    assert "Corrected: 4" in ann.words(await ann.changed(opened))


async def test_back_leaves_everything_as_it_was(ann: Any, answer: Any) -> None:
    await ann.press(answer, "It's another digit")
    opened = await ann.changed(answer)
    await ann.press(opened, "Back")
    assert ann.labels(await ann.changed(opened)) == ann.labels(answer)


async def test_not_a_digit_drops_out_of_the_text(ann: Any, page: Callable[..., bytes]) -> None:
    await ann.photo(page("427"))
    answer = await ann.reply()
    await ann.press(answer, "2")
    await ann.press(await ann.changed(answer), "Not a digit")
    await ann.until(lambda: next((m for m in ann.messages.values() if "Corrected: 47" in ann.words(m)), None))


async def test_right_confirms(ann: Any, answer: Any) -> None:
    assert (await ann.press(answer, "Right"))["toast"] == "Glad to hear it."
    assert ann.words(await ann.changed(answer)).endswith("✓")


@pytest.mark.parametrize("target", ["answer", "photo", "none"])
async def test_correct_finds_its_reading_by_either_message_or_by_none(
    ann: Any, page: Callable[..., bytes], target: str
) -> None:
    photo = await ann.photo(page("7"))
    answer = await ann.reply()
    if target != "none":  # a newer reading, which is not meant
        await ann.photo(page("3"))
        await ann.reply()
    await ann.says("/correct 9", reply_to={"answer": answer, "photo": photo, "none": None}[target])
    assert "Corrected: 9 (I had read 7)" in ann.words(await ann.changed(answer))


async def test_correct_right_after_the_photo_waits_for_its_reading(ann: Any, page: Callable[..., bytes]) -> None:
    await ann.photo(page("7"))
    await ann.says("/correct 1")
    answer = await ann.reply()
    await ann.until(lambda: next((m for m in ann.messages.values() if ann.words(m) == "Corrected: 1."), None))
    assert "Corrected: 1" in ann.words(await ann.latest(answer))


async def test_a_caption_of_digits_is_read_and_corrected_in_one_go(ann: Any, page: Callable[..., bytes]) -> None:
    await ann.photo(page("427"), caption="421")
    assert "Corrected: 421 (I had read 427)" in ann.words(await ann.reply())
    await ann.photo(page("35"), caption="/correct 35")
    answers = [await ann.reply(), await ann.reply()]
    assert any("35" in ann.words(answer) and "✓" in ann.words(answer) for answer in answers)


async def test_another_count_that_cannot_be_found_is_said_so(ann: Any, answer: Any) -> None:
    await ann.says("/correct 7" + "1" * 39)
    said = ann.words(await ann.reply())
    assert "found 1 digit" in said
    assert "40" in said


async def test_undo_takes_the_last_correction_back(bot: Any, ann: Any, answer: Any) -> None:
    await ann.says("/correct 1")
    await ann.reply()
    await ann.press(await ann.reply(), "Yes, keep it to learn from")
    await ann.says("/correct 2")
    await ann.reply()
    for text, left in (("1", [1]), ("7", [])):
        await ann.says("/undo")
        assert ann.words(await ann.reply()) == f"Undone: the reading is {text} again."
        assert await kept(bot) == left
    await ann.says("/undo")
    assert "no correction" in ann.words(await ann.reply())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("/correct seven", "seven is not made of digits"),
        ("/correct <b>", "<b> is not made of digits"),
        ("/correct", "Tell me the digits"),
        ("/correct -7", "-7 is not made of digits"),
    ],
)
async def test_a_correction_that_is_none_is_explained(ann: Any, answer: Any, words: str, said: str) -> None:
    await ann.says(words)
    assert said in ann.words(await ann.reply())


@pytest.mark.parametrize("given", ["4/2.1", "4-21", "it says 421."])
async def test_digits_after_the_command_are_those_of_a_reply(ann: Any, page: Callable[..., bytes], given: str) -> None:
    await ann.photo(page("427"))
    await ann.reply()
    await ann.says(f"/correct {given}")
    assert "421" in ann.words(await ann.reply())


async def test_digits_of_other_scripts_are_digits_too(ann: Any, answer: Any) -> None:
    await ann.says("/correct ٣")
    assert ann.words(await ann.reply()) == "Corrected: 3."


async def test_there_is_nothing_to_correct_before_the_first_photo(ann: Any) -> None:
    await ann.says("/correct 7")
    assert "no reading of yours" in ann.words(await ann.reply())


async def test_a_reading_that_was_purged_is_said_to_be_gone(bot: Any, ann: Any, answer: Any) -> None:
    from datetime import timedelta

    async with bot.services.database.write() as session:
        await readings.purge_expired(session, timedelta(0))
    await ann.says("/correct 7", reply_to=answer)
    assert "gone" in ann.words(await ann.reply())
    assert "expired" in (await ann.press(answer, "Right"))["toast"]


async def test_forged_callback_data_is_an_expired_button(ann: Any, answer: Any) -> None:
    for data in ("l:1:2:99", "nonsense", "r:999999:0:0"):
        assert "expired" in (await ann.press(answer, data, forged=True))["toast"]


async def test_consent_can_be_withdrawn_through_privacy(bot: Any, ann: Any, answer: Any) -> None:
    await ann.says("/correct 1")
    await ann.reply()
    await ann.press(await ann.reply(), "Yes, keep it to learn from")
    await ann.says("/privacy")
    policy = await ann.reply()
    assert "You have given your consent" in ann.words(policy)
    await ann.press(policy, "No, only fix the answer")
    await ann.changed(policy)
    assert await kept(bot) == []


async def test_forget_deletes_everything_after_a_confirming_tap(bot: Any, ann: Any, answer: Any) -> None:
    await ann.says("/correct 1")
    await ann.reply()
    await ann.press(await ann.reply(), "Yes, keep it to learn from")
    await ann.says("/forget")
    question = await ann.reply()
    await ann.press(question, "No, keep it")
    await ann.changed(question)
    assert await kept(bot) == [1]
    await ann.says("/forget")
    question = await ann.reply()
    await ann.press(question, "Yes, delete everything")
    assert "1 reading and 1 correction deleted" in ann.words(await ann.changed(question))
    assert await kept(bot) == []
    await ann.says("/correct 7")
    assert "no reading of yours" in ann.words(await ann.reply())


async def test_a_first_tap_on_right_does_not_use_up_the_consent_question(
    bot: Any, ann: Any, page: Callable[..., bytes], answer: Any
) -> None:
    await ann.press(answer, "Right")
    await ann.changed(answer)
    await ann.silence()
    await ann.photo(page("3"))
    other = await ann.reply()
    await ann.says("/correct 8", reply_to=other)
    await ann.reply()
    await consents(ann, await ann.reply(), "Yes, keep it to learn from")
    assert sorted(await kept(bot)) == [7, 8]


async def test_a_label_in_words_asks_for_consent_even_where_it_only_confirms(bot: Any, ann: Any, answer: Any) -> None:
    await ann.says("/correct 7")
    assert ann.words(await ann.reply()) == "Corrected: 7."
    await consents(ann, await ann.reply(), "Yes, keep it to learn from")
    assert await kept(bot) == [7]


async def stored_text(bot: Any) -> tuple[str, bool]:
    """The text of the newest reading after all corrections, and whether its digits were forced to fit a count."""
    async with bot.services.database.read() as session:
        number = await session.scalar(select(func.max(StoredReading.id)))
        reading = await readings.by_id(session, number)
        assert reading is not None
        return reading.corrected_text, reading.forced


@pytest.fixture
async def consenting(ann: Any, page: Callable[..., bytes]) -> Any:
    """Ann, who has agreed that her corrections are used for training; of 5, her only sample so far."""
    await ann.photo(page("5"))
    await ann.reply()
    await ann.says("/correct 5")
    await ann.reply()
    await ann.press(await ann.reply(), "Yes, keep it to learn from")
    return ann


async def asked_about_a_count(ann: Any, page: Callable[..., bytes], given: str) -> Any:
    """The question that follows when a clear 427 is said to be ``given``, of another count."""
    await ann.photo(page("427"))
    answer = await ann.reply()
    await ann.says(f"/correct {given}", reply_to=answer)
    return await ann.reply()


async def test_another_count_that_does_not_convince_is_asked_about_and_nothing_is_kept_meanwhile(
    bot: Any, consenting: Any, page: Callable[..., bytes]
) -> None:
    question = await asked_about_a_count(consenting, page, "42")
    assert consenting.words(question) == "You gave 2 digits and I see 3: which is right?"
    assert consenting.labels(question) == ["42", "it is 427"]
    assert await stored_text(bot) == ("427", False)
    assert await kept(bot) == [5]


async def test_digits_taken_against_what_was_seen_correct_the_answer_and_are_no_samples(
    bot: Any, consenting: Any, page: Callable[..., bytes]
) -> None:
    question = await asked_about_a_count(consenting, page, "42")
    await consenting.press(question, "42")
    answer = await consenting.reply()
    assert "now I see 2" in consenting.words(answer)
    assert consenting.labels(await consenting.changed(question)) == []
    assert await stored_text(bot) == ("42", True)
    await consenting.says("/correct 49", reply_to=answer)
    assert consenting.words(await consenting.reply()) == "Corrected: 49."
    assert await kept(bot) == [5]


async def test_the_count_that_was_seen_can_be_kept(bot: Any, consenting: Any, page: Callable[..., bytes]) -> None:
    question = await asked_about_a_count(consenting, page, "42")
    await consenting.press(question, "it is 427")
    assert consenting.words(await consenting.reply()) == "Corrected: 427."
    assert consenting.labels(await consenting.changed(question)) == []
    assert await stored_text(bot) == ("427", False)
    assert await kept(bot) == [5, 4, 2, 7]


@pytest.mark.parametrize(("pressed", "source"), [("42", "button"), ("it is 427", "confirmation")])
async def test_a_counts_buttons_are_counted_as_buttons(
    bot: Any, ann: Any, page: Callable[..., bytes], pressed: str, source: str
) -> None:
    question = await asked_about_a_count(ann, page, "42")
    await ann.press(question, pressed)
    await ann.reply()
    count = bot.services.metrics.registry.get_sample_value
    counts = {each: count("digitbot_corrections_total", {"source": each}) for each in CorrectionSource}
    assert {each: n for each, n in counts.items() if n} == {source: 1}


async def test_pressing_a_counts_button_twice_does_nothing_more(
    bot: Any, consenting: Any, page: Callable[..., bytes]
) -> None:
    question = await asked_about_a_count(consenting, page, "42")
    data = question["buttons"][0][0]["data"]
    await consenting.press(question, data)
    await consenting.reply()
    await consenting.changed(question)
    await consenting.press(question, data, forged=True)
    assert await stored_text(bot) == ("42", True)
    assert await kept(bot) == [5]


async def test_a_question_about_a_count_outlives_a_restart(bots: Any, people: Any, page: Callable[..., bytes]) -> None:
    first = await bots.start()
    ann = await people("Ann")
    question = await asked_about_a_count(ann, page, "42")
    await first.end()
    second = await bots.start()
    await ann.press(question, "42")
    assert "now I see 2" in ann.words(await ann.reply())
    assert await stored_text(second) == ("42", True)


async def test_a_caption_with_another_count_is_asked_about_too(bot: Any, ann: Any, page: Callable[..., bytes]) -> None:
    await ann.photo(page("427"), caption="42")
    assert "427" in ann.words(await ann.reply())
    assert ann.labels(await ann.reply()) == ["42", "it is 427"]
    assert await stored_text(bot) == ("427", False)


@pytest.mark.parametrize("words", ["429", "it says 4 29", "No, it\u2019s: 4-2-9.", "\u200e4/29\u200e"])
@pytest.mark.parametrize("target", ["answer", "photo"])
async def test_a_reply_of_digits_is_a_correction(ann: Any, page: Callable[..., bytes], words: str, target: str) -> None:
    photo = await ann.photo(page("427"))
    answer = await ann.reply()
    await ann.says(words, reply_to={"photo": photo, "answer": answer}[target])
    assert "Corrected: 429 (I had read 427)" in ann.words(await ann.changed(answer))


@pytest.mark.parametrize("words", ["nice", "the 4 is a 9", "is it 9?", "-7", "I have 9"])
async def test_any_other_reply_gets_the_hint(bot: Any, ann: Any, answer: Any, words: str) -> None:
    await ann.says(words, reply_to=answer)
    assert "Send me a photo" in ann.words(await ann.reply())
    assert await stored_text(bot) == ("7", False)


async def test_digits_that_reply_to_nothing_of_a_reading_get_the_hint(bot: Any, ann: Any, answer: Any) -> None:
    await ann.says("/id")
    said = await ann.reply()
    for reply_to in (None, said):
        await ann.says("9", reply_to=reply_to)
        assert "Send me a photo" in ann.words(await ann.reply())
    assert await stored_text(bot) == ("7", False)


@pytest.mark.parametrize("words", ["9", "/correct 9"])
async def test_no_reading_is_said_to_be_gone_that_is_there(bot: Any, ann: Any, answer: Any, words: str) -> None:
    await ann.press(answer, "What you saw")
    await ann.says(words, reply_to=await ann.reply())
    said = ann.words(await ann.reply())
    assert "is gone" not in said
    assert "no answer to a photo" in said
    assert await stored_text(bot) == ("7", False)


@pytest.mark.parametrize("words", ["9", "/correct 9"])
async def test_digits_in_reply_to_the_consent_question_correct_no_other_reading(
    bot: Any, ann: Any, answer: Any, page: Callable[..., bytes], words: str
) -> None:
    await ann.photo(page("3"))
    await ann.says("/correct 5", reply_to=await ann.reply())
    await ann.reply()
    await ann.says(words, reply_to=await ann.reply())
    assert "Corrected" not in ann.words(await ann.reply())
    assert ann.words(await ann.latest(answer)) == ann.words(answer)


@pytest.mark.parametrize("words", ["9", "/correct 9"])
async def test_a_reply_to_another_chats_message_corrects_nothing(bot: Any, ann: Any, answer: Any, words: str) -> None:
    entities = [{"type": "bot_command", "offset": 0, "length": 8}] if words.startswith("/") else []
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Ben"}
    await ann.sends(text=words, external_reply={"origin": origin}, **({"entities": entities} if entities else {}))
    assert "not in this chat" in ann.words(await ann.reply())
    assert await stored_text(bot) == ("7", False)


async def test_the_digit_that_was_pressed_is_shown_while_its_label_is_chosen(
    ann: Any, page: Callable[..., bytes]
) -> None:
    await ann.photo(page("427"))
    answer = await ann.reply()
    await ann.press(answer, "7")
    opened = await ann.changed(answer)
    assert ann.words(opened) == "Digit 3 (read as 7): which is it?"
    await ann.press(opened, "1")
    corrected = await ann.changed(opened)
    assert "Corrected: 421" in ann.words(corrected)
    await ann.press(corrected, "1")
    again = await ann.changed(corrected)
    assert ann.words(again) == "Digit 3 (read as 7, corrected to 1): which is it?"
    await ann.press(again, "Back")
    assert ann.words(await ann.changed(again)) == ann.words(corrected)


async def test_undo_says_which_photo_by_replying_to_its_answer(ann: Any, page: Callable[..., bytes]) -> None:
    await ann.photo(page("7"))
    answer = await ann.reply()
    await ann.photo(page("3"))
    await ann.reply()
    await ann.says("1", reply_to=answer)
    await ann.reply()
    await ann.says("/undo")
    undone = await ann.until(lambda: next((m for m in ann.messages.values() if "Undone" in ann.words(m)), None))
    assert undone["reply_to"] == answer["id"]


def new_picture(ann: Any, answer: Any, before: list[str]) -> Callable[[], Any]:
    """For ``until``: the answer as soon as it shows another file than before."""

    def state() -> Any:
        now = ann.messages[answer["id"]]
        return now if now["files"] != before else None

    return state


async def test_the_picture_is_drawn_anew_with_what_stands(ann: Any, page: Callable[..., bytes]) -> None:
    await ann.photo(page("427"), spoiler="true")
    answer = await ann.reply()
    first = await ann.bytes_of(answer)
    await ann.says("429", reply_to=answer)
    redrawn = await ann.until(new_picture(ann, answer, answer["files"]))
    assert "Corrected: 429" in ann.words(redrawn)
    assert ann.labels(redrawn) == ["4", "2", "9", "What you saw"]
    assert redrawn["spoiler"]
    changed = await ann.bytes_of(redrawn)
    assert changed != first
    await ann.says("/undo")
    again = await ann.until(new_picture(ann, answer, redrawn["files"]))
    assert await ann.bytes_of(again) == first


async def test_where_the_photo_cannot_be_had_again_the_text_is_corrected_all_the_same(
    people: Any, ann: Any, answer: Any
) -> None:
    await people.fault("getFile", times=3, status=400)
    await ann.says("1", reply_to=answer)
    assert ann.words(await ann.reply()) == "Corrected: 1."
    assert "learn from" in ann.words(await ann.reply())
    await ann.silence()
    assert (await ann.latest(answer))["files"] == answer["files"]
    assert "Corrected: 1" in ann.words(await ann.latest(answer))


async def test_where_the_photo_cannot_be_read_again_for_another_count_that_is_said(
    bot: Any, people: Any, ann: Any, answer: Any
) -> None:
    await people.fault("getFile", times=1, status=400)
    await ann.says("/correct 12")
    assert "could not download" in ann.words(await ann.reply())
    assert await stored_text(bot) == ("7", False)
