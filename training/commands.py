"""The commands of the school by name."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from types import MappingProxyType

from training.finetune import finetune
from training.train import train

COMMANDS: Mapping[str, Callable[[Namespace], None]] = MappingProxyType({"finetune": finetune, "train": train})
