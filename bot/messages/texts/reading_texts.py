"""What the bot says of a reading."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages.texts.localized_texts import MAX_NUMBER_LENGTH, LocalizedTexts, Sentence, as_code, percentage
from storage.tables import NOT_A_DIGIT


class ReadingTexts(LocalizedTexts):
    """Answers to photos, and captions of the pictures that belong to them."""

    nothing_found = Sentence()
    digit_images = Sentence()
    not_read = Sentence("album-not-read")
    no_digit = Sentence("album-no-digit")
    no_photo_rights = Sentence()
    guest_usage = Sentence()

    def is_this(self, text: str) -> str:
        """Of what may be digits, where none was read."""
        return self.say("is-this-digit" if len(text) == 1 else "is-this-number", digits=as_code(text))

    def one(self, label: int, confidence: float) -> str:
        return self.say("one", label=label, number=percentage(confidence))

    def one_unsure(self, first: int, second: int, *, unread: int = 0) -> str:
        """``unread`` counts the marks that could not be read; the picture shows them."""
        question = self.say("one-unsure", first=first, second=second)
        return f"{question}\n{self.say('one-unsure-unread', unread=unread)}" if unread else question

    def several(self, text: str) -> str:
        return self.say("several", digits=as_code(text))

    def several_unsure(self, text: str, unsure: Sequence[tuple[int, int, int]], *, unread: int = 0) -> str:
        """``unsure`` holds (position from 1, likely label, next likely label) of each such digit; it may be empty.

        ``unread`` counts the marks that could not be read; the picture shows them.
        """
        named = ", ".join(
            self.say("unsure-digit", position=position, first=first, second=second)
            for position, first, second in unsure[:5]
        )
        doubt = named or self.say("unsure-all")
        if len(unsure) > 5:
            doubt = self.say("unsure-more", unsure=doubt)
        if unread:
            return self.say("several-unsure-unread", digits=as_code(text), unsure=doubt, unread=unread)
        return self.say("several-unsure", digits=as_code(text), unsure=doubt)

    def left_out(self, count: int) -> str:
        """``count`` marks were left out that would be read without the person's earlier corrections."""
        return self.say("left-out", count=count)

    def taught_one(self, label: int, else_read: int) -> str:
        """``else_read``: what the only digit would be without the person's earlier corrections."""
        return self.say("taught-one", label=label, other=else_read)

    def taught_several(self, digits: Sequence[tuple[int, int]]) -> str:
        """``digits`` holds (position from 1, label without the person's corrections) of each such digit."""
        if len(digits) > 3:
            return self.say("taught-many", count=len(digits))
        taught = (self.say("taught-digit", position=position, other=else_read) for position, else_read in digits)
        return self.say("taught-several", taught=", ".join(taught))

    def corrected(self, text: str, *, before: str) -> str:
        """An answer after a correction; ``text`` is empty where nothing of the reading is a digit, ``before`` where
        none had been read."""
        now = self.say("corrected", digits=as_code(text)) if text else self.say("corrected-to-none")
        if not before or len(text) + len(before) > MAX_NUMBER_LENGTH:
            return now
        return f"{now} {self.say('corrected-before', before=as_code(before))}"

    def which_label(self, number: int | None, label: int, final: int) -> str:
        """``number``: the digit's place from 1, None where it is the only one. ``label``: what the model read;
        ``final``: what it counts as."""
        state = "as-read" if final == label else "none" if final == NOT_A_DIGIT else "corrected"
        if number is None:
            return self.say("which-label", state=state, label=label, now=final)
        return self.say("which-label-of", state=state, number=number, label=label, now=final)

    def first_digit_images(self, shown: int, total: int) -> str:
        return self.say("first-digit-images", shown=shown, total=total)

    def read_again(self, count: int) -> str:
        return self.say("read-again", count=count)

    def first_page(self, pages: int) -> str:
        """Before the reading of a file that has several pages."""
        return self.say("first-page", pages=pages)

    def album(self, outcomes: Sequence[str]) -> str:
        """After all answers to an album: what each of its pictures says, ``not_read`` or ``no_digit``, in order."""
        return self.say("album", count=len(outcomes), outcomes=" · ".join(outcomes))

    def album_number(self, text: str, *, sure: bool) -> str:
        """One picture of an album: the digits on it."""
        return f"<b>{as_code(text)}</b>{'' if sure else '?'}"

    def unsure_in_words(self, text: str) -> str:
        """Of an answer without buttons."""
        return self.say("unsure-in-words", digits=as_code(text))

    def photos_wait(self, limit: int) -> str:
        """``limit`` of photos a minute from one person."""
        return self.say("photos-wait", limit=limit)

    def too_many_photos(self, limit: int) -> str:
        """Of photos that are not read, because ten minutes' worth of the person's wait already."""
        return self.say("too-many-photos", limit=limit)
