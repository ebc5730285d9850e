"""People who talk to the bot through the playground, as a test writes them: ``await ann.says("/start")``."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import cv2
import httpx
import numpy as np
import pytest

from bot.app import build_application
from bot.house import House
from bot.playground import Playground
from bot.serving import serve
from bot.settings import Settings
from training.pages import generate

PATIENCE = 15.0
"""Seconds that a person waits at most."""

Message: TypeAlias = dict[str, Any]


def words(message: Message) -> str:
    """The text or caption of a message."""
    return str(message.get("text") or message.get("caption") or "")


def labels(message: Message) -> list[str]:
    """The texts of all buttons of a message."""
    return [button["text"] for row in message["buttons"] for button in row]


@dataclass
class Person:
    """One person in one chat, over the playground's control side."""

    client: httpx.AsyncClient
    id: int
    chat: int
    seen: int = 0
    """The news that ``reply`` has looked at so far."""
    messages: dict[int, Message] = field(default_factory=dict)
    """Every message of the chat in its latest state."""
    _answers: set[int] = field(default_factory=set)

    async def says(self, text: str, *, reply_to: Message | None = None) -> Message:
        asked = {"from": self.id, "text": text, "reply_to": reply_to and reply_to["id"]}
        return await self._post("messages", json=asked)

    async def photo(self, *contents: bytes, **fields: Any) -> Message:
        """Sends a photo, or several as an album (then the first message is returned)."""
        return await self._files([("photo", (f"{number}.jpg", one)) for number, one in enumerate(contents)], fields)

    async def document(self, content: bytes, name: str = "photo.png", **fields: Any) -> Message:
        return await self._files([("document", (name, content))], fields)

    async def sticker(self, content: bytes, name: str = "sticker.webp", **fields: Any) -> Message:
        return await self._files([("sticker", (name, content))], fields)

    async def sends(self, **extra: Any) -> Message:
        """Sends any other content: ``await ann.sends(location={...})``."""
        return await self._post("messages", json={"from": self.id, "extra": extra})

    async def edits(self, message: Message, text: str) -> Message:
        answer = await self.client.put(f"/playground/chats/{self.chat}/messages/{message['id']}", json={"text": text})
        return _message(answer)

    async def press(self, message: Message, button: str, *, forged: bool = False) -> Message:
        """Presses a button by its text or data; returns the toast."""
        asked = {"from": self.id, "button": button, "forged": forged}
        return await self._post(f"messages/{message['id']}/press", json=asked)

    async def reply(self, seconds: float = PATIENCE) -> Message:
        """The next message of the bot that ``reply`` has not returned yet."""
        return await self.until(self._take_reply, seconds, "the bot to say something")

    async def silence(self, seconds: float = 0.5) -> None:
        """Fails where the bot says something new within the time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            await self._look(left)
            if message := self._take_reply():
                pytest.fail(f"The bot was to be silent, but said: {words(message)!r}")

    async def latest(self, message: Message) -> Message:
        """A message as it is now."""
        return _message(await self.client.get(f"/playground/chats/{self.chat}/messages/{message['id']}"))

    async def changed(self, message: Message, seconds: float = PATIENCE) -> Message:
        """The next state of a message after the given one."""

        def newer() -> Message | None:
            now = self.messages.get(message["id"])
            return now if now and now["news"] > message["news"] else None

        return await self.until(newer, seconds, f"a change of {words(message)!r}")

    async def until(
        self, predicate: Callable[[], Message | None], seconds: float = PATIENCE, what: str = "something"
    ) -> Message:
        """Looks at the chat until the predicate gives a message; fails after so many seconds."""
        end = time.monotonic() + seconds
        while not (found := predicate()):
            if (left := end - time.monotonic()) <= 0:
                said = [words(one) for one in self.messages.values()][-5:]
                pytest.fail(f"Waited {seconds:.0f} s for {what}; the chat ends with {said}")
            await self._look(left)
        return found

    @staticmethod
    def words(message: Message) -> str:
        return words(message)

    @staticmethod
    def labels(message: Message) -> list[str]:
        return labels(message)

    async def bytes_of(self, message: Message) -> bytes:
        """The first file of a message."""
        return (await self.client.get(message["files"][0])).content

    def _take_reply(self) -> Message | None:
        for number, message in sorted(self.messages.items()):
            if message["bot"] and number not in self._answers and not message["deleted"]:
                self._answers.add(number)
                return message
        return None

    async def _look(self, seconds: float) -> None:
        asked = {"after": self.seen, "wait": min(seconds, 10)}
        for message in _checked(await self.client.get(f"/playground/chats/{self.chat}/messages", params=asked)):
            self.messages[message["id"]] = message
            self.seen = max(self.seen, message["news"])

    async def _post(self, path: str, **body: Any) -> Message:
        return _message(await self.client.post(f"/playground/chats/{self.chat}/{path}", **body))

    async def _files(self, files: Sequence[tuple[str, tuple[str, bytes]]], fields: dict[str, Any]) -> Message:
        if isinstance(fields.get("reply_to"), dict):
            fields["reply_to"] = fields["reply_to"]["id"]
        return await self._post("messages", data={"from": self.id, **fields}, files=files)


@dataclass
class People:
    """Makes people and groups."""

    client: httpx.AsyncClient

    async def __call__(self, name: str = "Ann", *, admin: bool = False, language: str = "en") -> Person:
        made = _checked(
            await self.client.post("/playground/people", json={"name": name, "admin": admin, "language": language})
        )
        return Person(self.client, made["id"], made["chat"])

    async def group(self, title: str, *people: Person) -> tuple[Person, ...]:
        """The same people, talking in a new group."""
        asked = {"title": title, "people": [person.id for person in people]}
        chat = _checked(await self.client.post("/playground/groups", json=asked))["chat"]
        return tuple(Person(self.client, person.id, chat) for person in people)

    async def books(self) -> Message:
        return _message(await self.client.get("/playground/books"))

    async def fault(self, method: str, times: int = 1, **kind: Any) -> None:
        """Orders a fault: ``await people.fault("sendPhoto", status=429, retry_after=1)``."""
        _checked(await self.client.post("/playground/faults", json={"method": method, "times": times, **kind}))


def _message(answer: httpx.Response) -> Message:
    """The one object of an answer, or the first of several."""
    body = _checked(answer)
    found: Message = body[0] if isinstance(body, list) else body
    return found


def _checked(answer: httpx.Response) -> Any:
    assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:300]}"
    return answer.json()


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """A playground on a free port."""
    playground = Playground()
    await playground.start()
    yield playground
    await playground.stop()


@pytest.fixture
async def people(playground: Playground) -> AsyncIterator[People]:
    """Makes people: ``ann = await people("Ann")``."""
    async with httpx.AsyncClient(base_url=playground.address, timeout=70, trust_env=False) as client:
        yield People(client)


@dataclass
class Bot:
    """The unmodified bot, serving in this event loop; ``stop`` ends it as SIGTERM would."""

    house: House
    stop: asyncio.Event
    serving: asyncio.Task[None]

    async def end(self) -> None:
        self.stop.set()
        await self.serving


@dataclass
class Bots:
    """Starts bots against the playground, on a state folder that outlives them."""

    playground: Playground
    state: Path
    running: list[Bot] = field(default_factory=list)

    async def start(self, **settings: Any) -> Bot:
        chosen = Settings.load(
            **{
                "token": self.playground.token,
                "api_url": self.playground.address,
                "admins": frozenset(self.playground.admin_ids),
                "state": self.state,
                **settings,
            }
        )
        house, stop, ready = House(chosen), asyncio.Event(), asyncio.Event()
        serving = asyncio.create_task(serve(build_application(chosen, house), chosen, stop, ready.set))
        begun = asyncio.create_task(ready.wait())
        await asyncio.wait([serving, begun], return_when=asyncio.FIRST_COMPLETED, timeout=PATIENCE)
        if serving.done():
            begun.cancel()
            serving.result()
        self.running.append(bot := Bot(house, stop, serving))
        return bot


@pytest.fixture
async def bots(playground: Playground, tmp_path: Path) -> AsyncIterator[Bots]:
    """For tests that start bots themselves: with other settings, or one after another."""
    bots = Bots(playground, tmp_path / "state")
    yield bots
    for bot in bots.running:
        if not bot.serving.done():
            await bot.end()


@pytest.fixture
async def bot(bots: Bots) -> Bot:
    """The bot as it comes."""
    return await bots.start()


@pytest.fixture
async def ann(bot: Bot, people: People) -> Person:
    """Somebody who talks to the bot."""
    return await people("Ann")


@pytest.fixture
def page() -> Callable[..., bytes]:
    """A photo of handwritten digits as JPEG, drawn by our own generator: ``page("427 15", seed=3)``."""

    def draw(text: str, seed: int = 1) -> bytes:
        pixels = generate(seed, (), text=text).pixels
        done, jpeg = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
        assert done
        return bytes(jpeg)

    return draw


@pytest.fixture
def blank() -> bytes:
    """A sheet of white paper with nothing on it."""
    done, jpeg = cv2.imencode(".jpg", np.full((480, 640), 235, np.uint8))
    assert done
    return bytes(jpeg)
