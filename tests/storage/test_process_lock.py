"""One process a database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from storage.process_lock import ProcessLock


def test_the_second_is_not_alone_until_the_first_lets_go(tmp_path: Path) -> None:
    first, second = (ProcessLock(tmp_path / "digitbot.db") for _ in range(2))
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, os, signal; from pathlib import Path; from storage.process_lock import ProcessLock;"
        "assert ProcessLock(Path(sys.argv[1])).acquire(); print('held', flush=True); signal.pause()"
    )
    path = tmp_path / "digitbot.db"
    with subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, cwd=Path.cwd()) as other:
        assert other.stdout
        assert other.stdout.readline() == b"held\n"
        lock = ProcessLock(path)
        assert not lock.acquire()
        other.kill()
        other.wait()
    assert lock.acquire()
    lock.release()


def test_where_no_file_can_be_made_nobody_is_alone(tmp_path: Path) -> None:
    assert not ProcessLock(tmp_path / "missing" / "digitbot.db").acquire()
