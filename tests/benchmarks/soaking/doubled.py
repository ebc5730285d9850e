"""Answers that came twice, and the kills that excuse them. The playground numbers all messages in order of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.benchmarks.soaking.crowd import Chat


@dataclass(frozen=True, slots=True)
class Kill:
    """The numbers of the last messages before a kill, and when all that was under way had arrived."""

    before: int
    after: int

    def is_between(self, first: int, second: int) -> bool:
        """Whether it may have come between the sending of the first message and its being noted, so that the second
        was sent."""
        return first <= self.after and second > self.before


@dataclass(frozen=True, slots=True)
class DoubledAnswers:
    """``excused``: answers that a photo got once more for a kill; ``others`` have no kill of their own.
    ``most_at_once``: excused by the same kill, as many as were being sent."""

    excused: int
    others: int
    most_at_once: int


def doubled_answers(chats: Iterable[Chat], kills: Sequence[Kill]) -> DoubledAnswers:
    """Each kill excuses one more answer to the same photo."""
    excused: Counter[Kill] = Counter()
    others = 0
    for answers in (each for chat in chats for each in chat.answers.values()):
        free = list(kills)
        for first, second in pairwise(sorted(answers)):
            kill = next((each for each in free if each.is_between(first, second)), None)
            if kill is None:
                others += 1
            else:
                free.remove(kill)
                excused[kill] += 1
    return DoubledAnswers(excused.total(), others, max(excused.values(), default=0))


def doubled_albums(chats: Iterable[Chat], kills: Sequence[Kill]) -> DoubledAnswers:
    """Albums that are summed up more than once; ``others``: also those that were read and are not summed up. Which
    album a message sums up it does not say: each kill excuses one more of a chat that has some before and after it."""
    excused: Counter[Kill] = Counter()
    others = 0
    for chat in chats:
        extra = max(len(chat.lines) - len(chat.albums), 0)
        between = [each for each in kills if each.is_between(min(chat.lines, default=0), max(chat.lines, default=0))]
        excused.update(between[:extra])
        missing = max(sum(map(chat.is_read, chat.albums)) - len(chat.lines), 0)
        others += max(extra - len(between), 0) + missing
    return DoubledAnswers(excused.total(), others, max(excused.values(), default=0))
