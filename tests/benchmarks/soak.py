"""A soak: mixed updates, faults of Telegram, kills and stops, and then the invariants that must hold.

    make soak     900 updates and ten kill -9, by polling and by webhook
    python -P tests/benchmarks/soak.py [--updates 900] [--kills 10] [--people 10] [--seed 1] [--webhook] [--json]

The playground runs in this process, the bot as a process of its own. People send photos, corrections, commands and
button presses, while calls of the Bot API fail as they do in real life and the bot is killed at random moments. Then it
is started once more, and everything is counted: photos without an answer or a reading, doubled answers, corrections,
and what ``digitbot db check`` says. Exit status 1 where an invariant is broken. Everything stays on loopback.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import signal
import socket
import sys
import tempfile
import time
from asyncio.subprocess import Process
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

import cv2
from sqlalchemy import select, text

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.playground import Playground
from bot.playground.client import MessageView, Participant, People
from bot.settings import Settings
from storage import inbox
from storage.database import Database
from storage.tables import StoredReading
from training.synthesis.pages import render_page

SETTLE_S = 240.0  # for everything to be answered after the last start
PHOTO_WIDTH = 400  # pixels
"""Faults that pass, each a few times at a time: what Telegram and networks do."""
FAULTS: tuple[dict[str, object], ...] = (
    {"method": "sendPhoto", "status": 429, "retry_after": 1},
    {"method": "sendPhoto", "drop": "before"},
    {"method": "getUpdates", "status": 502, "html": True},
    {"method": "getUpdates", "status": 401},
    {"method": "getUpdates", "status": 409},
    {"method": "getFile", "status": 500},
    {"method": "file", "drop": "after"},
    {"method": "answerCallbackQuery", "status": 500},
    {"method": "editMessageCaption", "delay": 1.0},
    {"method": "getUpdates", "duplicate": True},
)


@dataclass(frozen=True, slots=True)
class Options:
    """How large the soak is; ``webhook``: updates are delivered instead of fetched."""

    updates: int
    kills: int
    people: int
    webhook: bool
    seed: int


@dataclass(frozen=True, slots=True)
class Result:
    """What was counted. ``doubled`` are answers beyond the first to one photo, ``odd_albums`` those that do not have
    exactly one line; ``kills`` bounds both."""

    updates: int
    photos: int
    albums: int
    corrections: int
    kills: int
    stops: int
    unexpected_ends: int
    without_answer: int
    without_reading: int
    doubled: int
    odd_albums: int
    wrong_corrections: int
    orphans: int
    waiting: int
    sound: bool
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether every invariant holds."""
        lost = self.without_answer + self.without_reading + self.wrong_corrections + self.orphans + self.waiting
        doubtful = max(self.doubled, self.odd_albums)
        return lost + self.unexpected_ends == 0 and doubtful <= self.kills and self.sound


class BotProcess:
    """The bot as a process of its own, started again as systemd would."""

    def __init__(self, variables: dict[str, str]) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DIGITBOT_")}
        self._environment = {**kept, **variables}
        self._process: Process | None = None
        self.unexpected = 0
        self.kills = self.stops = 0

    async def start(self) -> None:
        command = [sys.executable, "-P", "-m", "bot.cli.main", "run"]
        self._process = await asyncio.create_subprocess_exec(
            *command, env=self._environment, stderr=asyncio.subprocess.DEVNULL
        )

    async def end(self, number: signal.Signals) -> None:
        """Send a signal and wait for the end."""
        process = self._process
        if process is None:
            return
        if process.returncode is not None:
            self.unexpected += 1
            return
        process.send_signal(number)
        await process.wait()
        self.kills += number is signal.SIGKILL
        self.stops += number is signal.SIGTERM


