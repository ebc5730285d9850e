from __future__ import annotations

from pathlib import Path

import pytest

from training.errors import InsufficientMemory
from training.finetuning.memory_check import free_memory, require_memory


def machine(root: Path, *, available: int | None = None, limit: str = "max", used: int = 0, cache: int = 0) -> Path:
    """A machine as Linux shows it, in MB."""
    group = root / "sys/fs/cgroup/app"
    group.mkdir(parents=True)
    (root / "proc/self").mkdir(parents=True)
    if available is not None:
        (root / "proc/meminfo").write_text(f"MemTotal: 99 kB\nMemAvailable:  {available * 1024} kB\n")
    (root / "proc/self/cgroup").write_text("0::/app\n")
    (group / "memory.max").write_text(f"{limit}\n")
    (group / "memory.current").write_text(f"{used * 2**20}\n")
    (group / "memory.stat").write_text(f"anon 1\ninactive_file {cache * 2**20}\n")
    return root


def test_what_linux_has_available_counts(tmp_path: Path) -> None:
    assert free_memory(machine(tmp_path, available=1500)) == 1500 * 2**20


def test_a_control_group_s_limit_counts_too_less_the_cache_that_gives_way(tmp_path: Path) -> None:
    root = machine(tmp_path, available=9000, limit=str(1000 * 2**20), used=600, cache=100)
    assert free_memory(root) == 500 * 2**20


def test_where_nobody_can_say_training_goes_on(tmp_path: Path) -> None:
    assert free_memory(tmp_path) is None
    require_memory(root=tmp_path)


def test_too_little_is_said_in_megabytes(tmp_path: Path) -> None:
    root = machine(tmp_path, available=300)
    with pytest.raises(InsufficientMemory, match="needs 800 MB of free memory and 300 MB are free"):
        require_memory(800 * 2**20, root)


def test_just_enough_is_enough(tmp_path: Path) -> None:
    require_memory(300 * 2**20, machine(tmp_path, available=300))
