"""What the bot says of corrections, and of the consent to learn from them."""

from __future__ import annotations

from bot.messages.texts.localized_texts import LocalizedTexts, Sentence, as_code, as_given


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
    button_expired = Sentence()
    nothing_to_undo = Sentence()
    group_admins_only = Sentence()
    not_your_button = Sentence()
    consent_question = Sentence()
    consent_given = Sentence()
    consent_refused = Sentence()

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
