"""What the networks that help the classifier (digitness, handwriting, overlays) have in common: how they are asked for,
and how they are written, served bytes with a card beside them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path


@dataclass(frozen=True, slots=True)
class AuxiliaryModelCard:
    """How a helping network was made: by ``python -m training.NETWORK`` from a ``seed``; ``shown`` says how much of
    what, ``is_holdout`` how it does on what it was not shown."""

    network: str
    seed: int
    shown: int | list[int]
    is_holdout: Mapping[str, float]
    parameters: int

    def write(self, path: Path, content: bytes) -> None:
        """Write the served bytes to ``path`` and the card beside it; tell what it does on what was held back."""
        card = {
            "name": f"{self.network}-1",
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "command": " ".join(["python -m", f"training.auxiliary.{self.network}", *sys.argv[1:]]),
            "seed": self.seed,
            "shown": self.shown,
            "held_back": dict(self.is_holdout),
            "parameters": self.parameters,
            "size_bytes": len(content),
            "sha256": sha256(content).hexdigest(),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
        sys.stdout.write(json.dumps(card["held_back"]) + "\n")


def parser(description: str | None) -> argparse.ArgumentParser:
    """What all of them are asked: where to write, by which seed, from whose digits."""
    asked = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--data", default="mnist")
    return asked
