"""What is asked of the bot alone under load: memory, /help while photos queue, fairness, and more than it can take."""

from __future__ import annotations

import asyncio
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.photos.photo_turns import EXTRA_PHOTOS_OF_ONE
from bot.playground.files import SentPhoto
from bot.settings import Settings
from tests.benchmarks.load_crowd import Crowd, Program, Sent

HELP_TIMES = 15  # /help is asked so often, idle and while photos queue
QUEUE = 100  # photos of one person that wait meanwhile
OVERLOAD = 1_300  # photos at once: more than the inbox takes (``storage.inbox.MAX_WAITING``)
MARKS = (5, 20, 35, 50, 65)  # answers of the hundred after which another person sends a photo
UNDER_WAY = int(Settings.model_fields["reading_threads"].default) + EXTRA_PHOTOS_OF_ONE  # photos of one person
ASKING, BUSY, SINGLE = 900, 901, 902  # numbers of people who send nothing in other scenarios
PARTS = 10  # the memory is told after each tenth of the photos


async def keep_sending(crowd: Crowd, pictures: Sequence[SentPhoto], people: int, photos: int) -> list[Sent]:
    """Let so many people send photos, each the next as soon as the last is answered."""
    sent: list[Sent] = []

    async def person(number: int) -> None:
        while len(sent) < photos:
            sent.append(one := crowd.send(number, pictures[len(sent) % len(pictures)]))
            await crowd.until_answered(one)

    await asyncio.gather(*(person(number) for number in range(people)))
    return sent


async def memory(program: Program, pictures: Sequence[SentPhoto], photos: int) -> list[list[str]]:
    """A row (photos, megabytes) after each part of so many photos from ten people."""
    rows = []
    for part in range(1, PARTS + 1):
        await keep_sending(program.crowd, pictures, 10, photos // PARTS)
        rows.append([f"{photos * part // PARTS:,}", f"{(await program.used()).rss_mb:.0f}"])
    return rows


@dataclass(frozen=True, slots=True)
class HelpTimes:
    """Seconds until /help is answered, medians: ``idle``, and while photos wait."""

    idle: float
    queued: float


async def help_times(program: Program, pictures: Sequence[SentPhoto]) -> HelpTimes:
    """Ask for help in peace, and beside one person's photos and those of nine others."""
    crowd = program.crowd
    idle = [await _help(crowd) for _ in range(HELP_TIMES)]
    queue = [crowd.send(BUSY, pictures[number % len(pictures)]) for number in range(QUEUE)]
    others = asyncio.create_task(keep_sending(crowd, pictures, 9, QUEUE))
    queued = [await _help(crowd) for _ in range(HELP_TIMES)]
    waiting = sum(not one.answers for one in queue)
    if not waiting:
        raise RuntimeError("the photos were answered before the last /help was: more of them are needed")
    await asyncio.gather(others, *(crowd.until_answered(one) for one in queue))
    return HelpTimes(statistics.median(idle), statistics.median(queued))


async def _help(crowd: Crowd) -> float:
    return (await crowd.say(ASKING, "/help")).seconds


async def passed(program: Program, pictures: Sequence[SentPhoto]) -> list[int]:
    """How many of one person's hundred photos are answered from the moment in which another's single photo is stored
    to its answer, at each of ``MARKS`` of the hundred."""
    crowd, counts = program.crowd, []
    queue = [crowd.send(BUSY, pictures[number % len(pictures)]) for number in range(QUEUE)]
    for mark in MARKS:
        await crowd.until_answered(queue[mark])
        single = crowd.send(SINGLE, pictures[0])
        while crowd.waiting:
            await asyncio.sleep(0.001)
        before = sum(bool(one.answers) for one in queue)
        await crowd.until_answered(single)
        counts.append(sum(bool(one.answers) for one in queue) - before)
    await asyncio.gather(*(crowd.until_answered(one) for one in queue))
    return counts


@dataclass(frozen=True, slots=True)
class Overload:
    """``photos`` at once from ``people``: the most that the bot had fetched and not answered; megabytes before and at
    most; by how many places, at most, an answer left the order in which its person's photos were sent."""

    people: int
    photos: int
    most_fetched: int
    mb_before: float
    mb_most: float
    most_displaced: int


async def overload(program: Program, pictures: Sequence[SentPhoto], photos: int, people: int = 50) -> Overload:
    """Send so many photos at once, and wait until all are answered."""
    crowd = program.crowd
    before = await program.used()
    first = len(crowd.answered)
    sent = [crowd.send(number % people, pictures[number % len(pictures)]) for number in range(photos)]
    everything = asyncio.gather(*(crowd.until_answered(one) for one in sent))
    fetched, megabytes = 0, before.rss_mb
    while not everything.done():
        await asyncio.wait([everything], timeout=0.5)
        answered = len(crowd.answered) - first
        fetched = max(fetched, photos - crowd.waiting - answered)
        megabytes = max(megabytes, (await program.used()).rss_mb)
    await everything
    return Overload(people, photos, fetched, before.rss_mb, megabytes, most_displaced(sent, crowd.answered[first:]))


def most_displaced(sent: Sequence[Sent], answered: Sequence[Sent]) -> int:
    """By how many places, at most, an answer stands elsewhere among its chat's answers than its photo among the chat's
    photos."""
    places: defaultdict[int, list[list[Sent]]] = defaultdict(lambda: [[], []])
    for which, listed in enumerate((sent, answered)):
        for one in listed:
            places[one.chat][which].append(one)
    orders = [(order, {id(one): place for place, one in enumerate(after)}) for order, after in places.values()]
    return max((abs(place - after[id(one)]) for order, after in orders for place, one in enumerate(order)), default=0)
