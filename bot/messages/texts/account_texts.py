"""What the bot says of a person's account: what is kept, who may use it, and what it answers to other messages."""

from __future__ import annotations

from bot.messages.texts.localized_texts import LocalizedTexts, Sentence


class AccountTexts(LocalizedTexts):
    """Privacy, deletion, access, and hints."""

    forget_question = Sentence()
    nothing_deleted = Sentence()
    no_person = Sentence()
    no_id = Sentence()
    text_hint = Sentence()
    unknown_command = Sentence()
    not_a_still = Sentence()
    not_allowed = Sentence()
    access_given = Sentence()
    read_usage = Sentence()

    def privacy(self, days: int, *, consented: bool) -> str:
        return self.say("privacy", days=days, consented="yes" if consented else "no")

    def deleted(self, readings: int, corrections: int, *, traces: bool, models: int = 0) -> str:
        """``traces``: the deleted bytes are not yet overwritten in the database's files. ``models``: how many versions
        were trained on what is deleted."""
        sentences = [
            self.say("deleted", readings=readings, corrections=corrections),
            self.say("deleted-traces") if traces else self.say("deleted-whole"),
        ]
        return " ".join([*sentences, self.say("deleted-models", count=models)] if models else sentences)

    def cannot_forget(self, days: int) -> str:
        return self.say("cannot-forget", days=days)

    def your_id(self, number: int, *, admin: bool, has_admins: bool) -> str:
        """``has_admins``: whether the bot has any; only where it has none the person may be its owner."""
        number_is = self.say("your-id", id=str(number))
        if admin:
            return f"{number_is} {self.say('id-of-admin')}"
        return number_is if has_admins else f"{number_is} {self.say('id-of-user')}"

    def unknown_command_like(self, name: str) -> str:
        """``name`` of the command that may have been meant."""
        return self.say("unknown-command-like", name=name)
