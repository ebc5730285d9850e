"""Every package of training says which of its modules are public, without importing any of them."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(".".join(path.parent.relative_to(ROOT).parts) for path in ROOT.glob("training/**/__init__.py"))


@pytest.mark.parametrize("package", [name for name in PACKAGES if hasattr(import_module(name), "__all__")])
def test_public_names_are_modules_with_a_docstring(package: str) -> None:
    for name in import_module(package).__all__:
        spec = find_spec(f"{package}.{name}")
        assert spec is not None, f"{package}.{name}"
        assert spec.origin is not None
        assert Path(spec.origin).read_text(encoding="utf-8").startswith('"""')


def test_importing_the_packages_loads_no_tensorflow() -> None:
    code = (
        f"import sys, {', '.join(PACKAGES)}; print([name for name in ('tensorflow', 'keras') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert found.stdout.strip() == "[]"


def test_few_modules_lie_flat() -> None:
    assert len([path for path in (ROOT / "training").iterdir() if path.is_file()]) <= 8
