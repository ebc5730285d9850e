"""What the bot tells its admins without being asked."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bot.messages.texts.localized_texts import LocalizedTexts


class NoticeTexts(LocalizedTexts):
    """Notices; nothing in them is about anybody. Reasons and names of tasks are English, as in the log."""

    def notice(self, html: str, identifier: str, more: int) -> str:
        """``more``: how many notices of the same kind were left out since the last one."""
        if more:
            return self.say("notice-more", text=html, id=identifier, more=more)
        return self.say("notice", text=html, id=identifier)

    def skipped_versions(self, names: Sequence[str], serving: str) -> str:
        """``names`` of the damaged versions that were skipped; ``serving``: of the one that is active instead."""
        return self.say("skipped-versions", names=escape(", ".join(names)), serving=escape(serving))

    def version_taken_back(self, version: str, serving: str) -> str:
        return self.say("version-taken-back", version=escape(version), serving=escape(serving))

    def networks_damaged(self, networks: Sequence[str], serving: str) -> str:
        return self.say("networks-damaged", names=escape(", ".join(networks)), serving=escape(serving))

    def broke(self, reason: str) -> str:
        """``reason``: a sentence where the error has one for a person, or empty."""
        return self.say("broke-because", reason=escape(reason)) if reason else self.say("broke")

    def task_failed(self, name: str) -> str:
        return self.say("task-failed", name=escape(name))

    def update_due(self, new: int) -> str:
        return self.say("update-due", count=new)

    def base_waiting(self, base: str, base_numbers: str, active: str, active_numbers: str) -> str:
        """``*_numbers``: what was measured of each on MNIST's test digits, or empty."""
        return self.say("base-waiting", base=_version(base, base_numbers), active=_version(active, active_numbers))

    def run_notice(self, run: int, state: str, version: str) -> str:
        """``state`` as in ``storage.training_runs.RunState``; ``version`` is empty where none was made."""
        return self.say("run-notice", run=str(run), state=state, version=escape(version))

    def telegram_was_away(self, minutes: float, reason: str) -> str:
        return self.say("telegram-was-away", minutes=round(minutes), reason=escape(reason))


def _version(name: str, numbers: str) -> str:
    """A version with what was measured of it."""
    return f"<b>{escape(name)}</b> ({numbers})" if numbers else f"<b>{escape(name)}</b>"
