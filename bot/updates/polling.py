"""Polling: getUpdates again and again; an offset is only moved past updates that lie in the inbox."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from telegram import Bot, Update
from telegram.error import InvalidToken, TelegramError

from bot.errors import BotError
from bot.settings import SettingsError
from bot.updates.receiver import UpdateReceiver
from bot.updates.telegram_errors import GrowingPause, Trouble, trouble_of
from bot.updates.update_parsing import PARSE_ERRORS
from storage.errors import StorageError

log = logging.getLogger(__name__)

POLL_S = 10  # how long Telegram may hold a getUpdates open
UPDATES_PER_POLL = 100  # updates; the most that getUpdates gives at once
CONFLICT_S = 120.0  # for so long a 409 is taken as passing: the other one may be an instance that is just ending
TELL_AFTER_S = 180.0  # outages as long as this are told to the admins when they are over
STEP_S = 300.0  # between two signs of life, pauses aside: four tries of a getUpdates, each at all of its time limits
CONFIRM_PAUSES_S = (1.0, 5.0, 15.0)  # before each getMe that is to confirm a 401: three within a minute

TOKEN_REJECTED = "DIGITBOT_TOKEN: Telegram does not know this token; @BotFather shows the current one"  # noqa: S105 - a sentence
OTHER_POLLER = (
    "another process has been polling Telegram with this token for two minutes, and only one can: stop one of the two, "
    "or have both take updates by webhook (DIGITBOT_WEBHOOK_URL)"
)
WEBHOOK_ACTIVE = "a webhook is set for this bot, so that polling gets nothing: remove it, or set DIGITBOT_WEBHOOK_URL"


class FetchingFailed(BotError):
    """No updates can be had for a lasting reason, which the sentence says."""


class Poller:
    """Fetches updates into the receiver until it is cancelled.

    ``tell`` is called with (seconds, last error) when Telegram is reached again after minutes.
    """

    def __init__(  # noqa: PLR0913 - two of them are for tests
        self,
        bot: Bot,
        receiver: UpdateReceiver,
        allowed_updates: Sequence[str],
        tell: Callable[[float, str], Awaitable[None]],
        *,
        confirm_pauses: Sequence[float] = CONFIRM_PAUSES_S,
        conflict_seconds: float = CONFLICT_S,
    ) -> None:
        self._bot = bot
        self._receiver = receiver
        self._allowed_updates = list(allowed_updates)
        self._tell = tell
        self._confirm_pauses = tuple(confirm_pauses)
        self._conflict_seconds = conflict_seconds
        self._offset: int | None = None
        self._pause, self._pause_of_storing, self._pause_of_parsing = GrowingPause(), GrowingPause(), GrowingPause()
        self._troubled_since: float | None = None
        self._conflict_since: float | None = None
        self._last_error = ""
        self.fetched_at = time.monotonic()
        """When Telegram last answered a getUpdates, on the monotonic clock."""
        self._alive_until = 0.0
        self._go_on()

    @property
    def is_alive(self) -> bool:
        """Whether updates are being fetched, or Telegram's errors waited out; False where neither answer nor error has
        come for longer than either takes."""
        return time.monotonic() < self._alive_until

    async def run(self) -> None:
        """Poll for ever. Raises SettingsError where the token is no good, FetchingFailed at a lasting conflict."""
        while True:
            self._go_on()
            if not self._receiver.has_room:
                await asyncio.sleep(1.0)
                continue
            try:
                updates = await self._fetch()
            except TelegramError as error:
                await self._bear(error)
                continue
            except PARSE_ERRORS as error:  # PTB's; when these updates come again, they are told apart
                log.warning("updates came of a form that is not known (%s), trying again", type(error).__name__)
                await asyncio.sleep(self._pause_of_parsing.next())
                continue
            await self._recovered()
            await self._take(updates)

    async def acknowledge(self) -> None:
        """Tell Telegram at the end which updates have arrived; without it they come again and are recognised."""
        if self._offset is not None:
            with contextlib.suppress(TelegramError):
                await self._bot.get_updates(offset=self._offset, limit=1, timeout=0, read_timeout=2)

    async def _fetch(self) -> tuple[Update, ...]:
        updates = await self._bot.get_updates(
            offset=self._offset, limit=UPDATES_PER_POLL, timeout=POLL_S, allowed_updates=self._allowed_updates
        )
        self.fetched_at = time.monotonic()
        return updates

    async def _take(self, updates: Sequence[Update]) -> None:
        """Store updates, and only then move the offset past them; where they cannot be stored they come again."""
        if not updates:
            return
        try:
            await self._receiver.receive(updates)
        except StorageError as error:
            seconds = self._pause_of_storing.next()
            log.warning("updates cannot be stored (%s); Telegram keeps them, trying again in %.0f s", error, seconds)
            self._go_on(seconds)
            await asyncio.sleep(seconds)
        else:
            self._pause_of_storing.reset()
            self._pause_of_parsing.reset()
            self._offset = updates[-1].update_id + 1

    async def _bear(self, error: TelegramError) -> None:
        """Wait out what passes; raise what is final."""
        now = time.monotonic()
        self._troubled_since = self._troubled_since or now
        trouble = trouble_of(error)
        if trouble is Trouble.TOKEN_REJECTED:
            await confirm_rejection(self._bot, self._confirm_pauses)
        if trouble in {Trouble.OTHER_POLLER, Trouble.WEBHOOK_ACTIVE}:
            self._conflict_since = self._conflict_since or now
            if now - self._conflict_since > self._conflict_seconds:
                raise FetchingFailed(OTHER_POLLER if trouble is Trouble.OTHER_POLLER else WEBHOOK_ACTIVE)
        else:
            self._conflict_since = None
        seconds = self._pause.after(error)
        log.warning("Telegram gives no updates (%s), trying again in %.0f s", error, seconds)
        self._last_error = str(error)
        self._go_on(seconds)
        await asyncio.sleep(seconds)

    def _go_on(self, pause: float = 0.0) -> None:
        """A sign of life; the next one comes after ``pause`` seconds and one step."""
        self._alive_until = time.monotonic() + pause + STEP_S

    async def _recovered(self) -> None:
        self._pause.reset()
        self._conflict_since = None
        if self._troubled_since is None:
            return
        seconds, self._troubled_since = time.monotonic() - self._troubled_since, None
        log.info("Telegram gives updates again after %.0f s", seconds)
        if seconds > TELL_AFTER_S:
            self._go_on()
            await self._tell(seconds, self._last_error)


async def confirm_rejection(bot: Bot, pauses: Sequence[float]) -> None:
    """Ask getMe after each of ``pauses`` (seconds); raises SettingsError where each answer is a 401.

    One 401 may come from a proxy, or from Telegram in a bad moment.
    """
    for pause in pauses:
        await asyncio.sleep(pause)
        try:
            await bot.get_me()
        except InvalidToken as error:
            if trouble_of(error) is not Trouble.TOKEN_REJECTED:
                return
        except TelegramError:
            return
        else:
            return
    raise SettingsError(TOKEN_REJECTED)
