"""The short boot test: a Debian with digitbot in it is booted here; `make boot-test` runs the whole of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CANNOT_RUN = 77
LIMIT_S = 3000.0  # five minutes by itself; over 25 on a slow machine where other tests and more run beside it


@pytest.mark.slow
def test_an_installed_digitbot_survives_what_a_year_brings(tmp_path: Path) -> None:
    command = ["nice", sys.executable, "-m", "tests.deploy.boot", "--short", "--folder", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S)
    if done.returncode == CANNOT_RUN:
        pytest.skip(done.stdout.strip().splitlines()[-1].removeprefix("skipped: "))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("\nok ") >= 23, done.stdout
