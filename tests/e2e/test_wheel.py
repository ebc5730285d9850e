"""What is installed from the wheel works outside the checkout: every file it needs is in it."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=120)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a clean virtual environment with the wheel, which finds its requirements where this one does."""
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, timeout=60)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(pip, check=True, capture_output=True, timeout=120)
    packages = next(folder.glob("lib/python*/site-packages"))
    # The requirements themselves are not installed a second time (0.4 GB): their folder comes last on the path,
    # and the editable install's link to this checkout is not among its files.
    own = next(path for path in map(Path, sys.path) if path.name == "site-packages")
    (packages / "requirements.pth").write_text(f"import sys; sys.path.append({str(own)!r})\n")
    return python


def test_the_wheel_holds_what_is_needed_and_nothing_of_the_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "model/base/digits.tflite",
        "model/base/model_card.json",
        "storage/migrations/",
        "bot/playground/page/",
        "bot/messages/catalogues/hi.ftl",
        "bot/report/templates/report.html",
        "bot/report/templates/report.css",
    ):
        assert any(name.startswith(needed) for name in names), needed
    assert {name.split("/")[0] for name in names if "dist-info" not in name} == {"bot", "model", "storage", "training"}


def test_an_installed_digitbot_reads_a_photo(elsewhere: Path, page: Callable[..., bytes], tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(page("427"))
    where: list[str | Path] = [elsewhere, "-P", "-c", "import bot; print(bot.__file__)"]
    assert str(ROOT) not in subprocess.run(where, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    command: list[str | Path] = [elsewhere.with_name("digitbot"), "read", "--json", "photo.jpg"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert json.loads(done.stdout)["text"] == "427", done.stderr


def test_an_install_without_tensorflow_says_what_training_needs(elsewhere: Path, tmp_path: Path) -> None:
    hide = "import sys; sys.modules['tensorflow'] = sys.modules['keras'] = None; "
    code = (
        hide
        + "sys.argv = ['training', 'train', 'digits']; import runpy; runpy.run_module('training', run_name='__main__')"
    )
    done = subprocess.run([elsewhere, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "train" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
