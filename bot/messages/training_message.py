"""A training run as its admin sees it: one message that follows it, then its result as a picture with numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

from telegram import InputFile, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden

from bot.messages.keyboards import Keyboards
from bot.messages.progress_message import ProgressMessage
from bot.messages.texts import Texts
from bot.retraining.run_outcome import RunOutcome, StartedRun
from bot.training_process import TrainingEvent
from bot.updates.telegram_errors import may_not_send_pictures
from model.model_card import test_accuracy
from storage.model_versions import VersionRecord
from storage.training_runs import RunState


def measured_numbers(texts: Texts, version: VersionRecord) -> str:
    """What was measured of a version on MNIST's test digits; empty where nothing was."""
    card = json.loads(version.card)
    measured = test_accuracy(json.loads(version.metrics)) or test_accuracy(card.get("metrics") or {})
    return texts.test_measured(*measured) if measured else ""


def figure_words(texts: Texts) -> dict[str, str]:
    """What is written in the picture of a run, by the names and in the order of
    ``training.loop.plot_words.FigureWords``."""
    return {
        "learning_curve": texts.figure_learning_curve,
        "epoch": texts.figure_epoch,
        "accuracy": texts.figure_accuracy,
        "training": texts.figure_training,
        "validation": texts.figure_validation,
        "read_as": texts.figure_read_as,
        "true_digit": texts.figure_true_digit,
        "before": texts.figure_before,
        "after": texts.figure_after,
        "gained": texts.figure_gained("{fixed}", "{misread}", "{broken}"),
    }


def _legend(words: Mapping[str, str]) -> str:
    """What the numbers in a picture without words mean; the gain is told anyway."""
    listed = (word for name, word in words.items() if name != "gained")
    return "\n" + " · ".join(f"({number}) {escape(word)}" for number, word in enumerate(listed, start=1))


class TrainingMessage:
    """Shows one run in the chat where it was started (a ``bot.retraining.run_outcome.RunListener``)."""

    def __init__(self, message: Message, keyboards: Keyboards, started: StartedRun) -> None:
        self._message = message
        self._texts = keyboards.texts
        self._run = started.run.id
        self._corrections = started.corrections
        self._new_base = started.new_base
        self._progress = ProgressMessage(message, keyboards.cancel(self._run))

    @property
    def figure_words(self) -> Mapping[str, str]:
        """What is written in the picture of the result."""
        return figure_words(self._texts)

    def waiting(self, since: datetime) -> None:
        """No trainer has taken the run for a while."""
        self._progress.update(self._texts.run_waiting(self._run, since))

    def started(self) -> None:
        self._progress.update(self._texts.run_begins(self._run, self._new_base))

    async def progress(self, event: TrainingEvent) -> None:
        if event.name == "stage":
            share, left = event.values["share"], event.values["left"]
            self._progress.update(self._texts.run_progress(self._run, self._corrections, share, left))

    async def finished(self, outcome: RunOutcome) -> bool:
        """Tell the end. Returns whether that is done; False: it may be tried again."""
        if outcome.values is None:
            return await self._progress.finish(self._without_model(outcome))
        text = self._result(outcome.version, outcome.values)
        if not await self._progress.finish(text):
            return False
        if outcome.picture:
            legend = _legend(self.figure_words) if outcome.values.get("figure_numbered") else ""
            await self._send_picture(InputFile(outcome.picture, "training.png"), text + legend)
        return True

    async def stop(self) -> None:
        """Follow the run no more."""
        await self._progress.stop()

    def _without_model(self, outcome: RunOutcome) -> str:
        texts, run = self._texts, self._run
        if outcome.state is RunState.CANCELLED:
            return texts.run_cancelled(run)
        return texts.run_lost(run) if outcome.state is RunState.LOST else texts.run_ended(run, outcome.reason)

    async def _send_picture(self, picture: InputFile, caption: str) -> None:
        """Where the bot may send none, the text alone has said it all."""
        try:
            await self._message.reply_photo(picture, caption=caption, parse_mode=ParseMode.HTML)
        except (BadRequest, Forbidden) as refused:
            if not may_not_send_pictures(refused):
                raise

    def _result(self, version: str, values: Mapping[str, Any]) -> str:
        texts = self._texts
        refusals = [
            texts.refused_for(check["name"], check["value"], check["limit"], check["n"])
            for check in values["checks"]
            if not check["passed"]
        ]
        gain, validation, lines = values["corrections"], values["validation"], []
        if gain["misread"] or gain["broken"]:  # of none that was misread "fixes 0 of 0" says nothing
            lines.append(texts.gain(gain["fixed"], gain["misread"], gain["broken"]))
        if values["doubtful"]:
            lines.append(texts.doubtful_labels(values["doubtful"]))
        if values.get("test"):
            before, after = values["test_before"], values["test"]
            lines.append(texts.test_before_after(before["accuracy"], after["accuracy"], after["n"]))
        lines.append(texts.validation_before_after(validation["before"], validation["after"], validation["n"]))
        lines.append(texts.trained_on(values["trained_on"], values["seconds"]))
        if self._new_base:
            lines.append(texts.trained_from_new_base(self._new_base))
        if values.get("without_mnist"):
            lines.append(texts.without_mnist(values["without_mnist"]))
        return texts.run_result(self._run, version, "; ".join(dict.fromkeys(refusals)), lines)
