"""Which model answers: a file that somebody names, else the base model."""

from __future__ import annotations

from pathlib import Path

from bot.commands.parsing import Failed
from model.served import ServedModel


def chosen_model(name: str | None) -> ServedModel:
    """The model of ``--model ID|FILE``; the base model where none is named. Raises Failed and ModelDamaged."""
    base = ServedModel.base()
    if name is None or name == base.name:
        return base
    if not Path(name).is_file():
        raise Failed(f"{name} is neither a model version nor a .tflite file; the base model is {base.name}")
    return ServedModel.load(name)
