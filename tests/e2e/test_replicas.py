"""Two bot processes on one database: nothing twice, in order, and what one leaves the other takes up."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import pytest

from bot.playground.client import MessageView, Participant, People
from bot.settings import Settings
from model.model_bundle import ModelBundle
from storage import model_versions
from storage.database import Database
from storage.model_versions import NewVersion
from tests.drawings import barred_two
from tests.e2e.replicas import COMMAND, Balancer, Replica

pytestmark = pytest.mark.slow

SWAP_S = 5.0  # for every process to serve another model
TAKEN_OVER_S = 25.0  # for what a killed process was at
HANDED_OVER_S = 9.0  # for what a process leaves that ends in good order: less than a dead one's lease


@dataclass
class Pair:
    """Two processes, the playground that they serve, and how a further one is started."""

    address: str
    settings: Settings
    variables: dict[str, str]
    balancer: Balancer
    replicas: list[Replica]

    def start(self) -> Replica:
        self.replicas.append(Replica(self.variables, self.balancer))
        return self.replicas[-1]


@pytest.fixture(scope="module")
def playground_process() -> Iterator[dict[str, Any]]:
    command = [*COMMAND, "playground", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        yield json.loads(process.stdout.readline())
        process.terminate()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "sqlite":
        yield ""
        return
    database = request.getfixturevalue("postgresql_server").database()
    with asyncio.Runner() as runner:  # asyncio.run would close the context at once, and give the database to others
        yield runner.run(database.__aenter__())
        runner.run(database.__aexit__(None, None, None))


@pytest.fixture(scope="module")
def pair(
    playground_process: dict[str, Any], database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    state, balancer = tmp_path_factory.mktemp("state"), Balancer()
    variables = {
        "DIGITBOT_STATE": str(state),
        "DIGITBOT_DATABASE_URL": database_url,
        "DIGITBOT_TOKEN": playground_process["token"],
        "DIGITBOT_API_URL": playground_process["address"],
        "DIGITBOT_ADMINS": ",".join(map(str, playground_process["admins"])),
        "DIGITBOT_LOG_LEVEL": "WARNING",
    }
    settings = Settings.load(state=state, database_url=database_url)
    settings.keyring()
    pair = Pair(playground_process["address"], settings, variables, balancer, [])
    try:
        for replica in (pair.start(), pair.start()):
            replica.wait_until_ready()
        yield pair
    finally:
        for replica in pair.replicas:
            replica.process.kill()
            replica.process.wait()
        balancer.shutdown()
        balancer.server_close()


@pytest.fixture
async def crowd(pair: Pair) -> AsyncIterator[People]:
    async with People.at(pair.address) as people:
        yield people


async def answer_to(person: Participant, photo: MessageView, seconds: float) -> MessageView:
    def answered() -> MessageView | None:
        return next((one for one in person.messages.values() if one["bot"] and one["reply_to"] == photo["id"]), None)

    return await person.until(answered, seconds, "an answer to the photo")


async def said(person: Participant, words: str) -> MessageView:
    """A message of the bot with these words, as it is now."""

    def having() -> MessageView | None:
        return next((one for one in person.messages.values() if one["bot"] and words in person.words(one)), None)

    return await person.until(having, 30, words)


async def several(crowd: People, number: int) -> list[Participant]:
    return [await crowd(f"P{each}") for each in range(number)]


async def teaches(person: Participant) -> None:
    """Five corrections, the fewest that teach anything, with the consent to use them."""
    for number in range(5):
        await person.photo(barred_two(number), caption="2")
        assert "Corrected: 2" in person.words(await person.reply())
        if number == 0:
            await person.press(await person.reply(), "Yes, keep it to learn from")


async def test_what_is_delivered_to_both_is_answered_once_and_shared_out(
    pair: Pair, crowd: People, page: Callable[..., bytes]
) -> None:
    people = await several(crowd, 12)
    pair.balancer.copies = 2
    try:
        photos = [await person.photo(page("427")) for person in people]
        for person, photo in zip(people, photos, strict=True):
            await answer_to(person, photo, 30)
        await asyncio.sleep(1)
    finally:
        pair.balancer.copies = 1
    for person in people:
        assert "427" in person.words(await person.reply())
        await person.silence(0.01)
    assert all(replica.photos for replica in pair.replicas)
    assert sum(replica.photos for replica in pair.replicas) == len(people)


async def test_a_correction_that_another_process_receives_waits_for_its_photo(
    crowd: People, page: Callable[..., bytes]
) -> None:
    people = await several(crowd, 4)
    for person in people:
        await person.photo(page("427"))
        await person.says("/correct 421")
    for person in people:
        await said(person, "Corrected: 421 (I had read 427)")


async def test_an_album_is_summed_up_once(crowd: People, page: Callable[..., bytes]) -> None:
    (person,) = await several(crowd, 1)
    await person.photo(page("427"), page("15"), page("3"))
    said = [person.words(await person.reply()) for _ in range(4)]
    assert sum(text.startswith("All ") for text in said) == 1
    await person.silence()


async def test_all_serve_another_model_within_five_seconds(pair: Pair, crowd: People) -> None:
    admin = await crowd("Ada", admin=True)
    before = pair.replicas[0].model
    await _add_version(pair.settings, "finer")
    await admin.says("/models")
    await admin.press(await admin.reply(), "Make finer active")
    await _all_serve(pair, "finer")
    await admin.says("/rollback")
    await _all_serve(pair, before)


async def test_what_a_process_leaves_at_its_end_is_taken_up_at_once(
    pair: Pair, crowd: People, page: Callable[..., bytes]
) -> None:
    people = await several(crowd, 8)
    photos = [await person.photo(page("427", seed)) for seed, person in enumerate(people)]
    ending = pair.replicas.pop(0)
    ending.end(signal.SIGTERM)
    began = time.monotonic()
    further = pair.start()
    for person, photo in zip(people, photos, strict=True):
        await answer_to(person, photo, max(HANDED_OVER_S + began - time.monotonic(), 0.1))
    assert ending.wait() == 0
    await asyncio.to_thread(further.wait_until_ready)


async def test_what_a_killed_process_was_at_is_answered_and_what_it_was_taught_is_known(
    pair: Pair, crowd: People, page: Callable[..., bytes]
) -> None:
    people = await several(crowd, 8)
    taught, *_ = people
    await teaches(taught)
    photos = [await person.photo(page("427", seed)) for seed, person in enumerate(people[1:])]
    killed = pair.replicas.pop(0)
    killed.end(signal.SIGKILL)
    began = time.monotonic()
    for person, photo in zip(people[1:], photos, strict=True):
        await answer_to(person, photo, max(TAKEN_OVER_S + began - time.monotonic(), 0.1))
    killed.wait()
    photo = await taught.photo(barred_two(100))
    assert "as you taught me" in taught.words(await answer_to(taught, photo, 15))


async def _add_version(settings: Settings, name: str) -> None:
    base = ModelBundle.base()
    content = base.content + bytes(4)  # LiteRT reads on: nothing points there
    card = replace(base.card, name=name, sha256=sha256(content).hexdigest())
    async with Database(settings.database, settings.keyring()) as database, database.write() as session:
        await model_versions.add(session, NewVersion(name, content, card.to_json(), b"keras"), max_bytes=None)


async def _all_serve(pair: Pair, name: str) -> None:
    until = time.monotonic() + SWAP_S
    while [replica.model for replica in pair.replicas] != [name] * len(pair.replicas):
        assert time.monotonic() < until, [replica.model for replica in pair.replicas]
        await asyncio.sleep(0.05)
