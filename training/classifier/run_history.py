"""Record of a finished run, kept beside its model: how long it took, and its validation curve."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from model.datasets import Split
from model.errors import ModelLoadError
from model.model_bundle import ModelBundle
from training.loop.plots import LearningCurve

HISTORY_FILE = "history.json"


@dataclass(frozen=True, slots=True)
class RunHistory:
    """One finished run in ``folder``: ``steps`` batches of the data of that digest, in ``seconds`` from start to card.

    ``validations`` are (batch, accuracy on the validation digits in 0..1), at least one.
    """

    folder: Path
    steps: int
    data_digest: str
    seconds: float
    validations: tuple[tuple[int, float], ...]

    @classmethod
    def find(cls, folder: Path, steps: int, data: Split) -> Self | None:
        """The run in ``folder`` if it has so many batches of these digits and its model can be loaded, else None."""
        try:
            record = json.loads((folder / HISTORY_FILE).read_text())
            validations = tuple((int(step), float(accuracy)) for step, accuracy in record["validations"])
            run = cls(folder, int(record["steps"]), str(record["data_digest"]), float(record["seconds"]), validations)
            run.model()
        except (OSError, ValueError, KeyError, TypeError, ModelLoadError):
            return None
        same = run.data_digest == data.train.joined(data.validation).digest()
        return run if same and run.steps == steps and validations else None

    def write(self) -> None:
        """Write the record, after everything else of the run."""
        record = {name: getattr(self, name) for name in ("steps", "data_digest", "seconds", "validations")}
        (self.folder / HISTORY_FILE).write_text(json.dumps(record) + "\n")

    def model(self) -> ModelBundle:
        """The model of the run. Raises ``ModelLoadError``."""
        return ModelBundle.load(self.folder / f"{self.recipe}.tflite")

    @property
    def recipe(self) -> str:
        return self.folder.name.rpartition("-")[0]

    @property
    def curve(self) -> LearningCurve:
        """Its line in the plot of all runs."""
        steps, accuracies = zip(*self.validations, strict=True)
        return LearningCurve(self.recipe, steps, accuracies)
