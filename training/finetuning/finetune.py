"""``finetune``: root model, corrections and base data to replay -> a candidate and the promotion gate's verdict."""

from __future__ import annotations

import sys
from argparse import Namespace
from dataclasses import replace
from time import monotonic
from typing import NoReturn

from model.datasets import DataMissing, load, split
from training.errors import NothingToTrainOn
from training.export.litert import load_network
from training.finetuning.correction_samples import from_npz
from training.finetuning.evaluation import FinetuneOutcome
from training.finetuning.feature_tuning import tune_on_features
from training.finetuning.network_tuning import tune_network
from training.finetuning.result_figure import can_be_drawn, finetune_figure
from training.finetuning.stages import FEATURE_COSTS, StageProgress
from training.finetuning.task import Root, Task, load_task
from training.loop.events import EpochEnded, Event, EventListener
from training.loop.fit import seed_everything
from training.loop.plot_words import FigureWords
from training.loop.progress import reporter
from training.output_files import require_folder


def finetune(options: Namespace) -> None:
    """Load the task, train, evaluate the promotion gate, write the candidate, its figure and the ids trained on.

    Raises ``NothingToTrainOn``, ``NoReplayFeatures``, ``DataMissing``, ``DataBad``, ``ModelLoadError``,
    ``StorageError``, ``OSError``.
    """
    began = getattr(options, "began", monotonic())
    task = _task(options)
    require_folder(options.out)
    report = reporter(sys.stdout, sys.stderr, as_json=options.json)
    epochs: list[EpochEnded] = []

    def listen(event: Event) -> None:
        report.event(event)
        if isinstance(event, EpochEnded):
            epochs.append(event)

    seed_everything(options.seed)
    outcome = finetune_task(task, options.seed, options.data, listen, began)
    served = outcome.candidate.write(options.out)
    words: FigureWords = options.words
    drawn = words if can_be_drawn(words) else words.numbered
    served.with_name("result.png").write_bytes(finetune_figure(epochs, outcome.validation, outcome.corrections, drawn))
    served.with_name("trained_on.txt").write_text("".join(f"{uid}\n" for uid in outcome.trained_on))
    report.result(
        {
            **outcome.as_json(),
            "model": str(served),
            "seconds": round(monotonic() - began, 3),
            "figure_numbered": drawn is not words,
        }
    )


def finetune_task(
    task: Task, seed: int, source: str | None, listen: EventListener, began: float | None = None
) -> FinetuneOutcome:
    """Train on the task's corrections while replaying ``source``, else MNIST, else the features stored for the root.

    ``began``: when the process was started, by ``time.monotonic``. Raises ``DataMissing`` and ``DataBad`` for a
    ``source`` that cannot be had, ``NoReplayFeatures``, ``ModelLoadError``.
    """
    progress = StageProgress(listen, monotonic() if began is None else began)
    model = load_network(task.root.keras)
    try:
        data = split(load(source or "mnist"))
    except DataMissing as missing:
        if source:
            raise
        progress.costs = FEATURE_COSTS
        return tune_on_features(task, model, seed, progress, str(missing))
    return tune_network(task, model, seed, data, progress)


def _task(options: Namespace) -> Task:
    """The corrections and models to start from. Raises ``NothingToTrainOn`` where there are none."""
    if options.corrections:
        root = Root.base()
        task = Task(from_npz(options.corrections), root.served, root, f"{root.served.name}-tuned")
    else:
        task = load_task(review=options.review) or _refuse(
            "There is no database: set DIGITBOT_DATABASE_URL and DIGITBOT_KEY."
        )
    if not len(task.corrections):
        _refuse("There is nothing to train on: nobody has made a correction that may be kept yet.")
    return replace(
        task,
        name=options.name or task.name,
        max_bytes=options.max_model_bytes,
        review=options.review,
        person_share=options.person_share,
    )


def _refuse(sentence: str) -> NoReturn:
    raise NothingToTrainOn(sentence)
