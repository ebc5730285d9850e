"""The requests that handlers work on: a new message or a pressed button, with the means to answer it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Self

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update, User
from telegram.error import BadRequest

from bot.context import Bot, Context
from bot.messages.texts import Texts, texts_for


@dataclass(frozen=True, slots=True)
class MessageRequest:
    """One new message, who sent it, and the texts in their language."""

    message: Message
    user: User
    bot: Bot
    texts: Texts
    update_id: int

    @classmethod
    def of(cls, update: Update, context: Context) -> Self:
        """The request of an update with a new message; an anonymous admin has a stand-in user (Message.from).

        Raises TypeError for any other update: the filters let none pass.
        """
        message, user = update.message, update.effective_user
        if message is None or user is None:
            raise TypeError(f"update {update.update_id} has no message from a user")
        return cls(message, user, context.bot, texts_for(user.language_code), update.update_id)

    @property
    def chat(self) -> int:
        return self.message.chat_id

    @property
    def language(self) -> str:
        return self.user.language_code or "en"

    async def say(
        self, html: str, keyboard: InlineKeyboardMarkup | None = None, *, quote: bool | None = None
    ) -> Message:
        """Answer with text; in groups, and where ``quote`` says so, as a reply."""
        return await self.message.reply_html(html, reply_markup=keyboard, do_quote=quote)


@dataclass(frozen=True, slots=True)
class ButtonRequest:
    """One pressed button. ``message`` is the one it belongs to; None where Telegram no longer gives it."""

    query: CallbackQuery
    message: Message | None
    user: User
    bot: Bot
    texts: Texts
    update_id: int

    @classmethod
    def of(cls, update: Update, context: Context) -> Self:
        """The request of an update with a callback query; raises TypeError for any other."""
        query = update.callback_query
        if query is None:
            raise TypeError(f"update {update.update_id} has no callback query")
        message = query.message if isinstance(query.message, Message) else None
        texts = texts_for(query.from_user.language_code)
        return cls(query, message, query.from_user, context.bot, texts, update.update_id)

    async def toast(self, text: str | None = None, *, alert: bool = False) -> None:
        """Answer the callback query; one from before a restart may be too old for that, and is handled all the same."""
        with contextlib.suppress(BadRequest):
            await self.query.answer(text, show_alert=alert)

    @property
    def asker_id(self) -> int | None:
        """The Telegram id of the person whom the message with the button replies to; None where it replies to none."""
        request = self.message.reply_to_message if self.message else None
        return request.from_user.id if request and request.from_user and not request.from_user.is_bot else None
