"""The PostgreSQL that is installed, for tests that start one: its programs, and the account that they run as."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TEMPORARY: Final = Path("/tmp")  # TMPDIR may be long (a socket's path has 107 bytes) and closed to other accounts
SHARED_FOLDERS: Final = Path("/usr/lib/postgresql")  # where Debian keeps it, VERSION/bin, off PATH


@dataclass(frozen=True)
class Installation:
    """PostgreSQL's programs, and whom they run as: an unprivileged account where the tests run as root."""

    programs: Path
    account: pwd.struct_passwd | None

    def spawn(
        self, *command: str | Path, stdin: int = subprocess.DEVNULL, stdout: int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        """A process of that account, in a session of its own: no Ctrl-C of the terminal reaches it."""
        return subprocess.Popen(
            command,
            cwd=TEMPORARY,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=self.account and self.account.pw_uid,
            group=self.account and self.account.pw_gid,
            extra_groups=None if self.account is None else [],
        )

    def run(self, *command: str | Path) -> None:
        """Raises ``RuntimeError`` with what the program said where it fails, ``OSError`` where it cannot be run."""
        with self.spawn(*command, stdout=subprocess.PIPE) as process:
            output, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(f"{Path(command[0]).name} failed: {output.decode(errors='replace').strip()}")


def find_programs() -> Path | None:
    """The folder that holds initdb, pg_ctl and postgres: of PATH, of Debian (the newest), or as pg_config says."""
    linked = shutil.which("initdb")
    folders = [Path(linked).resolve().parent] if linked else []
    folders += sorted(SHARED_FOLDERS.glob("*/bin"), key=_version, reverse=True)
    if config := shutil.which("pg_config"):
        said = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False).stdout.strip()
        folders.append(Path(said or "/nonexistent"))
    complete = (each for each in folders if all((each / name).exists() for name in ("initdb", "pg_ctl", "postgres")))
    return next(complete, None)


def find_account() -> pwd.struct_passwd | None:
    """The unprivileged account that runs it for root, which PostgreSQL refuses. Raises ``LookupError``."""
    accounts = {each.pw_name: each for each in pwd.getpwall() if each.pw_uid != 0}
    named = [accounts[name] for name in ("postgres", "nobody", "daemon") if name in accounts]
    if not named:
        raise LookupError("PostgreSQL refuses to run as root, and there is no account postgres, nobody or daemon")
    return named[0]


def find_installation() -> Installation:
    """Raises ``LookupError`` with a sentence where there is none that runs."""
    programs = find_programs()
    if programs is None:
        raise LookupError("needs PostgreSQL: apt install postgresql")
    installation = Installation(programs, find_account() if os.geteuid() == 0 else None)
    try:
        installation.run(programs / "postgres", "--version")
    except (OSError, RuntimeError) as error:
        raise LookupError(f"PostgreSQL in {programs} cannot be run here: {error}") from error
    return installation


def unavailable() -> str | None:
    """Why there is no PostgreSQL for tests, in a sentence; None where there is one."""
    try:
        find_installation()
    except LookupError as reason:
        return str(reason)
    return None


def _version(programs: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in programs.parent.name.split(".") if part.isdigit())
