"""docs/dependencies.md names every package of the locks, with a licence and a reason, and no other."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_locked_package_has_its_licence_and_reason() -> None:
    text = "\n".join(
        lock.read_text("utf-8") for lock in sorted((ROOT / "locks").glob("*.txt")) if lock.stem != "constraints"
    )
    locked = set(re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==", text, re.MULTILINE))
    document = (ROOT / "docs" / "dependencies.md").read_text("utf-8").partition("## Not from the registry")[0]
    rows = re.findall(r"^\| ([a-z0-9._-]+) \| ([^|]+) \| ([^|]+) \|$", document, re.MULTILINE)
    listed = [name for name, _, _ in rows if name != "package"]
    assert sorted(listed) == sorted(locked)
    assert all(licence.strip() and reason.strip() for _, licence, reason in rows)
