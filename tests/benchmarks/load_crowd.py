"""People who write to a program under test: a playground in this process, with a clock on every answer."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.playground import Playground
from bot.playground.chat_members import Chat, User
from bot.playground.entities import detect_entities
from bot.playground.files import FileStore, SentPhoto
from bot.playground.message import Message
from bot.playground.message_store import MessageStore
from tests.benchmarks.load_programs import Used

START_S = 90.0  # TensorFlow is imported meanwhile
ANSWER_S = 300.0  # the longest that one answer is waited for


class LeanFiles(FileStore):
    """Takes every answer's picture for the same one: the sizes of a photo are Telegram's work, not the program's, and
    ten thousand of them take gigabytes."""

    def __init__(self) -> None:
        super().__init__()
        self._same: SentPhoto | None = None

    def sent(self, content: bytes) -> SentPhoto:
        """A photo that people send, in all of Telegram's sizes."""
        return super().photo(content)

    def photo(self, content: bytes) -> SentPhoto:
        self._same = self._same or super().photo(content)
        return self._same


class WatchedMessages(MessageStore):
    """Tells of each new message of the bot in the moment in which it arrives."""

    def __init__(self, tell: Callable[[Message], None]) -> None:
        super().__init__()
        self._tell = tell

    def put(self, message: Message) -> None:
        is_new = self.get(*message.key) is None
        super().put(message)
        if is_new and message.by_bot:
            self._tell(message)


@dataclass(slots=True)
class Sent:
    """A message of a person's: when it was sent, when answered (``time.perf_counter``), and how often."""

    chat: int
    began: float
    ended: float = 0.0
    answers: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def seconds(self) -> float:
        """From the update to its answer."""
        return self.ended - self.began


class Crowd:
    """The people of one playground, and all that they sent, in order."""

    def __init__(self, playground: Playground) -> None:
        self._state = playground.state
        self._state.messages = WatchedMessages(self._answered)
        self._state.files = self._files = LeanFiles()
        self._people: list[tuple[Chat, User]] = []
        self._photos: dict[tuple[int, int], Sent] = {}
        self._said: dict[int, Sent] = {}
        self.answered: list[Sent] = []
        """What was answered, in that order."""

    def pictures(self, contents: Sequence[bytes]) -> list[SentPhoto]:
        """Photos as Telegram keeps them, to be sent any number of times."""
        return [self._files.sent(content) for content in contents]

    def person(self, number: int) -> tuple[Chat, User]:
        """The person of a number, made where there is none yet."""
        while len(self._people) <= number:
            user = self._state.add_user(f"P{len(self._people)}")
            self._people.append((self._state.chats[user.id], user))
        return self._people[number]

    def send(self, number: int, picture: SentPhoto) -> Sent:
        """Let a person send a photo."""
        chat, user = self.person(number)
        sent = Sent(chat.id, time.perf_counter())
        message = self._state.send_as_user(chat, user, media=picture)
        self._photos[message.key] = sent
        return sent

    async def say(self, number: int, text: str) -> Sent:
        """Let a person who sends no photos write something, and wait for what the bot says next in that chat."""
        chat, user = self.person(number)
        self._said[chat.id] = sent = Sent(chat.id, time.perf_counter())
        self._state.send_as_user(chat, user, text=detect_entities(text))
        return await self.until_answered(sent)

    async def until_answered(self, sent: Sent) -> Sent:
        """Raises TimeoutError where no answer comes."""
        await asyncio.wait_for(sent.arrived.wait(), ANSWER_S)
        return sent

    @property
    def photos(self) -> list[Sent]:
        """All photos, in the order in which they were sent."""
        return list(self._photos.values())

    def tally(self) -> Counter[int]:
        """How many photos have how many answers."""
        return Counter(sent.answers for sent in self._photos.values())

    @property
    def waiting(self) -> int:
        """Updates that the program has not fetched yet."""
        return len(self._state.updates)

    def _answered(self, message: Message) -> None:
        sent = self._photos.get((message.chat.id, message.reply_to or 0)) or self._said.pop(message.chat.id, None)
        if sent is None:
            return
        sent.answers += 1
        if sent.answers == 1:
            sent.ended = time.perf_counter()
            self.answered.append(sent)
            sent.arrived.set()


@dataclass(eq=False)
class Program:
    """A program under test, and the people who write to it."""

    name: str
    crowd: Crowd
    process: Process

    async def used(self) -> Used:
        """What it has used since it was last asked."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(b"\n")
        return Used(**json.loads(await self.process.stdout.readline()))


@asynccontextmanager
async def running(name: str, folder: Path) -> AsyncIterator[Program]:
    """A program that serves a playground of its own for the time of the block. Raises TimeoutError."""
    async with Playground() as playground:
        script = str(Path(__file__).with_name("load_programs.py"))
        command = [sys.executable, "-P", script, name, playground.address, playground.token, str(folder / name)]
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
        try:
            assert process.stdout is not None
            async with asyncio.timeout(START_S):
                while (line := await process.stdout.readline()) != b"ready\n":
                    if not line:
                        raise ChildProcessError(f"{name} ended with status {await process.wait()}")
            yield Program(name, Crowd(playground), process)
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()
