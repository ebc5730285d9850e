"""A Debian root folder as this machine's own apt would install it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("systemd", "systemd-sysv", "dbus", "python3", "python3-venv", "ca-certificates")
PROGRAMS = ("debootstrap", "systemd-nspawn", "nsenter", "setpriv", "unshare", "apt-get", "apt-config")


class CannotBoot(Exception):
    """The test cannot be run here; the message says why."""


@dataclass(frozen=True)
class Suite:
    """What debootstrap is told: a release by its code name, its mirror and its components."""

    name: str
    mirror: str
    components: tuple[str, ...]


def require_programs() -> None:
    """Raises CannotBoot where this machine cannot make or boot a root."""
    if os.geteuid():
        raise CannotBoot("only root can boot a machine")
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    if missing:
        raise CannotBoot(f"{', '.join(missing)} not installed (apt install debootstrap systemd-container)")


def host_suite() -> Suite:
    """This machine's release, from where apt gets it. Raises CannotBoot."""
    name = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    form = "$(CODENAME) $(REPO_URI) $(COMPONENT) $(CREATED_BY)"
    targets = _output("apt-get", "indextargets", "--format", form).split("\n")
    rows = [row.split() for row in targets if row.startswith(f"{name} ") and row.endswith(" Packages")]
    if not name or not rows:
        raise CannotBoot("apt names no mirror of this machine's release")
    mirror = rows[0][1]
    return Suite(name, mirror, tuple(dict.fromkeys(row[2] for row in rows if row[1] == mirror)))


def make_root(folder: Path) -> Path:
    """Install a minimal system into ``folder``: a minute. Raises CannotBoot."""
    suite = host_suite()
    # In a mount namespace of its own: whatever debootstrap mounts is gone with it, also where it is killed.
    command = ["unshare", "--mount", "debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}"]
    command += [f"--components={','.join(suite.components)}", suite.name, str(folder), suite.mirror]
    done = subprocess.run(command, env=_with_apts_proxy(), capture_output=True, text=True)
    if done.returncode:
        raise CannotBoot(f"debootstrap could not make a root: {done.stdout.strip().splitlines()[-1:]}")
    return folder


def add_packages(root: Path, *packages: str) -> None:
    """Install more packages into a root. Raises CannotBoot."""
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    install = f"apt-get -qq update && apt-get -qq install -y --no-install-recommends {' '.join(packages)}"
    command = ["unshare", "--mount", "chroot", str(root), "sh", "-c", install]
    environment = {**_with_apts_proxy(), "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise CannotBoot(f"{', '.join(packages)} could not be installed: {done.stderr.strip().splitlines()[-1:]}")


def python_version(root: Path) -> str:
    """As ``3.11``."""
    return (root / "usr/bin/python3").readlink().name.removeprefix("python")


def _with_apts_proxy() -> dict[str, str]:
    proxy = _output("apt-config", "shell", "proxy", "Acquire::http::Proxy").strip().partition("=")[2].strip("'")
    return {**os.environ, **({"http_proxy": proxy} if proxy else {})}


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
