"""The soak is run by `make soak`; what it sends on, what it counts as broken and what it finds is tested here."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from pathlib import Path

import httpx
import pytest
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from bot.playground.client import Participant
from tests.benchmarks.soaking.crowd import Chat, digits_told
from tests.benchmarks.soaking.databases import leftover_files
from tests.benchmarks.soaking.doubled import Kill, doubled_albums, doubled_answers
from tests.benchmarks.soaking.forwarder import Forwarder
from tests.benchmarks.soaking.options import Broken, Disturbances, Result, Sent, Tolerated
from tests.benchmarks.soaking.processes import free_port

NOTHING_BROKEN = Broken(**{each.name: 0 for each in fields(Broken)})
SOUND = Result(
    Sent(10, 7, 0, 1, 0, 2),
    Disturbances(faults=3, kills=2, stops=1, server_restarts=0, sessions_ended=0, twice=0),
    NOTHING_BROKEN,
    Tolerated(doubled=2, most_at_one_kill=1, doubled_albums=0),
    1.0,
)


@asynccontextmanager
async def process(taken: list[int], status: int = 200) -> AsyncIterator[int]:
    """Something that takes deliveries at the port that it gives, and notes it there."""

    class Handler(RequestHandler):
        def post(self) -> None:
            taken.append(port)
            self.set_status(status)

    (listening,) = bind_sockets(0, "127.0.0.1")
    port: int = listening.getsockname()[1]
    server = HTTPServer(Application([("/hook", Handler)], log_function=lambda _: None))
    server.add_socket(listening)
    try:
        yield port
    finally:
        server.stop()
        await server.close_all_connections()


async def test_processes_get_deliveries_by_turns() -> None:
    taken: list[int] = []
    async with (
        process(taken) as one,
        process(taken) as two,
        Forwarder([one, two], random.Random(1), twice=0.0) as forwarder,
    ):
        assert [await forwarder.deliver(b"{}", {}) for _ in range(4)] == [200] * 4
        assert taken == [one, two] * 2


async def test_what_a_process_cannot_take_goes_to_the_next() -> None:
    taken: list[int] = []
    async with (
        process(taken, 503) as full,
        process(taken) as well,
        Forwarder([free_port(), full, well], random.Random(1), twice=0.0) as forwarder,
    ):
        assert await forwarder.deliver(b"{}", {}) == 200
        assert taken == [full, well]


async def test_where_nobody_takes_it_it_has_not_arrived() -> None:
    async with Forwarder([free_port(), free_port()], random.Random(1), twice=0.0) as forwarder:
        assert await forwarder.deliver(b"{}", {}) == 502


async def test_a_delivery_to_two_processes_has_arrived_where_both_have_taken_it() -> None:
    taken: list[int] = []
    async with (
        process(taken) as one,
        process(taken, 503) as two,
        Forwarder([one, two], random.Random(1), twice=1.0) as forwarder,
    ):
        assert await forwarder.deliver(b"{}", {}) == 503
        assert sorted(taken) == sorted([one, two])
        assert forwarder.twice == 1


@pytest.mark.parametrize("name", [each.name for each in fields(Broken)])
def test_each_invariant_counts(name: str) -> None:
    assert SOUND.holds
    assert not replace(SOUND, broken=replace(NOTHING_BROKEN, **{name: 1})).holds


@pytest.mark.parametrize(
    ("answers", "excused", "others"),
    [
        ({5}, 0, 0),
        ({9, 15}, 1, 0),  # the kill came between the two
        ({11, 15}, 1, 0),  # what was under way arrived after it
        ({9, 15, 16}, 1, 1),  # one kill, three answers
        ({5, 8}, 0, 1),
        ({13, 15}, 0, 1),
    ],
)
def test_a_kill_excuses_one_doubled_answer_to_a_photo(answers: set[int], excused: int, others: int) -> None:
    chat = Chat(Participant(httpx.AsyncClient(), 1, 1))
    chat.answers[3] |= answers
    counted = doubled_answers([chat], [Kill(before=10, after=12)])
    assert (counted.excused, counted.others) == (excused, others)


@pytest.mark.parametrize(
    ("albums", "lines", "excused", "others"),
    [
        ([{1, 2}], {9}, 0, 0),
        ([{1, 2}, {3, 4}], {9, 15}, 0, 0),
        ([{1, 2}], {9, 15}, 1, 0),  # the kill came between the two
        ([{1, 2}], {5, 8}, 0, 1),
        ([{1, 2}], {9, 15, 16}, 1, 1),
        ([{1, 2}], set(), 0, 1),
        ([{3, 4}], set(), 0, 0),  # nothing of it was read
    ],
)
def test_an_album_that_was_read_is_summed_up_once(
    albums: list[set[int]], lines: set[int], excused: int, others: int
) -> None:
    chat = Chat(Participant(httpx.AsyncClient(), 1, 1), albums=[*map(frozenset, albums)], lines=lines, pictures={6})
    chat.answers[1].add(6)
    counted = doubled_albums([chat], [Kill(before=10, after=12)])
    assert (counted.excused, counted.others) == (excused, others)


@pytest.mark.parametrize(
    ("caption", "digits"),
    [("I read 42 7", "427"), ("4 · 99 % sure", "4"), ("I cannot find a digit", ""), ("Corrected: 42", "")],
)
def test_digits_are_found_in_first_answers_alone(caption: str, digits: str) -> None:
    assert digits_told({"caption": caption}) == digits


def test_files_that_a_process_left_are_found(tmp_path: Path) -> None:
    state, temporary = tmp_path / "state", tmp_path / "tmp"
    left = [state / ".digitbot.db.processes" / "0000abcd", state / "digitbot.db-wal", temporary / "page.jpg"]
    for path in [*left, state / "digitbot.db", state / "encryption-key"]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert sorted(leftover_files(state, [temporary])) == sorted(left)
