"""The people of a soak: what they send, and what they were answered."""

from __future__ import annotations

import asyncio
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2

from bot.playground.client import MessageView, Participant, People
from training.synthesis.pages import render_page

PHOTO_WIDTH = 400  # pixels
UNANSWERED_OF_ONE = 6  # photos of one person; then they wait, so that the soak is as fast as the bot
WORDS = ("/help", "/start", "/id", "hello", "/models", "/privacy", "/language")


@dataclass(eq=False)
class Chat:
    """One person's private chat. Photos and answers are known by the ids of their messages.

    ``pictures``: the answers that are more than words. ``albums``: the photos of each; ``lines``: what sums them up.
    ``labels``: the corrections that apply, by photo; ``acts``: the photos in the order in which they were corrected.
    """

    person: Participant
    photos: set[int] = field(default_factory=set)
    unanswered: set[int] = field(default_factory=set)
    answers: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    pictures: set[int] = field(default_factory=set)
    correctable: dict[int, MessageView] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    acts: list[int] = field(default_factory=list)
    corrected: set[int] = field(default_factory=set)
    albums: list[frozenset[int]] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)
    news: int = 0

    async def refresh(self) -> None:
        """Look at what is new in the chat."""
        query = {"after": self.news}
        for message in (await self.person.client.get(self._path, params=query)).json():
            self.news = max(self.news, message["news"])
            if message["bot"] and not message["deleted"]:
                self._note(message)

    def _note(self, message: MessageView) -> None:
        photo = message["reply_to"]
        if str(message.get("text") or "").startswith("All "):
            self.lines.add(message["id"])
        if photo in self.photos and not str(message.get("text") or "").startswith("Undone"):
            self.answers[photo].add(message["id"])
            self.unanswered.discard(photo)
            if message["files"]:
                self.pictures.add(message["id"])
            if photo not in self.corrected and digits_told(message):
                self.correctable.setdefault(photo, message)

    async def send_photo(self, picture: bytes) -> None:
        self._note_sent([await self.person.photo(picture)])

    async def send_album(self, pictures: list[bytes]) -> None:
        files = [("photo", ("photo.jpg", picture)) for picture in pictures]
        sent = (await self.person.client.post(self._path, data={"from": self.person.id}, files=files)).json()
        self.albums.append(self._note_sent(sent))

    def _note_sent(self, messages: list[MessageView]) -> frozenset[int]:
        ids = frozenset(message["id"] for message in messages)
        self.photos |= ids
        self.unanswered |= ids
        return ids

    def is_read(self, album: frozenset[int]) -> bool:
        """Whether a picture of an album surely was read, so that the album is summed up."""
        return any(self.answers[photo] & self.pictures for photo in album)

    async def correct(self, chooser: random.Random) -> None:
        """Reply to an answer with other digits, as many as it has."""
        await self.refresh()
        if not self.correctable:
            await self.person.says("/correct")
            return
        photo = chooser.choice(list(self.correctable))
        answer = self.correctable.pop(photo)
        self.labels[photo] = "".join(str((int(digit) + 1) % 10) for digit in digits_told(answer))
        self.corrected.add(photo)
        self.acts.append(photo)
        await self.person.says(f"/correct {self.labels[photo]}", reply_to=answer)

    async def undo(self) -> None:
        """Take the latest correction back: which one that is depends on the order in which updates are handled."""
        if self.acts:
            del self.labels[self.acts.pop()]
        await self.person.says("/undo")

    async def press(self, chooser: random.Random) -> None:
        """Without waiting for the toast: the bot may be away."""
        if not self.correctable:
            await self.person.says("/help")
            return
        answer = self.correctable[chooser.choice(list(self.correctable))]
        body = {"from": self.person.id, "button": "What you saw", "wait": 0}
        await self.person.client.post(f"{self._path}/{answer['id']}/press", json=body)

    @property
    def _path(self) -> str:
        return f"/playground/chats/{self.person.chat}/messages"


@dataclass(eq=False)
class Crowd:
    """All people, who act one after another as ``random`` says."""

    chats: list[Chat]
    random: random.Random
    pictures: list[bytes]

    @classmethod
    async def of(cls, people: People, count: int, seed: int) -> Crowd:
        chooser = random.Random(seed)
        pictures = [_picture(chooser.randrange(10**6), str(chooser.choice((7, 42, 305, 19)))) for _ in range(12)]
        return cls([Chat(await people(f"P{number}")) for number in range(count)], chooser, pictures)

    async def act(self) -> None:
        """Something by somebody who is not waiting for many answers: mostly photos."""
        chat, chance = await self._free_chat(), self.random.random()
        if chance < 0.50:
            await chat.send_photo(self.random.choice(self.pictures))
        elif chance < 0.55:
            await chat.send_album(self.random.sample(self.pictures, self.random.randint(2, 4)))
        elif chance < 0.73:
            await chat.correct(self.random)
        elif chance < 0.77:
            await chat.undo()
        elif chance < 0.89:
            await chat.person.says(self.random.choice(WORDS))
        else:
            await chat.press(self.random)

    async def _free_chat(self) -> Chat:
        while True:
            for chat in self.random.sample(self.chats, len(self.chats)):
                if len(chat.unanswered) >= UNANSWERED_OF_ONE:
                    await chat.refresh()
                if len(chat.unanswered) < UNANSWERED_OF_ONE:
                    return chat
            await asyncio.sleep(0.1)

    async def refresh(self) -> None:
        for chat in self.chats:
            await chat.refresh()

    def unanswered(self) -> int:
        return sum(len(chat.unanswered) for chat in self.chats)

    def photos(self) -> Iterator[tuple[int, int]]:
        """Every photo by its chat and message."""
        return ((chat.person.chat, photo) for chat in self.chats for photo in chat.photos)


def digits_told(answer: MessageView) -> str:
    """The digits of a first answer that tells them: "I read 427", or "4 · 99 % sure"; "" for all others."""
    told = re.match(r"(?:I read ([\d ]+)|(\d) · )", str(answer.get("caption") or ""))
    return (told[1] or told[2]).replace(" ", "") if told else ""


def _picture(seed: int, text: str) -> bytes:
    pixels = render_page(seed, (), text=text).pixels
    height = PHOTO_WIDTH * pixels.shape[0] // pixels.shape[1]
    small = cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), (PHOTO_WIDTH, height), interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(".jpg", small)[1])
