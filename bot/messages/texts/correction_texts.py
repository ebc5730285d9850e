"""What the bot says of corrections, and of the consent to learn from them."""

from __future__ import annotations

from datetime import date

from bot.messages.texts.localized_texts import MAX_NUMBER_LENGTH, LocalizedTexts, Sentence, as_code, as_given


class CorrectionTexts(LocalizedTexts):
    """Corrections, undo and consent."""

    thanks = Sentence()
    glad = Sentence()
    correct_usage = Sentence()
    reply_elsewhere = Sentence()
    nothing_to_correct = Sentence()
    foreign_reading = Sentence()
    reading_deleted = Sentence()
    reading_missing = Sentence()
    reading_unknown = Sentence()
    button_expired = Sentence()
    nothing_to_undo = Sentence()
    group_upgraded = Sentence()
    cancelled = Sentence()
    nothing_to_cancel = Sentence()
    nothing_corrected = Sentence()
    group_admins_only = Sentence()
    not_your_button = Sentence()
    consent_question = Sentence()
    consent_left_open = Sentence()
    consent_given = Sentence()
    consent_refused = Sentence()
    consent_question_changed = Sentence()

    @property
    def lead_in_words(self) -> frozenset[str]:
        """The words that may stand before the digits of a reply, with a comma where they need one behind them."""
        return frozenset(self.say("lead-in-words").split())

    @property
    def trailing_words(self) -> frozenset[str]:
        """The words that may stand after the digits of a reply."""
        return frozenset(self.say("trailing-words").split())

    def not_digits(self, given: str) -> str:
        return self.say("not-digits", given=as_given(given if len(given) <= 30 else given[:30] + "…"))

    def correction_done(self, text: str) -> str:
        return self.say("correction-done", digits=as_code(text)) if text else self.say("correction-done-none")

    def other_count(self, found: int, wanted: int) -> str:
        return self.say("other-count", found=found, wanted=wanted)

    def count_question(self, given: int, found: int) -> str:
        return self.say("count-question", given=given, found=found)

    def reading_gone(self, days: int) -> str:
        return self.say("reading-gone", days=days)

    def undone(self, text: str) -> str:
        return self.say("undone", digits=as_code(text)) if text else self.say("undone-none")

    def caption_edited(self, digits: str) -> str:
        """``digits``: what the caption says now."""
        return self.say("caption-edited", digits=digits[:MAX_NUMBER_LENGTH])

    def consent_changed(self, day: date) -> str:
        """Before the question, to somebody who agreed to an earlier wording of it on ``day``."""
        return self.say("consent-changed", day=day)

    def consent_withdrawn(self, samples: int, *, models: int) -> str:
        """``samples`` were kept until now; ``models``: how many versions were trained on them."""
        ended = self.say("consent-withdrawn", samples=samples)
        return f"{ended} {self.say('consent-withdrawn-models', models=models)}" if models else ended
