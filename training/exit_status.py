"""The exit status of a training command; what keeps its job from being done becomes one sentence on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable

from model.errors import ModelError
from storage.errors import StorageError
from training.errors import TrainingError

TRAIN_EXTRA = {"tensorflow", "keras", "matplotlib"}  # top-level packages that serving does without


def exit_status(job: Callable[[], int | None]) -> int:
    """Do a job: 0 is success, unless it gives another status, 1 a failed job, 130 an interrupt.

    Raises what is a mistake of the program.
    """
    try:
        return job() or 0
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in TRAIN_EXTRA:
            raise
        return _failed(
            f"Training needs {error.name}, which is missing: install the train extra, in the checkout, "
            "by make install or pip install '.[train]'."
        )
    except (ModelError, TrainingError, StorageError) as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"{error.filename or 'A file'}: {error.strerror or error}.")
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        return 130


def _failed(sentence: str) -> int:
    sys.stderr.write(f"digitbot: {sentence}\n")
    return 1
