"""A backup of one machine, restored on another as an admin would move the bot."""

from __future__ import annotations

from collections.abc import Iterator

from tests.deploy.boot.service import START_S, Service
from tests.deploy.boot.steps import Step, require


class RestoreSteps:
    """The steps on the second machine; ``backup``, ``key`` and ``samples`` are the first one's."""

    def __init__(self, service: Service, backup: bytes, key: str, samples: list[str]) -> None:
        self._service = service
        self._backup, self._key, self._samples = backup, key, samples

    def __iter__(self) -> Iterator[Step]:
        yield "on a second machine: install.sh with the key of the first", self.install
        yield "on a second machine: the backup is restored, with all data", self.restore
        yield "on a second machine: uninstall leaves database, key and settings", self.uninstall

    def install(self) -> None:
        self._service.prepare()
        self._service.machine.write("/etc/digitbot/encryption-key", self._key)
        self._service.install("/mnt/release-1", "--token-file", "/root/token")
        require(self._service.is_active(), "the bot is not active")
        require(not self._service.samples(), "there are samples already")

    def restore(self) -> str:
        machine = self._service.machine
        (machine.root / "root/moved.db").write_bytes(self._backup)
        machine.run("systemctl", "stop", "digitbot")
        self._service.digitbot("db", "restore", "/root/moved.db")
        machine.run("systemctl", "start", "digitbot", timeout=START_S)
        require(self._service.samples() == self._samples, "the samples are not those of the first machine")
        self._service.require_photo_read()
        return self._service.digitbot("db", "check").strip()

    def uninstall(self) -> None:
        machine = self._service.machine
        machine.run("/opt/digitbot/current/deploy/install.sh", "uninstall")
        kept = ("/var/lib/private/digitbot/digitbot.db", "/etc/digitbot/encryption-key", "/etc/digitbot/bot-token")
        machine.run("ls", *kept)
        gone = ("/opt/digitbot", "/etc/systemd/system/digitbot.service", "/usr/local/bin/digitbot")
        require(machine.run("sh", "-c", 'ls -d "$@" 2>/dev/null', "sh", *gone, check=False) == "", "something is left")
        require(self._service.show("ActiveState") == "inactive", "the bot still runs")
