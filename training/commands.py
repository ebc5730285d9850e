"""The commands of the school by name."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from types import MappingProxyType

from training.compare import compare
from training.finetune import finetune
from training.train import train

COMMANDS: Mapping[str, Callable[[Namespace], None]] = MappingProxyType(
    {"compare": compare, "finetune": finetune, "train": train}
)
