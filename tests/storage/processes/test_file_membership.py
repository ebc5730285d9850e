"""The processes that use an SQLite file."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.errors import DatabaseReadOnly
from storage.processes import file_membership
from storage.processes.file_membership import FileMembership, folder_of, is_free
from storage.processes.membership import new_process_name

HOLD = (
    "import asyncio, sys\n"
    "from pathlib import Path\n"
    "from storage.processes.file_membership import FileMembership\n"
    "async def main():\n"
    "    async with FileMembership(Path(sys.argv[1]), 'deadbeef'):\n"
    "        print('held', flush=True)\n"
    "        await asyncio.sleep(60)\n"
    "asyncio.run(main())\n"
)


async def test_each_process_sees_all_that_live(tmp_path: Path) -> None:
    path = tmp_path / "digitbot.db"
    async with FileMembership(path, "00000001") as first:
        assert await first.members() == {"00000001"}
        async with FileMembership(path, "00000002") as second:
            assert await first.members() == await second.members() == {"00000001", "00000002"}
        assert await first.members() == {"00000001"}
        assert not is_free(path)
    assert is_free(path)
    assert not list(folder_of(path).iterdir())


async def test_a_killed_process_is_no_member_and_its_file_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "digitbot.db"
    program = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, cwd=Path.cwd()) as other:  # noqa: ASYNC220 - it is short
        assert other.stdout
        assert other.stdout.readline() == b"held\n"
        async with FileMembership(path, "00000001") as own:
            assert await own.members() == {"00000001", "deadbeef"}
            other.kill()
            other.wait()
            assert await own.members() == {"00000001"}
    assert is_free(path)


async def test_many_that_come_and_go_at_once_do_not_remove_each_others_files(tmp_path: Path) -> None:
    path = tmp_path / "digitbot.db"
    memberships = [FileMembership(path, new_process_name()) for _ in range(20)]
    names = {each.process for each in memberships}
    for each in memberships:
        await each.__aenter__()
    assert all([await each.members() == names for each in memberships])
    for each in memberships:
        await each.__aexit__(None, None, None)
    assert is_free(path)


async def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatabaseReadOnly):
        await FileMembership(tmp_path / "missing" / "digitbot.db", "00000001").__aenter__()


async def test_a_file_that_this_user_may_not_open_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where root has started a trainer on the bot's database."""
    path = tmp_path / "digitbot.db"

    def refuse(each: Path) -> bool:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), each)

    async with FileMembership(path, "00000001") as own:
        monkeypatch.setattr(file_membership, "_is_locked", refuse)
        with pytest.raises(DatabaseReadOnly, match=r"\.digitbot\.db\.processes/00000001: Permission denied"):
            await own.members()


async def test_a_process_that_joins_while_two_others_look_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of them has removed the file that it had not locked yet, and it has made another, before the other looks."""
    path, lock = tmp_path / "digitbot.db", fcntl.flock
    own = folder_of(path) / "0000000a"
    joined: list[int] = []

    def flock(handle: int, operation: int) -> None:
        if not joined:
            own.unlink()
            joined.append(os.open(own, os.O_RDWR | os.O_CREAT, 0o600))
            lock(joined[0], fcntl.LOCK_EX)
        lock(handle, operation)

    folder_of(path).mkdir()
    own.touch()
    monkeypatch.setattr(fcntl, "flock", flock)
    assert await FileMembership(path, "0000000b").members() == {"0000000a"}
    assert await FileMembership(path, "0000000b").members() == {"0000000a"}
    os.close(joined[0])
    assert await FileMembership(path, "0000000b").members() == set()
