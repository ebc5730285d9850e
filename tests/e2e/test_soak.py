"""A short soak: kills and faults while people write, by polling and by webhook; the long one is ``make soak``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("way", [[], ["--webhook"]], ids=["polling", "webhook"])
def test_nothing_is_lost_at_kills_stops_and_faults(way: list[str]) -> None:
    program = [sys.executable, "-P", str(ROOT / "tests/benchmarks/soak.py"), "--updates=150", "--kills=3", "--json"]
    done = subprocess.run([*program, *way], capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode in {0, 1}, done.stderr
    result = json.loads(done.stdout)
    assert result["photos"] > 70
    assert result["kills"] == 3
    assert result["albums"] > 0
    assert result["corrections"] > 0
    assert result["holds"], result
