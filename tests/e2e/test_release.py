"""A release: wheel and sdist are the same bytes wherever they are built, and one place says which version it is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest

from bot.cli.main import build_parser

ROOT = Path(__file__).parents[2]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def _checkout(folder: Path, mode: int, moment: int) -> Path:
    """A copy of all tracked files with other modes and times, as another clone has them."""
    if not (ROOT / ".git").exists():
        pytest.skip("needs the git checkout")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in listed.stdout.splitlines():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target)
        target.chmod(mode)
        os.utime(target, (moment, moment))
    return folder


def _built(checkout: Path) -> dict[str, str]:
    """The checksum of each file of a release."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(checkout / "dist"), str(checkout)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    subprocess.run(command, check=True, capture_output=True, timeout=240, env=environment)
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in (checkout / "dist").iterdir()}


@pytest.mark.slow
def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    first = _built(_checkout(tmp_path / "here", 0o644, 1_600_000_000))
    second = _built(_checkout(tmp_path / "some" / "where" / "else", 0o600, 1_650_000_000))
    assert first == second
    assert set(first) == {f"digitbot-{VERSION}-py3-none-any.whl", f"digitbot-{VERSION}.tar.gz"}


def test_the_changelogs_newest_section_is_that_of_this_version() -> None:
    sections = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert next(section for section in sections if section != "Unreleased") == VERSION


def test_the_command_tells_the_version_of_pyproject(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        build_parser().parse_args(["--version"])
    assert capsys.readouterr().out == f"digitbot {VERSION}\n"
