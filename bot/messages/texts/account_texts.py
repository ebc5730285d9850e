"""What the bot says of a person's account: what is kept, who may use it, and what it answers to other messages."""

from __future__ import annotations

from bot.messages.texts.localized_texts import LocalizedTexts, Sentence


class AccountTexts(LocalizedTexts):
    """Privacy, deletion, access, and hints."""

    forget_question = Sentence()
    forget_reading_question = Sentence()
    forget_reading_yes = Sentence()
    already_deleted = Sentence()
    no_own_samples = Sentence()
    delete_single = Sentence()
    older = Sentence()
    nothing_deleted = Sentence()
    no_person = Sentence()
    no_id = Sentence()
    text_hint = Sentence()
    unknown_command = Sentence()
    not_a_still = Sentence()
    no_sound = Sentence()
    no_place = Sentence()
    no_contact = Sentence()
    no_poll = Sentence()
    no_game = Sentence()
    withheld = Sentence()
    not_allowed = Sentence()
    access_given = Sentence()
    read_usage = Sentence()

    def privacy(self, days: int, *, consented: bool, outdated: bool = False) -> str:
        """``days`` for which readings are kept; ``outdated``: the consent was given to an earlier wording alone."""
        state = "outdated" if outdated else "yes" if consented else "no"
        return self.say("privacy", days=days, consented=state)

    def delete_one(self, place: int) -> str:
        return self.say("delete-one", place=place)

    def own_samples(self, shown: int, total: int) -> str:
        return self.say("own-samples", shown=shown, total=total)

    def deleted_one(self, samples: int, *, traces: bool, models: int) -> str:
        """At most 200 characters, without HTML. ``traces`` and ``models`` as in ``deleted``."""
        told = self.say("deleted-one-traces" if traces else "deleted-one", samples=samples)
        return f"{told} {self.say('deleted-models', count=models)}" if models else told

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
        told = self.say("your-id", id=str(number))
        if not has_admins:
            return f"{told} {self.say('id-of-user')}"
        return f"{told} {self.say('id-of-admin')}" if admin else told

    def unknown_command_like(self, name: str) -> str:
        """``name`` of the command that may have been meant."""
        return self.say("unknown-command-like", name=name)
