"""People who talk to the bot over the control side, as a test writes them: ``await ann.says("/start")``."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import httpx

REPLY_WAIT_SECONDS = 15.0
"""How long ``reply`` and ``changed`` wait, where the caller does not say."""


class ExpectationError(AssertionError):
    """What a participant waited for did not come, came though it should not, or was refused."""


MessageView: TypeAlias = dict[str, Any]


@dataclass
class Participant:
    """One person in one chat, over the playground's control side."""

    client: httpx.AsyncClient
    id: int
    chat: int
    speaks_as: str | None = None
    """``group`` or ``channel``: in whose name messages are sent, where not in the person's own."""
    topic: int | None = None
    """The topic of a forum that messages are sent to."""
    seen: int = 0
    """The news that ``reply`` has looked at so far."""
    messages: dict[int, MessageView] = field(default_factory=dict)
    """Every message of the chat in its latest state."""
    _answers: set[int] = field(default_factory=set)

    @staticmethod
    def words(message: MessageView) -> str:
        """The text or caption of a message."""
        return str(message.get("text") or message.get("caption") or "")

    @staticmethod
    def labels(message: MessageView) -> list[str]:
        """The texts of all buttons of a message."""
        return [button["text"] for row in message["buttons"] for button in row]

    async def says(self, text: str, *, reply_to: MessageView | None = None) -> MessageView:
        body = {"from": self.id, "text": text, "reply_to": reply_to and reply_to["id"], "as": self.speaks_as}
        return await self._post("messages", body | {"topic": self.topic})

    async def photo(self, *contents: bytes, **fields: object) -> MessageView:
        """Sends a photo, or several as an album (then the first message is returned)."""
        return await self._files([("photo", (f"{number}.jpg", one)) for number, one in enumerate(contents)], fields)

    async def live_photo(self, content: bytes, **fields: object) -> MessageView:
        return await self._files([("live_photo", ("live.heic", content))], fields)

    async def document(self, content: bytes, name: str = "photo.png", **fields: object) -> MessageView:
        return await self._files([("document", (name, content))], fields)

    async def documents(self, *contents: bytes, name: str = "photo.jpg", **fields: object) -> MessageView:
        """Sends several files as an album, and returns the first message."""
        return await self._files([("document", (name, content)) for content in contents], fields)

    async def sticker(self, content: bytes, name: str = "sticker.webp", **fields: object) -> MessageView:
        return await self._files([("sticker", (name, content))], fields)

    async def sends(self, **extra: object) -> MessageView:
        """Sends any other content: ``await ann.sends(location={...})``."""
        return await self._post("messages", {"from": self.id, "extra": extra})

    async def edits(self, message: MessageView, text: str) -> MessageView:
        answer = await self.client.put(f"/playground/chats/{self.chat}/messages/{message['id']}", json={"text": text})
        return _message(answer)

    async def press(self, message: MessageView, button: str, *, forged: bool = False) -> MessageView:
        """Presses a button by its text or data; returns the toast."""
        body = {"from": self.id, "button": button, "forged": forged}
        return await self._post(f"messages/{message['id']}/press", body)

    async def opens(self, link: str) -> Participant:
        """Opens a deep link to the bot as Telegram's apps do: /start with its parameter, in the private chat."""
        private, parameter = Participant(self.client, self.id, self.id), httpx.URL(link).params.get("start", "")
        await private.says(f"/start {parameter}".strip())
        return private

    async def reply(self, seconds: float = REPLY_WAIT_SECONDS) -> MessageView:
        """The next message of the bot that ``reply`` has not returned yet."""
        return await self.until(self._take_reply, seconds, "the bot to say something")

    async def silence(self, seconds: float = 0.5) -> None:
        """Raises ExpectationError where the bot says something new within the time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            await self._look(left)
            if message := self._take_reply():
                raise ExpectationError(f"The bot was to be silent, but said: {self.words(message)!r}")

    async def latest(self, message: MessageView) -> MessageView:
        """A message as it is now."""
        return _message(await self.client.get(f"/playground/chats/{self.chat}/messages/{message['id']}"))

    async def changed(self, message: MessageView, seconds: float = REPLY_WAIT_SECONDS) -> MessageView:
        """The next state of a message after the given one."""

        def newer() -> MessageView | None:
            now = self.messages.get(message["id"])
            return now if now and now["news"] > message["news"] else None

        return await self.until(newer, seconds, f"a change of {self.words(message)!r}")

    async def until(
        self, predicate: Callable[[], MessageView | None], seconds: float = REPLY_WAIT_SECONDS, what: str = "something"
    ) -> MessageView:
        """Looks at the chat until the predicate gives a message; raises ExpectationError after so many seconds."""
        end = time.monotonic() + seconds
        while not (found := predicate()):
            if (left := end - time.monotonic()) <= 0:
                said = [self.words(one) for one in self.messages.values()][-5:]
                raise ExpectationError(f"Waited {seconds:.0f} s for {what}; the chat ends with {said}")
            await self._look(left)
        return found

    async def bytes_of(self, message: MessageView) -> bytes:
        """The first file of a message."""
        return (await self.client.get(message["files"][0])).content

    def _take_reply(self) -> MessageView | None:
        for number, message in sorted(self.messages.items()):
            if message["bot"] and number not in self._answers and not message["deleted"]:
                self._answers.add(number)
                return message
        return None

    async def _look(self, seconds: float) -> None:
        query = {"after": self.seen, "wait": min(seconds, 10)}
        for message in _checked(await self.client.get(f"/playground/chats/{self.chat}/messages", params=query)):
            self.messages[message["id"]] = message
            self.seen = max(self.seen, message["news"])

    async def _post(self, path: str, body: Mapping[str, object]) -> MessageView:
        return _message(await self.client.post(f"/playground/chats/{self.chat}/{path}", json=body))

    async def _files(self, files: Sequence[tuple[str, tuple[str, bytes]]], fields: dict[str, object]) -> MessageView:
        if isinstance(replied := fields.get("reply_to"), dict):
            fields["reply_to"] = replied["id"]
        given = {"as": self.speaks_as, "topic": self.topic}
        said = {"from": self.id, **{name: value for name, value in given.items() if value}, **fields}
        return _message(await self.client.post(f"/playground/chats/{self.chat}/messages", data=said, files=files))


@dataclass
class People:
    """Makes people and groups, orders faults and reads the counts of deliveries and calls."""

    client: httpx.AsyncClient

    @classmethod
    @contextlib.asynccontextmanager
    async def at(cls, address: str) -> AsyncIterator[People]:
        """The people of the playground at an address."""
        # Plain http on this machine: there is no certificate to check, and loading the known ones takes time.
        client = httpx.AsyncClient(base_url=address, timeout=70, trust_env=False, verify=False)  # noqa: S501
        async with client:
            yield cls(client)

    async def __call__(self, name: str = "Ann", *, admin: bool = False, language: str = "en") -> Participant:
        made = _checked(
            await self.client.post("/playground/people", json={"name": name, "admin": admin, "language": language})
        )
        return Participant(self.client, made["id"], made["chat"])

    async def group(self, title: str, *people: Participant, forum: bool = False) -> tuple[Participant, ...]:
        """The same people, talking in a new group, of which the first is the owner."""
        body = {"title": title, "people": [person.id for person in people], "forum": forum}
        chat = _checked(await self.client.post("/playground/groups", json=body))["chat"]
        return tuple(Participant(self.client, person.id, chat) for person in people)

    async def group_without_bot(self, title: str, *people: Participant) -> tuple[Participant, ...]:
        """The same people, talking in a new group that the bot is no member of."""
        body = {"title": title, "people": [person.id for person in people], "bot": False}
        chat = _checked(await self.client.post("/playground/groups", json=body))["chat"]
        return tuple(Participant(self.client, person.id, chat) for person in people)

    async def upgrade(self, *people: Participant) -> tuple[Participant, ...]:
        """The same people of one group, talking in the supergroup that it becomes."""
        chat = _checked(await self.client.post(f"/playground/chats/{people[0].chat}/upgrade", json={}))["chat"]
        return tuple(Participant(self.client, person.id, chat) for person in people)

    async def topic(self, *people: Participant, name: str = "Homework") -> tuple[Participant, ...]:
        """The same people of one forum, talking in a new topic."""
        chat = people[0].chat
        topic = _checked(await self.client.post(f"/playground/chats/{chat}/topics", json={"name": name}))["topic"]
        return tuple(Participant(self.client, person.id, chat, topic=topic) for person in people)

    async def promote(self, person: Participant) -> None:
        """Makes a member an admin of the group."""
        _checked(await self.client.post(f"/playground/chats/{person.chat}/admins", json={"person": person.id}))

    async def chat_actions(self) -> dict[str, str]:
        """What the bot is shown to be doing, by the id of the chat."""
        doing: dict[str, str] = _checked(await self.client.get("/playground/news"))["doing"]
        return doing

    async def menu(self, person: Participant) -> list[str]:
        """The commands that a person is offered in a chat."""
        query = {"person": person.id}
        menu = _checked(await self.client.get(f"/playground/chats/{person.chat}/menu", params=query))
        return [command["command"] for command in menu["commands"]]

    async def books(self) -> MessageView:
        """Counts of updates and calls: ``(await people.books())["updates"]["acknowledged"]``."""
        return _message(await self.client.get("/playground/books"))

    async def fault(self, method: str, times: int = 1, **kind: object) -> None:
        """Orders a fault: ``await people.fault("sendPhoto", status=429, retry_after=1)``."""
        _checked(await self.client.post("/playground/faults", json={"method": method, "times": times, **kind}))


def _message(answer: httpx.Response) -> MessageView:
    """The one object of an answer, or the first of several."""
    body = _checked(answer)
    found: MessageView = body[0] if isinstance(body, list) else body
    return found


def _checked(answer: httpx.Response) -> Any:  # noqa: ANN401  (JSON)
    if not answer.is_success:
        raise ExpectationError(
            f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:300]}"
        )
    return answer.json()
