"""The commands of the school by name."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from types import MappingProxyType

from training.train import train

COMMANDS: Mapping[str, Callable[[Namespace], None]] = MappingProxyType({"train": train})
