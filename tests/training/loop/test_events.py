from __future__ import annotations

import io
import json
from dataclasses import fields

import pytest

from training.loop.events import EpochEnded, Event, Finished, Progress, Started, to_json
from training.loop.progress import Bar, JsonLines, Lines, reporter, sentence

EVENTS: tuple[Event, ...] = (
    Started("digits", 298_778, 55_000, 5_000, (1, 2, 3, 4, 5, 6, 7, 8, 9, 10), 200, 128, 1),
    Progress(100, 200, 1, 0.25, 0.9, 12.5, 12.5),
    EpochEnded(1, 200, 0.2, 0.91, 0.1, 0.97, kept=True),
    Finished(1, 25.0),
)
TEST = {"n": 10, "correct": 9, "accuracy": 0.9, "loss": 0.3, "ece": 0.01}
RESULT = {"test": TEST, "parameters": 7850, "seconds": 25.5}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_an_event_is_one_line_of_json_with_its_name(event: Event) -> None:
    text = to_json(event)
    assert "\n" not in text
    told = json.loads(text)
    assert told.pop("event") == event.name
    assert list(told) == [field.name for field in fields(event)]


def test_json_lines_end_with_the_result() -> None:
    out = io.StringIO()
    lines = JsonLines(out)
    for event in EVENTS:
        lines.event(event)
    lines.result(RESULT)
    told = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [each.get("event") for each in told] == ["started", "progress", "epoch", "finished", None]
    assert told[-1] == RESULT


def test_in_a_pipe_progress_goes_to_stderr_and_the_result_to_stdout() -> None:
    out, err = io.StringIO(), io.StringIO()
    lines = reporter(out, err, as_json=False)
    assert type(lines) is Lines
    for event in EVENTS:
        lines.event(event)
    lines.result(RESULT)
    told = err.getvalue().splitlines()
    assert len(told) == 4
    assert "298,778 parameters" in told[0]
    assert "3: 4" in told[0]
    assert told[1] == "batch 100/200: loss 0.2500, accuracy 0.9000, 12 s left"
    assert told[2].endswith("accuracy 0.9700, kept")
    assert out.getvalue().startswith("test accuracy 90.00 % (9 of 10)")


def test_no_time_is_told_before_there_is_an_estimate() -> None:
    assert sentence(Progress(1, 200, 1, 0.25, 0.9, 2.5, None)) == "batch 1/200: loss 0.2500, accuracy 0.9000"


def test_on_a_terminal_a_bar_fills() -> None:
    out, err = io.StringIO(), Terminal()
    bar = reporter(out, err, as_json=False)
    assert type(bar) is Bar
    for event in EVENTS:
        bar.event(event)
    bar.result(RESULT)
    assert "0/200" in err.getvalue()
    assert "100/200" in err.getvalue()
    assert "12 s left" in err.getvalue()
    assert "epoch 1:" in err.getvalue()
    assert "test accuracy" in out.getvalue()


def test_json_is_written_even_on_a_terminal() -> None:
    assert type(reporter(io.StringIO(), Terminal(), as_json=True)) is JsonLines
