"""The shell scripts of the deployment: clean for shellcheck, and one sentence for what they cannot do."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
SCRIPTS = sorted(DEPLOY.glob("*.sh"))
shellcheck = shutil.which("shellcheck")


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([DEPLOY / script, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)


@pytest.mark.skipif(shellcheck is None, reason="needs shellcheck: apt install shellcheck")
def test_shellcheck_finds_nothing() -> None:
    done = subprocess.run([shellcheck or "", *SCRIPTS], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_installer_says_how_it_is_called() -> None:
    done = run("install.sh", "--help")
    assert done.returncode == 0
    options = ("--train", "--instances N", "--trainer", "--cuda", "--token-file FILE", "--mnist FILE", "--wheels DIR")
    for part in ("upgrade", "rollback", "uninstall", *options):
        assert part in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--no-such-option"], "--no-such-option is unknown"),
        (["remove"], "remove is unknown"),
        (["install", "--token-file", "/nowhere/token"], "--token-file needs something that can be read"),
        (["--mnist"], "--mnist needs something that can be read"),
        (["--instances", "0"], "--instances needs a number from 1 to 9"),
        (["--instances"], "--instances needs a number from 1 to 9"),
        (["--trainer", "--instances", "2"], "--trainer is for a machine without bots"),
    ],
)
def test_bad_usage_of_the_installer_is_one_sentence(arguments: list[str], said: str) -> None:
    done = run("install.sh", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(Path("/run/systemd/system").exists(), reason="systemd runs here: it might install something")
@pytest.mark.parametrize("task", ["install", "upgrade", "rollback", "uninstall"])
def test_without_systemd_or_root_nothing_is_touched(task: str) -> None:
    done = run("install.sh", task)
    assert done.returncode == 1
    assert "only root can do this" in done.stderr or "systemd does not run here" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(Path("/etc/systemd/system/digitbot.service").exists(), reason="digitbot is installed here")
def test_a_command_beside_no_service_says_what_is_missing() -> None:
    for arguments in (["doctor"], ["db", "restore", "backup.db"], ["db", "rekey"]):
        done = run("digitbot.sh", *arguments)
        assert done.returncode == 1
        assert "use sudo" in done.stderr or "the service is not installed" in done.stderr
    assert "systemctl start digitbot" in run("digitbot.sh", "run").stderr
    assert "systemctl start digitbot-trainer" in run("digitbot.sh", "trainer").stderr
