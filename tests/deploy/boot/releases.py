"""What is installed in the machine: copies of this checkout with version numbers of their own, and all their wheels."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[3]
PARTS = ("bot", "deploy", "docs", "locks", "model", "storage", "training", "LICENSE", "README.md", "pyproject.toml")

MIGRATION = '''"""A column that only the boot test's later release knows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '{new}'
down_revision = '{old}'
oldest_program = '{old}'


def upgrade() -> None:
    op.add_column('readings', sa.Column('boot_test', sa.Integer(), nullable=False, server_default='0'))
'''


def make_release(folder: Path, version: str) -> Path:
    """A copy of what is installed of this checkout, as ``version``."""
    folder.mkdir(parents=True)
    files = ["cp", "-r", *(str(CHECKOUT / part) for part in PARTS), str(folder)]
    subprocess.run(files, check=True)
    _replace(folder / "pyproject.toml", r'(?m)^version = ".*"$', f'version = "{version}"')
    return folder


def add_migration(release: Path) -> None:
    """Make the release one that migrates the database."""
    schema = release / "storage/schema_version.py"
    found = re.search(r'(?m)^NEWEST: Final = "(\d{4})"$', schema.read_text("utf-8"))
    assert found
    new = f"{int(found[1]) + 1:04d}"
    _replace(schema, re.escape(found[0]), f'NEWEST: Final = "{new}"')
    _replace(schema, r'OLDEST_PROGRAM: Final = "\d{4}"', f'OLDEST_PROGRAM: Final = "{found[1]}"')
    migration = release / f"storage/migrations/versions/v{new}_boot_test.py"
    migration.write_text(MIGRATION.format(old=found[1], new=new), "utf-8")


def break_start(release: Path) -> None:
    """Make the release one that can be installed and cannot serve."""
    broken = r'\1    raise RuntimeError("broken by the boot test")\n'
    _replace(release / "bot/lifecycle.py", r"(?m)^(async def _connect\(.*\) -> None:\n)", broken)


def fetch_wheels(folder: Path, *locks: str) -> Path:
    """Every package of these locks as a wheel, from wherever pip gets packages on this machine."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "-qq", "--only-binary=:all:"]
    for lock in locks:
        where = ["--require-hashes", "-r", str(CHECKOUT / "locks" / lock), "-d", str(folder)]
        subprocess.run([*pip, *where], check=True)
    return folder


def _replace(path: Path, pattern: str, text: str) -> None:
    changed, count = re.subn(pattern, text, path.read_text("utf-8"), count=1)
    assert count == 1, f"{path} has no {pattern}"
    path.write_text(changed, "utf-8")
