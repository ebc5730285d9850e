"""``python -P -m training``: parse first, import TensorFlow only to do the work."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from model.errors import ModelError
from storage.errors import StorageError
from training.arguments import parser
from training.export.replay_features import NoReplayFeatures
from training.export.stderr import silence_stderr
from training.finetuning.memory_check import InsufficientMemory, require_memory
from training.finetuning.process_limits import limit_process
from training.synthesis import export_dataset

HEAVY = {"tensorflow", "keras", "matplotlib"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 is success, 1 a failed job with one sentence on stderr, 2 bad usage, 130 an interrupt."""
    options = parser().parse_args(arguments)
    if getattr(options, "with_parent", False):
        limit_process()
    if options.command == "generate":
        return export_dataset.run(options)
    # Set before TensorFlow is imported: its C++ side otherwise opens with a page of remarks.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    try:
        if options.command == "finetune":
            require_memory()
        with silence_stderr():
            from training.commands import COMMANDS  # noqa: PLC0415 - so that --help and bad usage need no TensorFlow
        COMMANDS[options.command](options)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in HEAVY:
            raise
        return _failed(
            f"Training needs {error.name}, which is missing: install the train extra (pip install 'digitbot[train]')."
        )
    except (ModelError, StorageError, InsufficientMemory, NoReplayFeatures) as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"{error.filename or 'A file'}: {error.strerror or error}.")
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return 0


def _failed(sentence: str) -> int:
    print(f"digitbot: {sentence}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
