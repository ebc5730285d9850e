"""Messages of a chat: sent, listed and edited, and their buttons pressed."""

from __future__ import annotations

from bot.playground.control.control_handler import ControlHandler, RefusedError
from bot.playground.inbound import send_inbound, user_text

PRESS_WAIT_SECONDS = 10.0
"""How long a press waits for the bot's answer, where the client does not say."""


class MessagesHandler(ControlHandler):
    """The messages of a chat."""

    async def get(self, chat_id: str) -> None:
        """Messages new or changed after a number, at once or as soon as there are some; at most ``limit``."""
        messages, chat, after = self._state.messages, self._chat(chat_id), int(self._number("after", 0))
        limit = int(self._number("limit", 0))
        if limit < 0:
            raise RefusedError(400, "Give limit as a number from 1 on.")
        await self._wait_until(lambda: messages.has_news(after, chat.id))
        self._send([self._view(message) for message in messages.since(after, chat.id, limit or None)])

    async def post(self, chat_id: str) -> None:
        chat = self._chat(chat_id)
        multipart = self.request.headers.get("Content-Type", "").startswith("multipart/")
        body = {name: self.get_body_argument(name) for name in self.request.arguments} if multipart else self._json()
        sender = self._member(chat, body.get("from"))
        if (reply_to := body.get("reply_to")) is not None and reply_to != "":
            self._message(chat, str(reply_to))
        messages = await send_inbound(self._state, chat, sender, body, self.request.files)
        views = [self._view(message) for message in messages]
        self._send(views if len(views) > 1 else views[0])


class MessageHandler(ControlHandler):
    """One message, as it is now or edited by its sender."""

    def get(self, chat_id: str, message_id: str) -> None:
        self._send(self._view(self._message(self._chat(chat_id), message_id)))

    def put(self, chat_id: str, message_id: str) -> None:
        message, body = self._message(self._chat(chat_id), message_id), self._json()
        if message.by_bot or body.get("from", message.sender.id) != message.sender.id:
            raise RefusedError(403, "People edit their own messages only.")
        text = user_text(str(body.get("text") or ""), caption=message.media is not None)
        self._send(self._view(self._state.edit_as_user(message, text)))


class PressHandler(ControlHandler):
    """A button pressed; the answer is what the bot shows for it."""

    async def post(self, chat_id: str, message_id: str) -> None:
        chat, body = self._chat(chat_id), self._json()
        person, wanted = self._member(chat, body.get("from")), str(body.get("button") or "")
        message = self._message(chat, message_id)
        button = message.keyboard.find(wanted) if message.keyboard else None
        if button is None and not body.get("forged"):
            self._missing(f"There is no button {wanted!r} under this message.")
        if button is not None and button.data is None:
            self._send({"toast": None, "alert": False, "url": button.url})
            return
        data = button.data if button and button.data else wanted
        seconds = body.get("wait", PRESS_WAIT_SECONDS)
        query = self._state.press_button(message, person, data)
        toast = await query.toast(float(seconds) if isinstance(seconds, int | float) else PRESS_WAIT_SECONDS)
        self._send(toast.payload() if toast else {"toast": None, "alert": False, "url": None})
