"""The requests that handlers work on: a new message or a pressed button, with the means to answer it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Self

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.context import Bot, Context
from bot.identity import Sender
from bot.messages.texts import Texts, texts_for


@dataclass(frozen=True, slots=True)
class MessageRequest:
    """One new message, who sent it, and the texts in their language."""

    message: Message
    sender: Sender
    bot: Bot
    texts: Texts
    update_id: int

    @classmethod
    def of(cls, update: Update, context: Context) -> Self:
        """The request of an update with a new message.

        Raises TypeError for any other update: the filters let none pass.
        """
        message, sender = update.message, Sender.of(update)
        if message is None or sender is None:
            raise TypeError(f"update {update.update_id} has no message from a sender")
        return cls(message, sender, context.bot, texts_for(context.language or sender.language), update.update_id)

    @property
    def chat(self) -> int:
        return self.message.chat_id

    async def say(
        self, html: str, keyboard: InlineKeyboardMarkup | None = None, *, quote: bool | None = None
    ) -> Message:
        """Answer with text; in groups, and where ``quote`` says so, as a reply."""
        return await self.message.reply_html(html, reply_markup=keyboard, do_quote=quote)


@dataclass(frozen=True, slots=True)
class ButtonRequest:
    """One pressed button and who pressed it. ``message`` is the one it belongs to: without content where it is old, and
    None under an inline message, which only others send."""

    query: CallbackQuery
    message: Message | None
    sender: Sender
    bot: Bot
    texts: Texts
    update_id: int

    @classmethod
    def of(cls, update: Update, context: Context) -> Self:
        """The request of an update with a callback query; raises TypeError for any other."""
        query, sender = update.callback_query, Sender.of(update)
        if query is None or sender is None:
            raise TypeError(f"update {update.update_id} has no callback query")
        message = query.message if isinstance(query.message, Message) else None
        return cls(
            query, message, sender, context.bot, texts_for(context.language or sender.language), update.update_id
        )

    async def toast(self, text: str | None = None, *, alert: bool = False) -> None:
        """Answer the callback query; one from before a restart may be too old for that, and is handled all the same."""
        with contextlib.suppress(BadRequest):
            await self.query.answer(text, show_alert=alert)

    async def conclude(self, html: str, toast: str | None = None) -> None:
        """Put the outcome in the place of the question; where its message can no longer be edited, below it."""
        await self.toast(toast)
        if self.message is None:
            return
        try:
            await self.message.edit_text(html, ParseMode.HTML)
        except BadRequest as refused:
            if "not modified" not in refused.message:
                await self.bot.send_message(self.message.chat_id, html, ParseMode.HTML)
