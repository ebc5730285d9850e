"""The commands of the school by name."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from types import MappingProxyType

from training.classifier.compare import compare
from training.classifier.train import train
from training.finetuning.finetune import finetune

COMMANDS: Mapping[str, Callable[[Namespace], None]] = MappingProxyType(
    {"compare": compare, "finetune": finetune, "train": train}
)
