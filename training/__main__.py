"""``python -P -m training COMMAND``: parses first, and imports TensorFlow only to do the work."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from importlib import import_module
from time import monotonic

from training.arguments import parser
from training.exit_status import exit_status
from training.export.stderr import silence_stderr
from training.finetuning.memory_check import require_memory
from training.finetuning.process_limits import limit_process
from training.synthesis import export_dataset


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 is success, 1 a failed job with one sentence on stderr, 2 bad usage, 130 an interrupt."""
    began = monotonic()
    options = parser().parse_args(arguments, Namespace(began=began))
    if getattr(options, "with_parent", False):
        limit_process()
    # Set before TensorFlow is imported: its C++ side otherwise opens with a page of remarks.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    return exit_status(lambda: _run(options))


def _run(options: Namespace) -> int:
    if options.command == "generate":
        return export_dataset.run(options)
    if options.command == "finetune":
        require_memory()
    with silence_stderr():
        run = _job(options.command)
    run(options)
    return 0


def _job(command: str) -> Callable[[Namespace], None]:
    """What a command runs; imported only here, so that --help and bad usage need no TensorFlow."""
    module = {"compare": "classifier.compare", "finetune": "finetuning.finetune", "train": "classifier.train"}[command]
    job: Callable[[Namespace], None] = getattr(import_module(f"training.{module}"), command)
    return job


if __name__ == "__main__":
    sys.exit(main())
