"""What stands on buttons, in the command menu, in the bot's profile and in /help."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages.texts.localized_texts import LocalizedTexts, Sentence


class ButtonTexts(LocalizedTexts):
    """Buttons, commands and help; buttons, command descriptions and profile are plain text."""

    language_name = Sentence()
    right = Sentence()
    yes = Sentence()
    all_right = Sentence()
    another_digit = Sentence()
    show_input = Sentence()
    not_a_digit = Sentence()
    back = Sentence()
    consent_yes = Sentence()
    consent_no = Sentence()
    forget_yes = Sentence()
    forget_no = Sentence()
    cancel = Sentence()
    language_automatic = Sentence()

    short_description = Sentence()
    description = Sentence()

    start = Sentence()
    help = Sentence()
    language_question = Sentence()
    language_chosen = Sentence()

    def as_read(self, digits: str) -> str:
        """The button that keeps a reading as it is; ``digits`` is empty where there are none."""
        return self.say("as-read", digits=digits) if digits else self.say("as-read-none")

    def make_active(self, name: str) -> str:
        return self.say("make-active", name=name)

    def approve(self, place: int) -> str:
        return self.say("approve", place=place)

    def reject(self, place: int) -> str:
        return self.say("reject", place=place)

    def approve_all(self, count: int) -> str:
        return self.say("approve-all", count=count)

    def reject_all(self, count: int) -> str:
        return self.say("reject-all", count=count)

    def command_description(self, name: str) -> str:
        """Of a command of ``bot.commands.COMMANDS``."""
        return self.say(f"command-{name}")

    def help_with(self, commands: Sequence[str]) -> str:
        """The help, and a line for each of these commands."""
        lines = [f"/{name} – {self.command_description(name)}" for name in commands]
        return "\n".join([self.help, self.say("help-commands"), *lines])
