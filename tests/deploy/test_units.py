"""The systemd units: systemd finds no mistake in them, and their sandbox stays as tight as the README says."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted(path for path in DEPLOY.iterdir() if path.suffix in {".service", ".timer", ".target"})
DROP_INS = {"digitbot-trainer-nvidia.conf": "digitbot-trainer.service"}
WORST_SCORE = 15  # tenths of a point of `systemd-analyze security`
analyze = shutil.which("systemd-analyze")
pytestmark = pytest.mark.skipif(analyze is None, reason="needs systemd-analyze: apt install systemd")


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([analyze or "", *arguments], capture_output=True, text=True)


@pytest.fixture
def installed(tmp_path: Path) -> list[Path]:
    """Copies of the units, whose program is one that is there: `verify` looks for it."""
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("/opt/digitbot/current/bin/digitbot", shutil.which("true") or "")
        (tmp_path / unit.name).write_text(text, "utf-8")
    for drop_in, name in DROP_INS.items():
        folder = tmp_path / f"{name}.d"
        folder.mkdir()
        shutil.copy(DEPLOY / drop_in, folder)
    return [tmp_path / unit.name for unit in UNITS]


def directives(unit: str) -> set[tuple[str, str]]:
    """(name, value) of each directive of a unit's [Service] section."""
    lines = (DEPLOY / unit).read_text("utf-8").partition("[Service]\n")[2].partition("\n[")[0].splitlines()
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {(name, value) for name, _, value in pairs}


def test_systemd_finds_no_mistake(installed: list[Path]) -> None:
    done = run("verify", "--recursive-errors=no", "--man=no", *installed)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("unit", [path.name for path in UNITS if path.suffix == ".service"])
def test_the_sandbox_is_tight(unit: str) -> None:
    done = run("security", "--offline=true", f"--threshold={WORST_SCORE}", "--no-pager", DEPLOY / unit)
    assert done.returncode == 0, done.stdout[-400:]


def test_one_of_several_processes_runs_as_a_single_one_does() -> None:
    one, several = directives("digitbot.service"), directives("digitbot@.service")
    program = "/opt/digitbot/current/bin/digitbot run"
    ports = "DIGITBOT_WEBHOOK_PORT=808%i DIGITBOT_METRICS_PORT=910%i"
    assert one - several == {("ExecStart", program)}
    assert several - one == {("ExecStart", f"/usr/bin/env {ports} {program}")}


def test_the_trainer_runs_as_the_bot_does_but_behind_it_and_without_its_token() -> None:
    bot, trainer = directives("digitbot.service"), directives("digitbot-trainer.service")
    token = ("LoadCredential", "bot-token:/etc/digitbot/bot-token")
    assert {name for name, _ in bot - trainer - {token}} == {"ExecStart", "TimeoutStopSec"}
    less_important = {"Nice", "CPUWeight", "IOSchedulingClass"}
    assert {name for name, _ in trainer - bot} == {"ExecStart", "TimeoutStopSec", *less_important}
    assert not any("token" in value for _, value in trainer)


def test_a_loose_unit_would_be_noticed(tmp_path: Path) -> None:
    loose = tmp_path / "loose.service"
    loose.write_text("[Service]\nType=notify\nExecStart=/bin/true\nNoSuchDirective=1\n")
    assert run("security", "--offline=true", f"--threshold={WORST_SCORE}", "--no-pager", loose).returncode != 0
    assert "NoSuchDirective" in run("verify", "--man=no", loose).stderr
