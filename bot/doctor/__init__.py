"""`digitbot doctor` and /health: one function a check, each says what it found and how to mend it."""

from bot.doctor.finding import Finding, Installation
from bot.doctor.local_checks import examine
from bot.doctor.telegram_checks import examine_telegram

__all__ = ["Finding", "Installation", "examine", "examine_telegram"]
