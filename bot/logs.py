"""Logging to stderr, one line an event; the token is redacted in every spelling."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from urllib.parse import quote

REDACTED = "[hidden]"
# systemd's journal keeps its own time; a terminal does not.
JOURNAL_FORMAT = "%(levelname)s %(name)s: %(message)s"
TERMINAL_FORMAT = "%(asctime)s " + JOURNAL_FORMAT


class RedactingFormatter(logging.Formatter):
    """Formats a record, traceback included, and then redacts every secret.

    URLs spell a token's colon as ``%3A`` or ``%3a``, and log lines of httpx hold whole URLs; so the finished line is
    searched, not the message.
    """

    def __init__(self, line_format: str, secrets: Iterable[str]) -> None:
        super().__init__(line_format)
        spellings = {spelling for secret in secrets if secret for spelling in _spellings(secret)}
        self._spellings = sorted(spellings, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for spelling in self._spellings:
            line = line.replace(spelling, REDACTED)
        return line


def _spellings(secret: str) -> set[str]:
    quoted = quote(secret, safe="")
    # The part after the colon is the secret one: it must not be shown alone either.
    return {secret, quoted, quoted.replace("%3A", "%3a"), quote(quoted, safe=""), secret.rpartition(":")[2]}


def configure(level: str, secrets: Iterable[str]) -> None:
    """Send every log line to stderr, redacted. httpx logs each URL at INFO: only its warnings are wanted."""
    handler = logging.StreamHandler()
    line_format = JOURNAL_FORMAT if "JOURNAL_STREAM" in os.environ else TERMINAL_FORMAT
    handler.setFormatter(RedactingFormatter(line_format, secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "apscheduler", "tornado.access", "alembic"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))
