"""Around the chats: faults on order, the delivery log, news of all chats, command menus."""

from __future__ import annotations

import time

from bot.playground.control.control_handler import ControlHandler, RefusedError
from bot.playground.faults import DELIVERIES
from bot.playground.view import chat_view, user_view


class FaultsHandler(ControlHandler):
    """Faults on order."""

    def get(self) -> None:
        self._send(self._control.api.faults.payload())

    def post(self) -> None:
        try:
            fault = self._control.api.faults.add(self._json())
        except ValueError as error:
            raise RefusedError(400, str(error)) from None
        # A poll that waits already would outlive the order: it ends with nothing, and the next one meets the fault.
        if fault.method in DELIVERIES:
            self._state.updates.notifier.notify()
        self._send({"method": fault.method, "times": fault.times})

    def delete(self) -> None:
        self._control.api.faults.clear()
        self._send({})


class DeliveryLogHandler(ControlHandler):
    """Counts of updates and calls."""

    def get(self) -> None:
        self._send(self._state.delivery_log.payload())


class NewsHandler(ControlHandler):
    """Everything that changed anywhere: one waiting request serves a page with many chats."""

    async def get(self) -> None:
        after = int(self._number("after", 0))
        before = self._chat_actions()
        await self._wait_until(lambda: self._state.last_number > after or self._chat_actions() != before)
        self._send(
            {
                "news": self._state.last_number,
                "bot": {"id": self._state.bot.id, "name": self._state.bot.name, "username": self._state.bot.username},
                "languages": list(self._state.languages),
                "visitor": self._state.visitor and self._state.visitor.id,
                "people": [user_view(person) for person in self._state.people.values()],
                "chats": [chat_view(chat) for chat in self._state.chats.values()],
                "messages": [self._view(message) for message in self._state.messages.since(after)],
                "doing": self._chat_actions(),
            }
        )

    def _chat_actions(self) -> dict[str, str]:
        now = time.monotonic()
        return {str(chat): action for chat, (action, end) in self._state.chat_actions.items() if end > now}


class MenuHandler(ControlHandler):
    """The commands that a person is offered in a chat, and the bot's description."""

    def get(self, chat_id: str) -> None:
        chat = self._chat(chat_id)
        person = self._member(chat, self.get_query_argument("person", str(chat.people[0].id)))
        profile = self._control.api.methods.bot_profile
        description = profile.text("description", person.language[:2])
        self._send({"commands": profile.menus.for_person(chat, person), "description": description})
