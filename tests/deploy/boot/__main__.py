"""`make boot-test`: install digitbot in a Debian that is booted here, and see that all of it works.

Every line is printed as it passes. The exit status is 0 where all have passed, 1 where one has not, 77 where the test
cannot be run here: then the last line says why.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.deploy.boot import container, shared_database
from tests.deploy.boot.container import ContainerSteps
from tests.deploy.boot.debian_root import CannotBoot, add_packages, make_root, python_version, require_programs
from tests.deploy.boot.instances import InstanceSteps
from tests.deploy.boot.machine import Machine, StepFailed
from tests.deploy.boot.releases import add_migration, break_start, fetch_wheels, make_release
from tests.deploy.boot.restore import RestoreSteps
from tests.deploy.boot.service import Service
from tests.deploy.boot.shared_database import SharedDatabaseSteps
from tests.deploy.boot.steps import BootSteps, Step

SKIPPED = 77  # as automake's test drivers have it


@dataclass(frozen=True)
class Workshop:
    """What the machines are made of: a root that is never booted, and the shares of all of them."""

    root: Path
    shares: dict[str, Path]

    def machine(self, name: str, *packages: str) -> Machine:
        """A copy of the root, with more packages where some are named. Raises CannotBoot."""
        root = _copied(self.root, self.root.with_name(name))
        if packages:
            add_packages(root, *packages)
        return Machine(root, {**self.shares, "/mnt/base": self.root})


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.deploy.boot", description=__doc__)
    parser.add_argument("--short", action="store_true", help="without TensorFlow, with a watchdog of seconds")
    parser.add_argument("--folder", type=Path, help="where the roots are made, and removed again (default: /var/tmp)")
    parser.add_argument("--root", type=Path, help="an unbooted root made before, instead of debootstrap's")
    options = parser.parse_args()
    os.umask(0o022)
    try:
        require_programs()
        with TemporaryDirectory(prefix="digitbot-boot-", dir=options.folder or "/var/tmp") as folder:
            run(prepare(Path(folder), options.root, full=not options.short), full=not options.short)
    except CannotBoot as error:
        say(f"skipped: {error}")
        return SKIPPED
    except StepFailed as error:
        say(f"FAILED: {error}")
        return 1
    return 0


def prepare(folder: Path, ready: Path | None, *, full: bool) -> Workshop:
    begin = time.monotonic()
    locks = ["build.txt", "postgresql.txt", "train.txt" if full else "serve.txt"]
    with ThreadPoolExecutor() as both:
        made = both.submit(_base_root, folder / "root", ready)
        wheels = both.submit(fetch_wheels, folder / "wheels", *locks)
        root = made.result()
        shares = {"/mnt/wheels": wheels.result(), "/mnt/inside": Path(__file__).parent / "inside"}
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if python_version(root) != here:
        raise CannotBoot(f"the wheels here are for Python {here}, Debian's is {python_version(root)}")
    for number in (1, 2, 3):
        shares[f"/mnt/release-{number}"] = make_release(folder / f"release-{number}", f"{number}.0.0")
    add_migration(shares["/mnt/release-2"])
    break_start(shares["/mnt/release-3"])
    if full and (mnist := os.environ.get("DIGITBOT_MNIST")):
        (root / "mnt/mnist.npz").touch()
        shares["/mnt/mnist.npz"] = Path(mnist)
    say(f"a root and {len(list(shares['/mnt/wheels'].iterdir()))} wheels", time.monotonic() - begin)
    return Workshop(root, shares)


def _base_root(folder: Path, ready: Path | None) -> Path:
    return _copied(ready, folder) if ready else make_root(folder)


def _copied(root: Path, to: Path) -> Path:
    subprocess.run(["cp", "-a", str(root), str(to)], check=True)
    return to


def run(workshop: Workshop, *, full: bool) -> None:
    """Raises StepFailed."""
    with workshop.machine("first") as machine:
        service = Service(machine)
        passed(BootSteps(service, full=full))
        passed(InstanceSteps(service))
        samples = service.samples()
        state = machine.root / "var/lib/private/digitbot"
        backup = max(state.glob("backups/digitbot-*.db")).read_bytes()
        key = (machine.root / "etc/digitbot/encryption-key").read_text("ascii")
    shutil.rmtree(machine.root)
    with workshop.machine("second") as machine:
        passed(RestoreSteps(Service(machine), backup, key, samples))
    shutil.rmtree(machine.root)
    if full:
        with workshop.machine("third", *container.PACKAGES) as machine:
            passed(ContainerSteps(Service(machine)))
        shutil.rmtree(machine.root)
        with workshop.machine("fourth", *shared_database.PACKAGES) as machine:
            passed(SharedDatabaseSteps(Service(machine), train=True))


def passed(steps: Iterable[Step]) -> None:
    for line, step in steps:
        begin = time.monotonic()
        try:
            detail = step()
        except StepFailed as error:
            raise StepFailed(f"{line} ({time.monotonic() - begin:.0f} s): {error}") from None
        say(line + (f": {detail}" if detail else ""), time.monotonic() - begin)


def say(line: str, seconds: float | None = None) -> None:
    print(line if seconds is None else f"ok {seconds:5.0f} s  {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
