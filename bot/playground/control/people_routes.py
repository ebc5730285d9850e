"""People and groups."""

from __future__ import annotations

from bot.playground.chat_members import Chat
from bot.playground.control.control_handler import ControlHandler, RefusedError
from bot.playground.view import chat_view, user_view


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


class _GroupRoutes(ControlHandler):
    def _send_group(self, chat: Chat) -> None:
        self._send({"chat": chat.id, **chat_view(chat)})


class GroupsHandler(_GroupRoutes):
    """Makes groups, with the bot in them unless ``bot`` is false."""

    def post(self) -> None:
        body = self._json()
        title, people = str(body.get("title") or "").strip(), body.get("people")
        if not title or not isinstance(people, list) or not people:
            raise RefusedError(400, "Give the group a title and people, as a list of their ids.")
        chat = self._state.add_group(title, [self._person(one) for one in people], forum=bool(body.get("forum")))
        if body.get("bot") is False:
            chat = self._state.let_bot_write(chat, allowed=False)
        self._send_group(chat)


class GroupHandler(_GroupRoutes):
    """What happens to a group: it becomes a supergroup, gets an admin or a topic."""

    def post(self, chat_id: str, event: str) -> None:
        chat, body = self._chat(chat_id), self._json()
        if not chat.is_group or chat.upgraded_to is not None:
            raise RefusedError(400, "That is for groups only, and for those that have become no supergroup yet.")
        if event == "upgrade":
            self._send_group(self._state.upgrade_group(chat))
        elif event == "admins":
            self._send_group(self._state.add_chat_admin(chat, self._member(chat, body.get("person"))))
        elif not chat.is_forum:
            raise RefusedError(400, "Only forums have topics.")
        else:
            self._send({"topic": self._state.add_topic(chat, str(body.get("name") or "Topic")).id})