@dataclass(eq=False)
class Crowd:
    """The people, and what they have sent: photos by message id, and the labels they gave to answers."""

    people: list[Participant]
    random: random.Random
    pictures: list[bytes]
    photos: list[tuple[Participant, int]] = field(default_factory=list)
    albums: Counter[int] = field(default_factory=Counter)
    corrected: dict[tuple[int, int], str] = field(default_factory=dict)
    news: Counter[int] = field(default_factory=Counter)

    async def act(self) -> None:
        """One update by somebody: mostly photos, else a correction of their latest answer, a command or a press."""
        person, chance = self.random.choice(self.people), self.random.random()
        if chance < 0.60:
            sent = await person.photo(self.random.choice(self.pictures))
            self.photos.append((person, sent["id"]))
        elif chance < 0.65:
            await self._send_album(person)
        elif chance < 0.80:
            await self.correct(person)
        elif chance < 0.9:
            await person.says(self.random.choice(("/help", "/start", "/id", "hello", "/models", "/privacy")))
        else:
            await self._press(person)

    async def _send_album(self, person: Participant) -> None:
        pictures = self.random.sample(self.pictures, self.random.randint(2, 4))
        files = [("photo", ("photo.jpg", picture)) for picture in pictures]
        path = f"/playground/chats/{person.chat}/messages"
        sent = (await person.client.post(path, data={"from": person.id}, files=files)).json()
        self.photos += [(person, one["id"]) for one in sent]
        self.albums[person.chat] += 1

    async def correct(self, person: Participant) -> None:
        """Reply to an answer with other digits, as many as it has."""
        answer = await self._some_answer(person)
        if answer is None:
            await person.says("/correct")
            return
        wanted = "".join(str((int(digit) + 1) % 10) for digit in _digits(answer))
        self.corrected[person.chat, int(answer["reply_to"])] = wanted
        await person.says(f"/correct {wanted}", reply_to=answer)

    async def _press(self, person: Participant) -> None:
        """Without waiting for the toast: the bot may be away."""
        answer = await self._some_answer(person)
        if answer is None:
            await person.says("/help")
        else:
            path = f"/playground/chats/{person.chat}/messages/{answer['id']}/press"
            await person.client.post(path, json={"from": person.id, "button": "What you saw", "wait": 0})

    async def _some_answer(self, person: Participant) -> MessageView | None:
        """An answer to a photo of theirs that nobody has corrected yet."""
        await self.refresh(person)
        answers = [
            one
            for one in person.messages.values()
            if one["bot"] and one["reply_to"] and (person.chat, one["reply_to"]) not in self.corrected and _digits(one)
        ]
        return self.random.choice(answers) if answers else None

    async def refresh(self, person: Participant) -> None:
        """Fetch what is new in a person's chat."""
        path = f"/playground/chats/{person.chat}/messages"
        for one in (await person.client.get(path, params={"after": self.news[person.id]})).json():
            person.messages[one["id"]] = one
            self.news[person.id] = max(self.news[person.id], one["news"])


def _digits(answer: MessageView) -> str:
    """The digits of a first answer that tells them: "I read 427", or "4 · 99 % sure"; "" for all others."""
    told = re.match(r"(?:I read ([\d ]+)|(\d) · )", str(answer.get("caption") or ""))
    return (told[1] or told[2]).replace(" ", "") if told else ""


