"""What a run of a recipe leaves beside its model: how long it took, and how it went."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from model.datasets import Split
from model.errors import ModelLoadError
from model.model_bundle import ModelBundle
from training.loop.plots import Curve

NAME = "history.json"


@dataclass(frozen=True, slots=True)
class History:
    """One finished run in ``folder``: ``steps`` batches of the data of that digest, in ``seconds`` from start to card.

    ``looks`` are (batch, accuracy on the validation digits).
    """

    folder: Path
    steps: int
    data_digest: str
    seconds: float
    looks: tuple[tuple[int, float], ...]

    @classmethod
    def find(cls, folder: Path, steps: int, data: Split) -> Self | None:
        """The run of ``folder``, if it is one of so many batches of these digits and its model is sound."""
        try:
            told = json.loads((folder / NAME).read_text())
            looks = tuple((int(step), float(accuracy)) for step, accuracy in told["looks"])
            run = cls(folder, int(told["steps"]), str(told["data_digest"]), float(told["seconds"]), looks)
            run.model()
        except (OSError, ValueError, KeyError, TypeError, ModelLoadError):
            return None
        same = run.data_digest == data.train.joined(data.validation).digest()
        return run if same and run.steps == steps else None

    def write(self) -> None:
        """Write it down, last of all that a run leaves."""
        told = {"steps": self.steps, "data_digest": self.data_digest, "seconds": self.seconds, "looks": self.looks}
        (self.folder / NAME).write_text(json.dumps(told) + "\n")

    def model(self) -> ModelBundle:
        """What the run made. Raises ``ModelLoadError``."""
        return ModelBundle.load(self.folder / f"{self.recipe}.tflite")

    @property
    def recipe(self) -> str:
        return self.folder.name.rpartition("-")[0]

    @property
    def curve(self) -> Curve:
        """Its line in the plot of all recipes."""
        return Curve(self.recipe, [step for step, _ in self.looks], [accuracy for _, accuracy in self.looks])
