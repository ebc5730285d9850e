"""The bot writes to each person in their language: that of their Telegram client, or the one that they chose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from bot.messages.catalogue import catalogue_languages
from bot.messages.texts import texts_for

LANGUAGES = catalogue_languages()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_person_is_answered_in_the_language_of_their_client(
    bot: Any, people: Any, page: Callable[..., bytes], language: str
) -> None:
    ann, texts = await people("Ann", language=f"{language}-XX"), texts_for(language)
    await ann.says("/start")
    assert ann.words(await ann.reply()) == _plain(texts.start)
    await ann.photo(page("427"))
    answer = await ann.reply()
    assert ann.words(answer) == _plain(texts.several("427"))
    assert texts.all_right in {button["text"] for row in answer["buttons"] for button in row}


async def test_a_choice_counts_from_the_next_answer_on_and_survives_a_change_of_the_client(
    bot: Any, people: Any, ann: Any
) -> None:
    await ann.says("/language")
    question = await ann.reply()
    names = [button["text"] for row in question["buttons"] for button in row]
    assert names == [*(texts_for(each).language_name for each in LANGUAGES), texts_for("en").language_automatic]
    await ann.press(question, "Deutsch")
    assert ann.words(await ann.changed(question)) == _plain(texts_for("de").language_chosen)
    await ann.says("/start")
    assert ann.words(await ann.reply()) == _plain(texts_for("de").start)
    await ann.says("/language english")
    assert ann.words(await ann.reply()) == _plain(texts_for("en").language_chosen)


async def test_as_in_telegram_takes_a_choice_back(bot: Any, people: Any) -> None:
    ann = await people("Ann", language="es")
    await ann.says("/language hi")
    await ann.reply()
    await ann.says("/language")
    question = await ann.reply()
    await ann.press(question, texts_for("hi").language_automatic)
    assert ann.words(await ann.changed(question)) == _plain(texts_for("es").language_chosen)


async def test_the_menu_and_the_description_are_in_the_persons_language(bot: Any, people: Any) -> None:
    ann = await people("Ann", language="uk")
    assert await _menu(ann) == texts_for("uk").command_description("start")
    await ann.says("/language fr")
    await ann.reply()
    assert await _menu(ann) == texts_for("fr").command_description("start")
    await ann.says("/language")
    question = await ann.reply()
    await ann.press(question, texts_for("fr").language_automatic)
    await ann.changed(question)
    assert await _menu(ann) == texts_for("uk").command_description("start")


async def test_in_a_group_everybody_is_answered_in_their_own_language(bot: Any, people: Any) -> None:
    ann, hans = await people.group("Class", await people("Ann"), await people("Hans", language="de"))
    await ann.says(f"/help@{bot.name}")
    assert texts_for("en").help.split("\n")[0][-20:] in ann.words(await ann.reply())
    await hans.says(f"/help@{bot.name}")
    await hans.reply()  # what Ann was told
    assert texts_for("de").help.split("\n")[0][-20:] in hans.words(await hans.reply())


async def test_errors_are_told_in_the_chosen_language(
    bot: Any, people: Any, ann: Any, page: Callable[..., bytes]
) -> None:
    await ann.says("/language ru")
    await ann.reply()
    await people.fault("getFile", times=9, status=400, description="Bad Request: wrong file_id")
    await ann.photo(page("427"))
    assert ann.words(await ann.reply()) == _plain(texts_for("ru").download_failed)


@pytest.mark.parametrize(("language", "words"), [("de", "nein, das ist 429"), ("hi", "नहीं, यह ४२९ है"), ("ru", "٤٢٩")])
async def test_a_reply_corrects_in_the_words_and_the_digits_of_the_person(
    bot: Any, people: Any, page: Callable[..., bytes], language: str, words: str
) -> None:
    ann = await people("Ann", language=language)
    await ann.photo(page("427"))
    answer = await ann.reply()
    await ann.says(words, reply_to=answer)
    assert ann.words(await ann.reply()) == _plain(texts_for(language).correction_done("429"))


async def test_what_somebody_wrote_from_right_to_left_turns_nothing_around_it(bot: Any, ann: Any) -> None:
    await ann.says("/correct שבע")
    assert ann.words(await ann.reply()).startswith("\u2068שבע\u2069 is not made of digits")


def _plain(html: str) -> str:
    """Telegram HTML as it is shown."""
    for tag in ("b", "i", "code"):
        html = html.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    return html


async def _menu(person: Any) -> str:
    """The description of /start in the menu that the person sees."""
    client: httpx.AsyncClient = person.client
    menu = (await client.get(f"/playground/chats/{person.chat}/menu", params={"person": person.id})).json()
    return next(str(command["description"]) for command in menu["commands"] if command["command"] == "start")


async def test_an_album_and_a_refusal_are_answered_in_the_chosen_language(
    bot: Any, people: Any, page: Callable[..., bytes]
) -> None:
    ann = await people("Ann", language="de")
    await ann.sends(voice={"file_id": "f", "file_unique_id": "u", "duration": 2})
    assert ann.words(await ann.reply()) == _plain(texts_for("de").no_sound)
    await ann.photo(page("12"), page("34"))
    assert [ann.words(await ann.reply()) for _ in range(3)][-1] == "Alle 2 Bilder: 12 · 34"
