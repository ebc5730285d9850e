"""Logging to stderr, one line an event; the token is redacted in every spelling, and nobody is named."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Final, TypeAlias
from urllib.parse import quote

from bot.monitoring.personal_redaction import hidden, without_personal

ExceptionInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

REDACTED = "[hidden]"
# systemd's journal keeps its own time; a terminal does not. %(update)s is "update 123: " while that one is handled.
JOURNAL_FORMAT = "%(levelname)s %(name)s: %(update)s%(message)s"
TERMINAL_FORMAT = "%(asctime)s " + JOURNAL_FORMAT
# What sd-daemon(3) has a line begin with, so that `journalctl -p warning` works.
PRIORITIES: Final = ((logging.ERROR, "<3>"), (logging.WARNING, "<4>"), (logging.INFO, "<6>"), (logging.NOTSET, "<7>"))
OWN_PACKAGES: Final = ("bot", "model", "storage", "training")
STDERR: Final = 2  # its file descriptor
UPDATE_TASK: Final = "update "  # the beginning of the names of the dispatcher's tasks


class RedactingFormatter(logging.Formatter):
    """Formats a record, traceback included, and then redacts every secret.

    URLs spell a token's colon as ``%3A`` or ``%3a``, and log lines of httpx hold whole URLs; so the finished line is
    searched, not the message.
    """

    def __init__(self, line_format: str, secrets: Iterable[str]) -> None:
        super().__init__(line_format, defaults={"update": ""})
        spellings = {spelling for secret in secrets if secret for spelling in _spellings(secret)}
        self._spellings = sorted(spellings, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(without_personal(record))
        for spelling in self._spellings:
            line = line.replace(spelling, REDACTED)
        return line

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 - logging's own name
        """A traceback: its exceptions may quote what people wrote."""
        return hidden(super().formatException(ei))


class JournalFormatter(RedactingFormatter):
    """The same, each line with the priority that the journal is to give it."""

    def format(self, record: logging.LogRecord) -> str:
        priority = next(prefix for level, prefix in PRIORITIES if record.levelno >= level)
        return "\n".join(priority + line for line in super().format(record).splitlines())


class UpdateFilter(logging.Filter):
    """Adds ``update``: which update was being handled when a line was logged; one id from its arrival to its answer."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.update = _current_update()
        return True


def _current_update() -> str:
    """The name of the dispatcher's task ("update 123: "), empty in any other task or thread."""
    try:
        task = asyncio.current_task()
    except RuntimeError:  # no event loop in this thread
        return ""
    name = task.get_name() if task else ""
    return f"{name}: " if name.startswith(UPDATE_TASK) else ""


def _spellings(secret: str) -> set[str]:
    quoted = quote(secret, safe="")
    # The part after the colon is the secret one: it must not be shown alone either.
    return {secret, quoted, quoted.replace("%3A", "%3a"), quote(quoted, safe=""), secret.rpartition(":")[2]}


def is_journal(stream: int, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a file descriptor leads to systemd's journal. Programs that a service starts inherit the variable, also
    where their output goes elsewhere: hence device and inode are compared (systemd.exec(5), JOURNAL_STREAM)."""
    try:
        status = os.fstat(stream)
    except OSError:
        return False
    return environment.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"


def configure(level: str, secrets: Iterable[str]) -> None:
    """Send every log line to stderr, redacted. httpx logs each URL at INFO: only its warnings are wanted.

    DEBUG is for our own packages: libraries log there what they are given, updates and EXIF tags among it.
    """
    handler = logging.StreamHandler()
    if is_journal(STDERR):
        handler.setFormatter(JournalFormatter(JOURNAL_FORMAT, secrets))
    else:
        handler.setFormatter(RedactingFormatter(TERMINAL_FORMAT, secrets))
    handler.addFilter(UpdateFilter())
    logging.basicConfig(level=max(logging.INFO, logging.getLevelName(level)), handlers=[handler], force=True)
    for package in OWN_PACKAGES:
        logging.getLogger(package).setLevel(level)
    for noisy in ("httpx", "httpcore", "apscheduler", "tornado.access", "alembic"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))
