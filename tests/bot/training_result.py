"""What a training run measures, as its child process reports it."""

from __future__ import annotations

from typing import Any, Final

RESULT: Final[dict[str, Any]] = {
    "checks": [],
    "corrections": {"n": 5, "fixed": 4, "misread": 5, "broken": 0},
    "doubtful": 0,
    "validation": {"before": 0.99, "after": 0.99, "n": 5000},
    "trained_on": 5,
    "seconds": 20.0,
}
