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

    def your_id(self, number: int, *, admin: bool) -> str:
        role = self.say("id-of-admin") if admin else self.say("id-of-user")
        return f"{self.say('your-id', id=str(number))} {role}"
