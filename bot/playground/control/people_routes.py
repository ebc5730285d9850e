"""People and groups."""

from __future__ import annotations

from bot.playground.control.control_handler import ControlHandler, RefusedError
from bot.playground.view import user_view


class PeopleHandler(ControlHandler):
    """Makes and lists people."""

    def get(self) -> None:
        self._send([user_view(person) for person in self._state.people.values()])

    def post(self) -> None:
        body = self._json()
        name = str(body.get("name") or "").strip()
        if not name:
            raise RefusedError(400, "Give the person a name.")
        language = str(body.get("language") or "en")
        self._send(user_view(self._state.add_user(name, language, admin=bool(body.get("admin")))))
        self._state.change_notifier.notify()


class VisitorHandler(ControlHandler):
    """The one who uses the page."""

    def put(self) -> None:
        """Makes the visitor, or names the one who is there: every tab and browser is the same person."""
        language = str(self._json().get("language") or self._state.languages[0])
        self._send(user_view(self._state.add_visitor(language)))
        self._state.change_notifier.notify()


class GroupsHandler(ControlHandler):
    """Makes groups, with the bot in them unless ``bot`` is false."""

    def post(self) -> None:
        body = self._json()
        title, people = str(body.get("title") or "").strip(), body.get("people")
        if not title or not isinstance(people, list) or not people:
            raise RefusedError(400, "Give the group a title and people, as a list of their ids.")
        chat = self._state.add_group(title, [self._person(one) for one in people])
        if body.get("bot") is False:
            chat = self._state.let_bot_write(chat, allowed=False)
        self._send({"chat": chat.id, "title": chat.title, "people": [person.id for person in chat.people]})