async def soak(options: Options) -> Result:
    """Run it; see the module."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        async with Playground() as playground, People.at(playground.address) as people:
            variables = _variables(playground, Path(folder), webhook=options.webhook)
            bot = BotProcess(variables)
            await bot.start()
            crowd = await _crowd(people, options)
            await asyncio.gather(_send(crowd, options.updates), _disturb(people, bot, crowd, options))
            await people.client.delete("/playground/faults")
            await _settle(crowd)
            for person in crowd.people:  # some more in peace: on a busy machine few answers came in time for others
                await crowd.correct(person)
            await _settle(crowd)
            await bot.end(signal.SIGTERM)
            return await _count(crowd, bot, Path(folder), options, time.monotonic() - began)


def _variables(playground: Playground, folder: Path, *, webhook: bool) -> dict[str, str]:
    variables = {
        "DIGITBOT_API_URL": playground.address,
        "DIGITBOT_TOKEN": playground.token,
        "DIGITBOT_STATE": str(folder),
        "DIGITBOT_LOG_LEVEL": "ERROR",
    }
    if webhook:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        variables |= {"DIGITBOT_WEBHOOK_URL": f"http://127.0.0.1:{port}/hook", "DIGITBOT_WEBHOOK_PORT": str(port)}
    return variables


async def _crowd(people: People, options: Options) -> Crowd:
    chooser = random.Random(options.seed)
    pictures = [_picture(chooser.randrange(10**6), str(chooser.choice((7, 42, 305, 19)))) for _ in range(12)]
    return Crowd([await people(f"P{number}") for number in range(options.people)], chooser, pictures)


def _picture(seed: int, text: str) -> bytes:
    pixels = render_page(seed, (), text=text).pixels
    height = PHOTO_WIDTH * pixels.shape[0] // pixels.shape[1]
    small = cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), (PHOTO_WIDTH, height), interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(".jpg", small)[1])


async def _send(crowd: Crowd, updates: int) -> None:
    for _ in range(updates):
        await crowd.act()
        await asyncio.sleep(crowd.random.uniform(0, 0.12))


async def _disturb(people: People, bot: BotProcess, crowd: Crowd, options: Options) -> None:
    """Faults all the time; a kill whenever another part of the updates has been sent, and one SIGTERM among them."""
    for number in range(options.kills + 1):
        for _ in range(3):
            fault = crowd.random.choice(FAULTS)
            await people.client.post("/playground/faults", json={"times": crowd.random.randint(1, 2), **fault})
            await asyncio.sleep(crowd.random.uniform(0.3, 1.6))
        await bot.end(signal.SIGTERM if number == options.kills // 2 else signal.SIGKILL)
        await bot.start()


async def _settle(crowd: Crowd) -> None:
    """Wait until every photo has an answer, or nothing more is to be expected."""
    until = time.monotonic() + SETTLE_S
    while time.monotonic() < until and await _unanswered(crowd):
        await asyncio.sleep(0.5)
    await asyncio.sleep(3)
    await _unanswered(crowd)


def _answers(crowd: Crowd) -> Counter[tuple[int, int]]:
    """How many answers each photo has: messages of the bot in reply to it."""
    return Counter(
        (person.chat, int(one["reply_to"]))
        for person in crowd.people
        for one in person.messages.values()
        if one["bot"] and one["reply_to"]
    )


def _album_lines(crowd: Crowd) -> dict[int, int]:
    """How many albums were summed up in each chat."""
    return {
        person.chat: sum(str(one.get("text") or "").startswith("All ") for one in person.messages.values())
        for person in crowd.people
    }


async def _unanswered(crowd: Crowd) -> list[tuple[int, int]]:
    for person in crowd.people:
        await crowd.refresh(person)
    answers = _answers(crowd)
    return [(person.chat, number) for person, number in crowd.photos if not answers[person.chat, number]]


@dataclass(frozen=True, slots=True)
class _Stored:
    """What lies in the database: readings by (chat, photo's message), and corrections that are not as given."""

    readings: set[tuple[int, int]]
    wrong_corrections: int
    orphans: int
    waiting: int


async def _stored(crowd: Crowd, folder: Path) -> _Stored:
    settings = Settings.load(state=folder)
    async with Database(settings.database, settings.keyring()) as database, database.read() as session:
        rows = (await session.scalars(select(StoredReading))).all()
        orphans = len((await session.execute(text("PRAGMA foreign_key_check"))).all())
        return _Stored(
            {(row.chat_id, row.question_message) for row in rows},
            sum(not _is_corrected_once(row, crowd) for row in rows),
            orphans,
            await inbox.waiting(session),
        )


def _is_corrected_once(row: StoredReading, crowd: Crowd) -> bool:
    """Whether each digit has exactly the one correction that was given, or none where none was."""
    wanted = crowd.corrected.get((row.chat_id, row.question_message), "")
    given = [[correction.label for correction in digit.corrections] for digit in row.digits]
    return given == ([[int(digit)] for digit in wanted] if wanted else [[] for _ in row.digits])


async def _count(crowd: Crowd, bot: BotProcess, folder: Path, options: Options, seconds: float) -> Result:
    answers, unanswered = _answers(crowd), await _unanswered(crowd)
    sent = {(person.chat, number) for person, number in crowd.photos}
    stored = await _stored(crowd, folder)
    return Result(
        updates=options.updates,
        photos=len(sent),
        albums=crowd.albums.total(),
        corrections=len(crowd.corrected),
        kills=bot.kills,
        stops=bot.stops,
        unexpected_ends=bot.unexpected,
        without_answer=len(unanswered),
        without_reading=len(sent - stored.readings),
        doubled=sum(count - 1 for key, count in answers.items() if key in sent),
        odd_albums=sum(abs(crowd.albums[chat] - lines) for chat, lines in _album_lines(crowd).items()),
        wrong_corrections=stored.wrong_corrections,
        orphans=stored.orphans,
        waiting=stored.waiting,
        sound=await _is_sound(folder),
        seconds=round(seconds, 1),
    )


async def _is_sound(folder: Path) -> bool:
    """What ``digitbot db check`` says."""
    command = [sys.executable, "-P", "-m", "bot.cli.main", "db", "check"]
    environment = {**os.environ, "DIGITBOT_STATE": str(folder)}
    check = await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.DEVNULL)
    return await check.wait() == 0


def main() -> int:
    """Parse, run by polling or webhook, print; 1 where an invariant is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--updates", type=int, default=900)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--webhook", action="store_true", help="deliver updates instead of letting the bot fetch them")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    given = parser.parse_args()
    result = asyncio.run(soak(Options(given.updates, given.kills, given.people, given.webhook, given.seed)))
    values = {**asdict(result), "holds": result.holds}
    print(json.dumps(values) if given.json else "\n".join(f"{name}: {value}" for name, value in values.items()))
    return 0 if result.holds else 1


if __name__ == "__main__":
    sys.exit(main())
