"""Whether this machine has enough free memory to train; checked before TensorFlow takes its share."""

from __future__ import annotations

from pathlib import Path

from training.errors import InsufficientMemory

NEEDED_BYTES = 1250 * 2**20  # a fine-tune was measured at 1,188 MB resident (Linux, TensorFlow 2.21)


def require_memory(needed: int = NEEDED_BYTES, root: Path = Path("/")) -> None:
    """Raise ``InsufficientMemory`` where less than ``needed`` bytes are free; where nobody can say, go on."""
    free = free_memory(root)
    if free is not None and free < needed:
        raise InsufficientMemory(
            f"Training needs {needed // 2**20} MB of free memory and {free // 2**20} MB are free: "
            "end something else, or train on another machine."
        )


def free_memory(root: Path = Path("/")) -> int | None:
    """Bytes this process may still take: what Linux has available, within the limit of its control group; else
    ``None``.

    See proc(5), MemAvailable, and the kernel's cgroup-v2, memory.max. Swap is not counted: training from swap is no
    training.
    """
    bounds = [bound for bound in (_available(root), _cgroup_headroom(root)) if bound is not None]
    return min(bounds, default=None)


def _available(root: Path) -> int | None:
    for line in _lines(root / "proc/meminfo"):
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def _cgroup_headroom(root: Path) -> int | None:
    """Bytes below the control group's limit; its page cache counts as free, for the kernel reclaims it."""
    for line in _lines(root / "proc/self/cgroup"):
        if line.startswith("0::"):
            folder = root / "sys/fs/cgroup" / line[3:].strip().lstrip("/")
            limit, used = "".join(_lines(folder / "memory.max")), "".join(_lines(folder / "memory.current"))
            if limit.strip().isdecimal() and used.strip().isdecimal():
                return int(limit) - int(used) + _page_cache(folder)
    return None


def _page_cache(folder: Path) -> int:
    """Bytes of the control group's page cache that the kernel gives back under pressure."""
    for line in _lines(folder / "memory.stat"):
        if line.startswith("inactive_file "):
            return int(line.split()[1])
    return 0


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []
