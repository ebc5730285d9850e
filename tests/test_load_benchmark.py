"""The load benchmark is run by hand; its people, its clock and its tables are tested here."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playground import Playground
from bot.playground.entities import detect_entities
from bot.playground.photo_sizes import EncodedPhoto
from tests.benchmarks import load, photo_sizes, photo_stages
from tests.benchmarks.load_crowd import Crowd, Sent, running
from tests.benchmarks.load_programs import Used
from tests.benchmarks.load_scenarios import HelpTimes, Overload, keep_sending, most_displaced

ROOT = Path(__file__).resolve().parents[1]
USED = Used(processor_s=1.0, loop_s=0.5, rss_mb=200.0, lag_ms=1.0, lag99_ms=9.0, longest_lag_ms=20.0)


@pytest.fixture(scope="module")
def content() -> bytes:
    return load.photo(1, "42")


def loaded(name: str, seconds: float) -> load.Load:
    return load.Load(name, 10, seconds, (0.1, 0.2, 0.3, 0.4), USED)


@pytest.mark.parametrize("section", ["load", "alone", "memory", "stages", "photo sizes"])
def test_the_document_has_a_place_for_every_table(section: str) -> None:
    text = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    assert text.index(f"<!-- {section} -->") < text.index(f"<!-- end of {section} -->")


async def test_a_photo_is_answered_by_the_first_reply_and_further_ones_are_counted(content: bytes) -> None:
    crowd = Crowd(playground := Playground())
    (picture,) = crowd.pictures([content])
    sent, other = crowd.send(0, picture), crowd.send(1, picture)
    (photo,) = (one for one in playground.state.messages.values() if one.chat.id == sent.chat)
    for _ in range(2):
        playground.state.send_as_bot(photo.chat, detect_entities("42"), reply_to=photo.id)
    await crowd.until_answered(sent)
    assert (sent.answers, other.answers) == (2, 0)
    assert crowd.answered == [sent]
    assert sent.seconds > 0
    assert crowd.tally() == {0: 1, 2: 1}
    assert crowd.waiting == 2  # updates that nobody has fetched


async def test_the_pictures_of_answers_are_taken_for_the_same_one(content: bytes) -> None:
    crowd = Crowd(playground := Playground())
    (picture,) = crowd.pictures([content])
    first, second = (playground.state.files.photo(content) for _ in range(2))
    assert first is second
    assert first is not picture
    assert [size.width for size in picture.sizes] == [90, 320, 800, 1280]


async def test_people_send_photos_to_the_echo_bot_until_all_are_answered(content: bytes, tmp_path: Path) -> None:
    async with running("echo", tmp_path) as program:
        pictures = program.crowd.pictures([content])
        measured = await load.measure(program, pictures, 2, 5)
        assert program.crowd.tally() == {1: len(measured.answers)}
        assert 5 <= len(measured.answers) <= 6  # the second person may have begun the sixth
        assert measured.used.processor_s > 0
        assert (await program.used()).processor_s < measured.used.processor_s
        assert len(await keep_sending(program.crowd, pictures, 1, 2)) == 2


def test_rates_are_compared_within_a_round() -> None:
    loads = [loaded(name, seconds) for seconds in (1.0, 2.0) for name in load.NAMES]
    loads[0] = loaded("bot", 2.0)
    bot, echo, peer = load.rows(loads)
    assert bot[:4] == ["10", "digitbot", "2.0 (2.0 to 2.0)", "75 %"]
    assert echo[2:5] == ["3.0 (2.0 to 4.0)", "100 %", "250 / 400 / 400"]
    assert peer[5:] == ["250.0", "125.0", "1.0 / 9.0", "200"]


def test_lost_and_doubled_answers_are_told() -> None:
    assert load.answers_told({1: 998}) == "Of 998 photos 0 had no answer and 0 had more than one."
    assert load.answers_told({0: 2, 1: 990, 2: 5, 3: 3}) == "Of 1,000 photos 2 had no answer and 8 had more than one."


def test_what_is_asked_of_the_bot_alone_is_a_list() -> None:
    over = Overload(50, 1300, 1010, 300.0, 320.0, 2)
    text = load.told_alone(HelpTimes(0.01, 0.04), [3, 5], over)
    assert "10 ms idle, 40 ms while photos queue: 4.0 times as long" in text
    assert "5 of them at most are answered (3, 5)" in text
    assert "at most 1,010 of them were fetched" in text


def test_the_order_of_answers_is_compared_within_a_chat() -> None:
    one, two, three = (Sent(7, float(number)) for number in range(3))
    other = Sent(8, 0.5)
    assert most_displaced([one, other, two, three], [other, one, two, three]) == 0
    assert most_displaced([one, two, three, other], [three, one, other, two]) == 2


def test_the_largest_size_up_to_a_side_is_read() -> None:
    sizes = [EncodedPhoto(b"s", 90, 60), EncodedPhoto(b"m", 320, 240), EncodedPhoto(b"x", 600, 800)]
    assert photo_sizes.in_size(sizes, 320) == b"m"
    assert photo_sizes.in_size(sizes, 1280) == b"x"


def test_stages_are_means_over_photos_and_what_is_in_none_is_told() -> None:
    stages = photo_stages.means([{"read": 0.01, "draw": 0.004}, {"read": 0.03}])
    assert stages == pytest.approx({"read": 20.0, "draw": 2.0})
    rows = photo_stages.stage_rows(photo_stages.PhotoCosts(30.0, 7.0, stages), {"decode": 2.0, "odd": 0.01}, {})
    assert ["read", "20.0", "decode 2.0"] in rows
    assert rows[-2][:2] == ["outside of these", "8.0"]
    assert rows[-1] == ["all", "30.0", "the echo bot: 7.0"]
