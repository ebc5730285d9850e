"""Around the chats: news of all of them, menus, faults on order, the books."""

from __future__ import annotations

import time

from bot.playground.control.control_handler import ControlHandler, RefusedError
from bot.playground.view import chat_view, person_view


class FaultsHandler(ControlHandler):
    """Faults on order."""

    def post(self) -> None:
        asked = self._json()
        try:
            fault = self._control.api.faults.add(asked)
        except (ValueError, TypeError) as error:
            raise RefusedError(400, str(error)) from None
        # A poll that waits already would outlive the order: it ends with nothing, and the next one meets the fault.
        if fault.method in {"getUpdates", "webhook"}:
            self._state.updates.bell.ring()
        self._send({"method": fault.method, "times": fault.times})

    def delete(self) -> None:
        self._control.api.faults.clear()
        self._send({})


class BooksHandler(ControlHandler):
    """What was made, delivered and acknowledged."""

    def get(self) -> None:
        self._send(self._state.books.payload())


class NewsHandler(ControlHandler):
    """Everything that changed anywhere: one waiting request serves a page with many chats."""

    async def get(self) -> None:
        after = int(self._number("after", 0))
        busy = self._busy()
        await self._wait_until(lambda: self._state.last_number > after or self._busy() != busy)
        self._send(
            {
                "news": self._state.last_number,
                "bot": {"id": self._state.bot.id, "name": self._state.bot.name, "username": self._state.bot.username},
                "people": [person_view(person) for person in self._state.people.values()],
                "chats": [chat_view(chat) for chat in self._state.chats.values()],
                "messages": [self._view(message) for message in self._state.since(after)],
                "doing": self._busy(),
            }
        )

    def _busy(self) -> dict[str, str]:
        now = time.monotonic()
        return {str(chat): action for chat, (action, end) in self._state.doing.items() if end > now}


class MenuHandler(ControlHandler):
    """The commands that a person is offered in a chat, and the bot's description."""

    def get(self, chat: str) -> None:
        room = self._chat(chat)
        person = self._member(room, self.get_query_argument("person", str(room.people[0].id)))
        account = self._control.api.methods.account
        commands = account.menus.for_person(room, person)
        self._send({"commands": commands, "description": account.words("description", person.language[:2])})
