"""Logging: one line an event, and never the token, in any spelling."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from urllib.parse import quote

HIDDEN = "[hidden]"
# systemd's journal keeps its own time; a terminal does not.
PLAIN = "%(levelname)s %(name)s: %(message)s"
TIMED = "%(asctime)s " + PLAIN


class RedactingFormatter(logging.Formatter):
    """Formats a record, traceback included, and then takes out every secret.

    Addresses spell a token's colon as ``%3A`` or ``%3a``, and log lines of httpx hold whole addresses;
    so the finished line is searched, not the message.
    """

    def __init__(self, form: str, secrets: Iterable[str]) -> None:
        super().__init__(form)
        spellings = {spelling for secret in secrets if secret for spelling in _spellings(secret)}
        self._spellings = sorted(spellings, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for spelling in self._spellings:
            line = line.replace(spelling, HIDDEN)
        return line


def _spellings(secret: str) -> set[str]:
    quoted = quote(secret, safe="")
    # The part after the colon is the secret one: alone it must not be seen either.
    return {secret, quoted, quoted.replace("%3A", "%3a"), quote(quoted, safe=""), secret.rpartition(":")[2]}


def configure(level: str, secrets: Iterable[str]) -> None:
    """Send every log line to stderr, redacted. httpx tells each address at INFO: only its warnings are wanted."""
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter(PLAIN if "JOURNAL_STREAM" in os.environ else TIMED, secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "apscheduler", "tornado.access", "alembic"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))
