"""A message that shows the progress of a long job: edited at intervals, and always with the final state."""

from __future__ import annotations

import asyncio
import logging

from telegram import InlineKeyboardMarkup, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.periodic_tasks import cancel_all

log = logging.getLogger(__name__)

EDIT_INTERVAL_S = 4.0  # sends and edits share Telegram's limits


class ProgressMessage:
    """``update`` may be called at any rate: only the newest text is shown, at most every four seconds."""

    def __init__(self, message: Message, keyboard: InlineKeyboardMarkup | None) -> None:
        self._message = message
        self._keyboard = keyboard
        self._changed = asyncio.Event()
        self._text = self._shown = ""
        self._task = asyncio.create_task(self._run())

    def update(self, text: str) -> None:
        self._text = text
        self._changed.set()

    async def finish(self, text: str) -> bool:
        """Show the final text at once, without buttons. Returns whether that is done; False: it may be tried again."""
        await self.stop()
        self._keyboard = None
        return await self._edit(text)

    async def stop(self) -> None:
        """Show nothing more."""
        await cancel_all([self._task])

    async def _run(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._edit(self._text)
            await asyncio.sleep(EDIT_INTERVAL_S)

    async def _edit(self, text: str) -> bool:
        """Whether there is nothing more to do: the text is shown, or Telegram refuses it for good."""
        if text == self._shown and self._keyboard:
            return True
        self._shown = text
        try:
            await self._message.edit_text(text, parse_mode=ParseMode.HTML, reply_markup=self._keyboard)
        except TelegramError as error:  # a failed edit must not end the job
            log.info("progress was not shown: %s", error)
            return isinstance(error, BadRequest | Forbidden)
        return True
