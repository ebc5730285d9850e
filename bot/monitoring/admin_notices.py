"""Notices: what the admins are told of their bot without asking, each kind not too often, and nothing about anybody."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import logging
import secrets
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum, auto
from typing import Final

from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.context import Bot
from bot.messages.languages import Languages
from bot.messages.texts import Texts
from bot.settings import Settings

log = logging.getLogger(__name__)

# Until an admin counts as not told: where Telegram holds their chat back (429) it asks for any number of seconds, and
# who tells (the poller, a start) has other work to do.
SEND_S: Final = 30.0
TIMES_FILE: Final = "notices.json"  # when each kind was last sent: a bot that crashes again and again sends one message


class NoticeKind(StrEnum):
    """What a notice is about; each kind has a pause of its own."""

    ERROR = auto()
    TASK = auto()
    OUTAGE = auto()
    MODEL = auto()
    RUN = auto()
    DISK = auto()
    BACKUPS = auto()
    CLOCK = auto()
    UPDATE_DUE = auto()
    NEW_BASE = auto()


PAUSES: Final = {
    NoticeKind.ERROR: timedelta(hours=1),
    NoticeKind.TASK: timedelta(hours=1),
    NoticeKind.OUTAGE: timedelta(hours=1),
    NoticeKind.MODEL: timedelta(0),
    NoticeKind.RUN: timedelta(0),
    NoticeKind.DISK: timedelta(days=1),
    NoticeKind.BACKUPS: timedelta(days=1),
    NoticeKind.CLOCK: timedelta(days=1),
    NoticeKind.UPDATE_DUE: timedelta(days=7),
    NoticeKind.NEW_BASE: timedelta(days=30),
}


class AdminNotices:
    """Sends notices to each admin who has opened a chat; their times outlive the process. ``now`` is UTC."""

    def __init__(
        self,
        bot: Bot,
        settings: Settings,
        languages: Languages,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._bot = bot
        self._languages = languages
        self._admins = settings.admins
        self._file = settings.state / TIMES_FILE
        self._now = now
        self._sent: dict[str, datetime] = {}
        self._left_out: Counter[NoticeKind] = Counter()

    async def tell(
        self,
        kind: NoticeKind,
        notice: Callable[[Texts], str],
        identifier: str = "",
        *,
        but: Collection[int] = frozenset(),
    ) -> None:
        """Send a notice to all admins ``but`` these, each in their language, unless one of its kind was sent a short
        time ago: then it is only counted. ``notice`` gives it as HTML. ``identifier`` stands in the
        log, and one is made where there is none."""
        identifier = identifier or secrets.token_hex(4)
        with self._locked():
            last, is_due = self._times().get(kind), self._is_due(kind)
            if is_due:
                self._remember(kind, self._now())  # before it is sent: what comes meanwhile is only counted
        if not is_due:
            self._left_out[kind] += 1
            return
        log.info("notice %s to the admins: %s", identifier, kind)
        more = self._left_out.pop(kind, 0)
        unsent = []
        for admin in sorted(self._admins - frozenset(but)):
            texts = await self._languages.of_id(admin)
            unsent.append(not await self._send(admin, texts.notice(notice(texts), identifier, more)))
        if unsent and all(unsent):  # the next one of its kind is not kept back by this one
            self._remember(kind, last)

    async def _send(self, admin: int, text: str) -> bool:
        """Whether that is done; an admin who cannot be written to has not opened a chat, or has blocked the bot."""
        try:
            async with asyncio.timeout(SEND_S):
                await self._bot.send_message(admin, text, parse_mode=ParseMode.HTML)
        except (Forbidden, BadRequest):
            return True
        except (TelegramError, TimeoutError) as error:
            log.warning("an admin could not be told: %s", str(error) or f"it took more than {SEND_S:.0f} s")
            return False
        return True

    def _is_due(self, kind: NoticeKind) -> bool:
        """A time of the future comes from a clock that was wrong, and does not count."""
        last, now = self._times().get(kind), self._now()
        return last is None or last > now or now - last >= PAUSES[kind]

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Of the processes that share the folder one at a time sees what was sent."""
        with contextlib.ExitStack() as resources:
            with contextlib.suppress(OSError):
                fcntl.flock(resources.enter_context(self._file.open("a")), fcntl.LOCK_EX)
            yield

    def _times(self) -> dict[str, datetime]:
        """When each kind was last sent, by whichever process."""
        stored: dict[str, datetime] = {}
        with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
            times = json.loads(self._file.read_text("ascii"))
            stored = {kind: datetime.fromisoformat(time) for kind, time in times.items()}
        return {**self._sent, **{kind: max(time, self._sent.get(kind, time)) for kind, time in stored.items()}}

    def _remember(self, kind: NoticeKind, time: datetime | None) -> None:
        """On a full disk only this process remembers. Without a time none of this kind was sent."""
        others = {other: sent for other, sent in self._times().items() if other != kind}
        self._sent = {**others, kind: time} if time else others
        with contextlib.suppress(OSError):
            self._file.write_text(json.dumps({kind: time.isoformat() for kind, time in self._sent.items()}), "ascii")
