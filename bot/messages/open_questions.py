"""Which questions with buttons wait for whose answer, so that /cancel and whatever settles them can close them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final

from bot.messages.stale_buttons import StaleButtons

MAX_ASKED_PEOPLE: Final = 10_000


class QuestionKind(StrEnum):
    """What is asked."""

    LABEL = auto()  # which label a digit has: the buttons of an answer show the labels meanwhile
    COUNT = auto()  # which digits are right where another count was given
    CONSENT = auto()
    FORGET = auto()


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A message with a question; ``reading``: the id of the one that it is about, 0 for none."""

    kind: QuestionKind
    chat: int
    message: int
    reading: int = 0


class OpenQuestions:
    """Kept in memory: after a restart the buttons still work, and /cancel as a reply finds the question too.

    ``person`` is the id of the ``bot.identity.Sender`` that a question is for.
    """

    def __init__(self, stale: StaleButtons) -> None:
        self._stale = stale
        self._open: OrderedDict[int, list[OpenQuestion]] = OrderedDict()

    def ask(self, person: int, question: OpenQuestion) -> None:
        """A question was asked; an older one of its kind in this chat no longer means anything, nor does the same
        message's."""
        theirs, kind, chat = self._open.pop(person, []), question.kind, question.chat
        same = [each for each in theirs if (each.chat, each.message) == (chat, question.message)]
        older = [each for each in theirs if kind is not QuestionKind.LABEL and (each.kind, each.chat) == (kind, chat)]
        self._open[person] = [each for each in theirs if each not in {*same, *older}] + [question]
        self._remove_buttons([each for each in older if each not in same])
        if len(self._open) > MAX_ASKED_PEOPLE:
            self._open.popitem(last=False)

    def answered(self, person: int, chat: int, message: int) -> None:
        """The question of this message was answered."""
        self._keep(person, [each for each in self.of(person) if (each.chat, each.message) != (chat, message)])

    def corrected(self, person: int, reading: int) -> None:
        """A reading was corrected: which label, and which count, is no question any more."""
        settled = [
            each for each in self.of(person) if each.reading == reading and each.kind is not QuestionKind.CONSENT
        ]
        self._keep(person, [each for each in self.of(person) if each not in settled])
        self._remove_buttons([each for each in settled if each.kind is QuestionKind.COUNT])

    def consent_answered(self, person: int) -> None:
        """Consent was given or refused, here or through /privacy: it is asked for nowhere any more."""
        settled = [each for each in self.of(person) if each.kind is QuestionKind.CONSENT]
        self._keep(person, [each for each in self.of(person) if each not in settled])
        self._remove_buttons(settled)

    def take(self, person: int, chat: int) -> list[OpenQuestion]:
        """All that waits for a person in a chat; it waits no longer."""
        taken = [each for each in self.of(person) if each.chat == chat]
        self._keep(person, [each for each in self.of(person) if each.chat != chat])
        return taken

    def forget(self, person: int) -> None:
        """Everything of a person was deleted: no question is left to be answered."""
        self._remove_buttons(self._open.pop(person, []))

    def of(self, person: int) -> list[OpenQuestion]:
        """What waits for a person, the oldest first."""
        return self._open.get(person, [])

    def _keep(self, person: int, questions: list[OpenQuestion]) -> None:
        if questions:
            self._open[person] = questions
        else:
            self._open.pop(person, None)

    def _remove_buttons(self, questions: list[OpenQuestion]) -> None:
        self._stale.add((each.chat, each.message) for each in questions)
