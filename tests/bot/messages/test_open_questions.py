"""Questions that wait: asked, answered, settled by something else, or cancelled; the others keep their buttons."""

from __future__ import annotations

import pytest

from bot.messages import open_questions
from bot.messages.open_questions import OpenQuestion, OpenQuestions, QuestionKind
from bot.messages.stale_buttons import StaleButtons

ANN, CHAT = 7, 70


def question(kind: QuestionKind, message: int, reading: int = 0) -> OpenQuestion:
    return OpenQuestion(kind, CHAT, message, reading)


@pytest.fixture
def stale() -> StaleButtons:
    return StaleButtons()


def removed(stale: StaleButtons) -> list[int]:
    """The messages whose buttons are to go."""
    return [stale._messages.get_nowait()[1] for _ in range(stale._messages.qsize())]


def test_a_newer_question_of_a_kind_ends_the_older_one(stale: StaleButtons) -> None:
    questions = OpenQuestions(stale)
    for message, kind in enumerate((QuestionKind.FORGET, QuestionKind.COUNT, QuestionKind.FORGET), 1):
        questions.ask(ANN, question(kind, message))
    assert removed(stale) == [1]
    assert [each.message for each in questions.take(ANN, CHAT)] == [2, 3]
    assert questions.take(ANN, CHAT) == []


def test_labels_are_chosen_in_several_answers_at_once(stale: StaleButtons) -> None:
    questions = OpenQuestions(stale)
    for message in (1, 2, 1):
        questions.ask(ANN, question(QuestionKind.LABEL, message, message))
    assert [each.message for each in questions.take(ANN, CHAT)] == [2, 1]
    assert removed(stale) == []


def test_a_correction_settles_the_questions_about_its_reading_alone(stale: StaleButtons) -> None:
    questions = OpenQuestions(stale)
    questions.ask(ANN, question(QuestionKind.LABEL, 1, 5))
    questions.ask(ANN, question(QuestionKind.COUNT, 2, 5))
    questions.ask(ANN, question(QuestionKind.LABEL, 3, 6))
    questions.corrected(ANN, 5)
    assert removed(stale) == [2]  # the answer keeps its own
    assert [each.message for each in questions.of(ANN)] == [3]


def test_what_is_answered_or_of_another_chat_is_not_cancelled(stale: StaleButtons) -> None:
    questions = OpenQuestions(stale)
    questions.ask(ANN, question(QuestionKind.FORGET, 1))
    questions.ask(ANN, OpenQuestion(QuestionKind.COUNT, -5, 2, 9))
    questions.answered(ANN, CHAT, 1)
    assert questions.take(ANN, CHAT) == []
    assert questions.take(8, -5) == []
    questions.forget(ANN)
    assert removed(stale) == [2]


def test_only_so_many_people_are_remembered(stale: StaleButtons, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_questions, "MAX_ASKED_PEOPLE", 3)
    questions = OpenQuestions(stale)
    for person in range(10):
        questions.ask(person, question(QuestionKind.FORGET, person))
    assert [person for person in range(10) if questions.of(person)] == [7, 8, 9]
