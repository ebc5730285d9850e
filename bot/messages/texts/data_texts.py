"""What the bot says with statistics, with people's data, and of errors."""

from __future__ import annotations

from math import ceil

from bot.messages.texts.localized_texts import LocalizedTexts, Sentence, share_of
from model.image_decoding import PhotoProblem
from model.limits import IMAGE_LIMITS


class DataTexts(LocalizedTexts):
    """/stats, /mydata and /export."""

    photos_a_day = Sentence()
    right_a_day = Sentence()
    confused_digits = Sentence()
    only_in_private = Sentence()
    no_samples = Sentence()
    no_data = Sentence()

    def statistics(self, readings: int, digits: int, right: int, wrong: int, *, people: int | None = None) -> str:
        """``people``: whose statistics these are; None for the person's own."""
        if people is None:
            kept = self.say("statistics-own", readings=readings, digits=digits)
        else:
            kept = self.say("statistics-all", readings=readings, digits=digits, people=people)
        labelled = right + wrong
        if not labelled:
            return f"{kept} {self.say('statistics-unlabelled')}"
        share = share_of(right, labelled)
        return f"{kept} {self.say('statistics-labelled', labelled=labelled, right=right, share=share)}"

    def my_data(self, readings: int, corrections: int) -> str:
        return self.say("my-data", readings=readings, corrections=corrections)

    def exported(self, samples: int) -> str:
        return self.say("exported", samples=samples)

    def too_large_to_send(self, megabytes: float) -> str:
        return self.say("too-large-to-send", megabytes=ceil(megabytes))


class ErrorTexts(LocalizedTexts):
    """Errors that a person can understand, and one for those that nobody can."""

    network_trouble = Sentence()
    download_failed = Sentence()
    not_stored = Sentence()
    no_database = Sentence()

    def database_trouble(self, identifier: str) -> str:
        return self.say("database-trouble", id=identifier)

    def error(self, identifier: str) -> str:
        return self.say("error", id=identifier)

    def photo_problem(self, problem: PhotoProblem) -> str:
        limits = {"megabytes": IMAGE_LIMITS.file_bytes // 2**20, "side": IMAGE_LIMITS.side}
        return self.say(f"photo-{problem.name.lower().replace('_', '-')}", **limits)
