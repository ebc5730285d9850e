"""Progress reports of a run: JSON lines for a program, a bar on a terminal, plain lines in a pipe."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol, TextIO

from tqdm import tqdm

from training.loop.events import EpochEnded, Event, Finished, Progress, StageReached, Started, to_json

# Without tqdm's own estimate, which counts the first step's compiling in.
BAR_FORMAT = "{l_bar}{bar}| {n_fmt}/{total_fmt} batches [{elapsed}{postfix}]"


class Reporter(Protocol):
    """Receives every event of a run, then its result."""

    def event(self, event: Event) -> None: ...

    def result(self, result: Mapping[str, Any]) -> None: ...


class JsonLines:
    """One JSON object a line on ``out``, flushed at once; the last one is the result."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def event(self, event: Event) -> None:
        print(to_json(event), file=self._out, flush=True)

    def result(self, result: Mapping[str, Any]) -> None:
        print(json.dumps(result), file=self._out, flush=True)


class Lines:
    """Sentences on ``out``; the result on ``results``."""

    def __init__(self, out: TextIO, results: TextIO) -> None:
        self._out = out
        self._results = results

    def event(self, event: Event) -> None:
        self._write(sentence(event))

    def result(self, result: Mapping[str, Any]) -> None:
        print(result_sentence(result), file=self._results, flush=True)

    def _write(self, text: str) -> None:
        print(text, file=self._out, flush=True)


class Bar(Lines):
    """A progress bar on a terminal, with a line above it at the end of each epoch."""

    def __init__(self, out: TextIO, results: TextIO) -> None:
        super().__init__(out, results)
        self._bar: tqdm[Any] | None = None

    def event(self, event: Event) -> None:
        if isinstance(event, Started):
            super().event(event)
            self._bar = tqdm(total=event.steps, file=self._out, bar_format=BAR_FORMAT, dynamic_ncols=True)
        elif isinstance(event, Progress) and self._bar is not None:
            self._bar.update(event.step - self._bar.n)
            left = "" if event.left is None else f"{event.left:.0f} s left, "
            self._bar.set_postfix_str(f"{left}loss {event.loss:.4f}, accuracy {event.accuracy:.4f}")
        else:
            if isinstance(event, Finished) and self._bar is not None:
                self._bar.close()
            super().event(event)

    def _write(self, text: str) -> None:
        tqdm.write(text, file=self._out)


def sentence(event: Event) -> str:
    """The event as one line of text."""
    match event:
        case Started():
            counts = ", ".join(f"{label}: {count}" for label, count in enumerate(event.classes))
            return (
                f"{event.recipe}: {event.parameters:,} parameters, {event.train:,} training digits ({counts}), "
                f"{event.validation:,} to validate, {event.steps:,} batches of {event.batch}, seed {event.seed}"
            )
        case Progress():
            measured = f"loss {event.loss:.4f}, accuracy {event.accuracy:.4f}"
            left = "" if event.left is None else f", {event.left:.0f} s left"
            return f"batch {event.step}/{event.steps}: {measured}{left}"
        case EpochEnded():
            validated = f"validation loss {event.validation_loss:.4f}, accuracy {event.validation_accuracy:.4f}"
            kept = ", kept" if event.kept else ""
            return f"epoch {event.epoch}: loss {event.loss:.4f}, accuracy {event.accuracy:.4f}, {validated}{kept}"
        case StageReached():
            return f"{event.stage}: {event.share:.0%} of the run, {event.left:.0f} s left"
        case Finished():
            return f"trained in {event.seconds:.1f} s; the weights are those of epoch {event.epoch}"


def result_sentence(result: Mapping[str, Any]) -> str:
    """The result as text: one line for ``train``, the verdict first for ``finetune``."""
    size = f"{result['parameters']:,} parameters, {result['seconds']:.1f} s"
    lines = _verdict_lines(result) if "verdict" in result else []
    if test := result["test"]:
        right = f"{100 * test['accuracy']:.2f} % ({test['correct']} of {test['n']})"
        error = f"loss {test['loss']:.4f}, calibration error {100 * test['ece']:.2f} %"
        lines.append(f"test accuracy {right}, {error}, {size}")
    else:
        lines += [size, result["without_mnist"]]
    return "\n".join(lines)


def _verdict_lines(result: Mapping[str, Any]) -> list[str]:
    """The promotion gate's verdict on a fine-tune, with the numbers before and after."""
    because = f" because of {', '.join(result['refused_for'])}" if result["refused_for"] else ""
    lines = [f"{result['name']} is {result['verdict']}{because}; it was trained on {result['trained_on']} corrections"]
    if result["doubtful"]:
        lines.append(f"{result['doubtful']} labels look wrong and were left out: see digitbot samples review")
    validation, gain = result["validation"], result["corrections"]
    lines.append(
        f"validation: {validation['correct_before']} -> {validation['correct_after']} of {validation['n']} right"
    )
    lines.append(
        f"corrections it was not trained on: fixes {gain['fixed']} of {gain['misread']}, breaks {gain['broken']} of "
        f"{gain['right']} (p = {gain['p_value']:.2g})"
    )
    if before := result["test_before"]:
        lines.append(f"test before: {before['correct']} of {before['n']} right")
    return lines


def reporter(out: TextIO, err: TextIO, *, as_json: bool) -> Reporter:
    """The reporter that fits the outputs: JSON lines, a bar on a terminal, or plain lines."""
    if as_json:
        return JsonLines(out)
    return Bar(err, out) if err.isatty() else Lines(err, out)
