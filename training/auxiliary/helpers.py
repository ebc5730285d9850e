"""What the commands of the auxiliary networks share: their options, and the card written beside the served file."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from training.argument_types import keras_file, natural, positive
from training.output_files import require_file


@dataclass(frozen=True, slots=True)
class AuxiliaryModelCard:
    """How an auxiliary network was made: by ``python -P -m training.auxiliary.NETWORK``, from ``seed`` and so many
    training ``examples`` (by class, where there are classes); ``holdout_metrics`` were measured on others."""

    network: str
    seed: int
    examples: int | list[int]
    holdout_metrics: Mapping[str, float]
    parameters: int

    def write(self, path: Path, content: bytes) -> None:
        """Write the served bytes to ``path`` and the card beside it; print the metrics on the holdout."""
        card = {
            "name": f"{self.network}-1",
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "command": " ".join(["python -P -m", f"training.auxiliary.{self.network}", *sys.argv[1:]]),
            "seed": self.seed,
            "examples": self.examples,
            "holdout": dict(self.holdout_metrics),
            "parameters": self.parameters,
            "size_bytes": len(content),
            "sha256": sha256(content).hexdigest(),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
        sys.stdout.write(json.dumps(card["holdout"]) + "\n")


def require_outputs(arguments: argparse.Namespace) -> None:
    """Make sure that the files which these options name can be written. Raises ``OSError``."""
    for path in (arguments.out, arguments.out.with_suffix(".json"), arguments.kept):
        if path is not None:
            require_file(path)


def auxiliary_parser(description: str | None, *, epochs: int) -> argparse.ArgumentParser:
    """The options that all of them have; ``epochs`` by default."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="the served file; its card goes beside it"
    )
    parser.add_argument("--seed", type=natural, default=1, help="the same seed, the same network (default: 1)")
    parser.add_argument(
        "--data", default="mnist", metavar="SOURCE", help="collection of sample digits (default: mnist)"
    )
    parser.add_argument("--pages", type=positive, default=40_000)
    parser.add_argument("--epochs", type=positive, default=epochs)
    parser.add_argument("--jobs", type=positive, default=1, help="processes that generate pages (default: 1)")
    parser.add_argument(
        "--kept", type=keras_file, metavar="FILE", help="save the network there (.keras) after each epoch"
    )
    return parser
