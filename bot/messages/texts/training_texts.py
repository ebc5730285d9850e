"""What the bot says to admins of training runs, model versions and the review of labels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from bot.messages.texts.localized_texts import LocalizedTexts, Sentence


class TrainingTexts(LocalizedTexts):
    """/retrain, /models, /rollback, /review and /health. A run's number is text: it is a name, not a count."""

    admins_only = Sentence()
    no_admins = Sentence()
    nothing_new = Sentence()
    nothing_approved = Sentence()
    nothing_gained = Sentence()
    cancelling = Sentence()
    run_over = Sentence()
    version_gone = Sentence()
    no_version_before = Sentence()
    nothing_to_review = Sentence()
    sheet_reviewed = Sentence()

    # Where the picture's font lacks a letter, numbers stand there, and the caption lists these words.
    figure_learning_curve = Sentence()
    figure_epoch = Sentence()
    figure_accuracy = Sentence()
    figure_training = Sentence()
    figure_validation = Sentence()
    figure_read_as = Sentence()
    figure_true_digit = Sentence()
    figure_before = Sentence()
    figure_after = Sentence()

    def run_in_progress(self, run: int) -> str:
        return self.say("run-in-progress", run=str(run))

    def run_goes_on(self, run: int) -> str:
        """After something else was cancelled."""
        return self.say("run-goes-on", run=str(run))

    def run_started(self, run: int) -> str:
        return self.say("run-started", run=str(run))

    def run_from_new_base(self, run: int, base: str) -> str:
        return self.say("run-from-new-base", run=str(run), base=escape(base))

    def run_begins(self, run: int, new_base: str) -> str:
        """``new_base`` is empty where the run starts from the base model of before."""
        return self.run_from_new_base(run, new_base) if new_base else self.run_started(run)

    def run_requested(self, run: int) -> str:
        return self.say("run-requested", run=str(run))

    def run_waiting(self, run: int, since: datetime) -> str:
        """``since`` is a moment in UTC."""
        return self.say("run-waiting", run=str(run), since=since)

    def run_lost(self, run: int) -> str:
        return self.say("run-lost", run=str(run))

    def trained_from_new_base(self, base: str) -> str:
        return self.say("trained-from-new-base", base=escape(base))

    def run_progress(self, run: int, corrections: int, share: float, left: float) -> str:
        """``share`` 0..1 of the run is done; ``left`` in seconds."""
        filled = round(share * 10)
        return self.say(
            "run-progress",
            run=str(run),
            corrections=corrections,
            bar="▓" * filled + "░" * (10 - filled),
            number=int(share * 100),
            seconds=round(left),
        )

    def run_ended(self, run: int, reason: str) -> str:
        return self.say("run-ended", run=str(run), reason=escape(reason.rstrip(".")))

    def run_cancelled(self, run: int) -> str:
        return self.say("run-cancelled", run=str(run))

    def run_result(self, run: int, version: str, refusal: str, lines: Sequence[str]) -> str:
        """``refusal`` is empty where the version was made active."""
        name = escape(version)
        if refusal:
            verdict = self.say("run-refused", run=str(run), version=name, refusals=escape(refusal))
        else:
            verdict = self.say("run-activated", run=str(run), version=name)
        return "\n".join([verdict, *lines])

    def refused_for(self, check: str, value: float, limit: float, n: int) -> str:
        """A failed check of the promotion gate (``training.finetuning.promotion_gate.Check``)."""
        if check == "size":
            return self.say("refused-size", bytes=int(value), limit=int(limit))
        if check == "finite":
            return self.say("refused-finite", value=self.share(value))
        if check in {"corrections", "readings"}:
            return self.nothing_gained
        return self.say("refused-validation", n=n, value=self.share(value), limit=self.share(limit))

    def gain(self, fixed: int, misread: int, broken: int) -> str:
        """What a training does to corrections that it was not shown; ``misread`` by the active model."""
        return self.say("gain", fixed=fixed, misread=misread, broken=broken)

    def doubtful_labels(self, count: int) -> str:
        return self.say("doubtful-labels", count=count)

    def share(self, value: float) -> str:
        """Of 0..1 a percentage with two decimals."""
        return self.say("share", share=value)

    def test_measured(self, accuracy: float, n: int) -> str:
        """On MNIST's test digits."""
        return self.say("test-measured", value=self.share(accuracy), n=n)

    def test_before_after(self, before: float, after: float, n: int) -> str:
        return self.say("test-before-after", before=self.share(before), after=self.share(after), n=n)

    def validation_before_after(self, before: float, after: float, n: int) -> str:
        return self.say("validation-before-after", before=self.share(before), after=self.share(after), n=n)

    def trained_on(self, count: int, seconds: float) -> str:
        return self.say("trained-on", count=count, seconds=round(seconds))

    def without_mnist(self, reason: str) -> str:
        return self.say("without-mnist", reason=escape(reason))

    def version_line(self, name: str, *, active: bool, numbers: str, made: str, stale: bool) -> str:
        active_mark = self.say("version-active") if active else ""
        notes = [active_mark, numbers, made, self.say("version-stale") if stale else ""]
        return " · ".join([f"<b>{escape(name)}</b>", *filter(None, notes)])

    def now_active(self, name: str) -> str:
        return self.say("now-active", name=escape(name))

    def health(self, findings: Sequence[tuple[str, str, str]]) -> str:
        """``findings`` holds (check, result, how to mend it) of each check; nothing to mend where all is well."""
        lines = []
        for check, result, mend in findings:
            mended = f"\n   {self.say('health-mend', mend=escape(mend[:200]))}" if mend else ""
            lines.append(f"{'⚠' if mend else '✓'} <b>{escape(check)}</b>: {escape(result[:200])}{mended}")
        return "\n".join(lines)

    def review_sheet(self, shown: int, waiting: int, doubtful: int) -> str:
        """``waiting`` labels are not reviewed, of which ``doubtful`` are left out of training."""
        return self.say("review-sheet", shown=shown, waiting=waiting, doubtful=doubtful)

    def reviewed(self, count: int, *, approved: bool) -> str:
        if not count:
            return self.say("labels-gone")
        return self.say("labels-approved", count=count) if approved else self.say("labels-rejected", count=count)

    def figure_gained(self, fixed: str, misread: str, broken: str) -> str:
        """The heading of a run's picture; the numbers are not known yet, so no word may depend on them."""
        return self.say("figure-gained", fixed=fixed, misread=misread, broken=broken)
