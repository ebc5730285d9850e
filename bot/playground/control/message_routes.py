"""Messages: said, seen, edited, and their buttons pressed."""

from __future__ import annotations

from bot.playground.control.control_handler import ControlHandler, RefusedError
from bot.playground.inbound import post_inbound, text_of

PATIENCE = 10.0
"""Seconds that a press waits for the bot's answer, where the client does not say."""


class MessagesHandler(ControlHandler):
    """What is said in a chat."""

    async def get(self, chat: str) -> None:
        """Messages new or changed after a number, at once or as soon as there are some."""
        room, after = self._chat(chat), int(self._number("after", 0))
        await self._wait_until(lambda: any(self._state.since(after, room.id)))
        self._send([self._view(message) for message in self._state.since(after, room.id)])

    async def post(self, chat: str) -> None:
        room = self._chat(chat)
        multipart = self.request.headers.get("Content-Type", "").startswith("multipart/")
        asked = {name: self.get_body_argument(name) for name in self.request.arguments} if multipart else self._json()
        sender = self._member(room, asked.get("from"))
        if (answered := asked.get("reply_to")) is not None and answered != "":
            self._message(room, str(answered))
        messages = await post_inbound(self._state, room, sender, asked, self.request.files)
        views = [self._view(message) for message in messages]
        self._send(views if len(views) > 1 else views[0])


class MessageHandler(ControlHandler):
    """One message: seen, edited by its sender."""

    def get(self, chat: str, message: str) -> None:
        self._send(self._view(self._message(self._chat(chat), message)))

    def put(self, chat: str, message: str) -> None:
        old, asked = self._message(self._chat(chat), message), self._json()
        if old.by_bot or asked.get("from", old.sender.id) != old.sender.id:
            raise RefusedError(403, "People edit their own messages only.")
        text = text_of(str(asked.get("text") or ""), caption=old.media is not None)
        self._send(self._view(self._state.correct(old, text)))


class PressHandler(ControlHandler):
    """A button pressed; the answer is what the bot shows for it."""

    async def post(self, chat: str, message: str) -> None:
        room, asked = self._chat(chat), self._json()
        person, wanted = self._member(room, asked.get("from")), str(asked.get("button") or "")
        pressed = self._message(room, message)
        button = pressed.keyboard.find(wanted) if pressed.keyboard else None
        if button is None and not asked.get("forged"):
            self._missing(f"There is no button {wanted!r} under this message.")
        if button is not None and button.data is None:
            self._send({"toast": None, "alert": False, "url": button.url})
            return
        data = button.data if button and button.data else wanted
        seconds = asked.get("wait", PATIENCE)
        press = self._state.press(pressed, person, data)
        toast = await press.toast(float(seconds) if isinstance(seconds, int | float) else PATIENCE)
        self._send(toast.payload() if toast else {"toast": None, "alert": False, "url": None})
