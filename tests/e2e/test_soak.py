"""Short soaks: kills and faults while people write, on SQLite and on PostgreSQL; the long ones are ``make soak``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgresql_server import unavailable

ROOT = Path(__file__).parents[2]
WAYS = {
    "polling": ["--updates=150", "--kills=3"],
    "webhook": ["--updates=150", "--kills=3", "--webhook"],
    "two processes on PostgreSQL": ["--updates=150", "--kills=2", "--database=postgresql", "--replicas=2"],
}


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_nothing_is_lost_at_kills_stops_and_faults(way: list[str]) -> None:
    if "--database=postgresql" in way and (reason := unavailable()):
        pytest.skip(reason)
    program = [sys.executable, "-P", str(ROOT / "tests/benchmarks/soak.py"), "--json", *way]
    done = subprocess.run(program, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode in {0, 1}, done.stderr
    assert done.stdout, done.stderr  # a traceback also ends with 1
    result = json.loads(done.stdout)
    assert result["sent"]["updates"] >= 150
    assert result["sent"]["photos"] > 70
    assert result["sent"]["albums"] > 0
    assert result["sent"]["corrections"] > 0
    assert f"--kills={result['disturbances']['kills']}" in way
    assert result["disturbances"]["stops"] > 0
    assert ("--replicas=2" in way) == (result["disturbances"]["server_restarts"] > 0)
    assert ("--replicas=2" in way) == (result["disturbances"]["twice"] > 0)
    assert result["broken"] == dict.fromkeys(result["broken"], 0)
    assert result["holds"]
