"""What a check works on, and what it finds."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Installation:
    """One bot on one machine, at one moment. ``environment`` holds its environment variables."""

    settings: Settings
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check. ``result`` is a sentence; ``mend`` says what to do, and is empty where all is well."""

    check: str
    result: str
    mend: str = ""

    @property
    def is_well(self) -> bool:
        return not self.mend
