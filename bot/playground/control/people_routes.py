"""People and groups."""

from __future__ import annotations

from bot.playground.control.control_handler import ControlHandler, RefusedError
from bot.playground.view import person_view


class PeopleHandler(ControlHandler):
    """Makes and lists people."""

    def get(self) -> None:
        self._send([person_view(person) for person in self._state.people.values()])

    def post(self) -> None:
        asked = self._json()
        name = str(asked.get("name") or "").strip()
        if not name:
            raise RefusedError(400, "Give the person a name.")
        language = str(asked.get("language") or "en")
        self._send(person_view(self._state.add_person(name, language, admin=bool(asked.get("admin")))))
        self._state.news.ring()


class GroupsHandler(ControlHandler):
    """Makes groups, with the bot in them."""

    def post(self) -> None:
        asked = self._json()
        title, people = str(asked.get("title") or "").strip(), asked.get("people")
        if not title or not isinstance(people, list) or not people:
            raise RefusedError(400, "Give the group a title and people, as a list of their ids.")
        chat = self._state.add_group(title, [self._person(one) for one in people])
        self._send({"chat": chat.id, "title": chat.title, "people": [person.id for person in chat.people]})
