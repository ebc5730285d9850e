"""What has to be seen in the booted machine, one method a line of the log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from tests.deploy.boot.machine import Machine, StepFailed
from tests.deploy.boot.service import RESTART_S, START_S, Service

Step = tuple[str, Callable[[], str | None]]
CLEAN_STOP_S = 10.0
DYNAMIC_IDS = range(61184, 65520)  # of DynamicUser, systemd.exec(5)
SHORT_WATCHDOG_S = 10  # in the short form, instead of the unit's own minute


def require(condition: object, otherwise: str) -> None:
    """Raises StepFailed."""
    if not condition:
        raise StepFailed(otherwise)


class BootSteps:
    """The steps on one machine, in their order; ``full`` has TensorFlow and the unit's own times."""

    def __init__(self, service: Service, *, full: bool) -> None:
        self._service = service
        self._machine: Machine = service.machine
        self._full = full
        self._samples: list[str] = []

    def __iter__(self) -> Iterator[Step]:
        yield "install.sh installs release 1 and ends with digitbot doctor", self.install
        yield "the service is active, under a user of its own", self.active
        yield "a photo is answered", self._service.require_photo_read
        yield "a correction becomes samples", self.correct
        if self._full:
            yield "a retrain in the sandbox ends with figures", self.retrain
        yield "the bot is started again after kill -9, and answers", self.killed
        yield "the watchdog restarts a blocked event loop", lambda: self.starved("blocked")
        yield "the watchdog restarts a bot whose polling has died", lambda: self.starved("silent")
        yield "the timer makes a verified backup", self.backup
        yield "a restore under the running bot is refused", self.restore_refused
        yield "digitbot db rekey changes the key, and the bot serves with the new one", self.rekey
        yield "install.sh again changes nothing", self.again
        yield "an upgrade is killed half way", self.killed_upgrade
        yield "the same upgrade again, to release 2, which migrates: all data is there", self.upgrade
        yield "rollback to release 1: all data is there", self.rollback
        if self._full:
            yield "an upgrade to a release that cannot start goes back by itself", self.broken_upgrade
        yield f"systemctl stop ends the bot cleanly within {CLEAN_STOP_S:.0f} s", self.stop
        yield "token and key stand neither in the journal nor in systemctl show", self.secrets

    def install(self) -> None:
        self._service.prepare()
        options = ["--train"] if self._full else []
        if self._full and Path(f"{self._machine.root}/mnt/mnist.npz").exists():
            options += ["--mnist", "/mnt/mnist.npz"]
        said = self._service.install("/mnt/release-1", "--token-file", "/root/token", *options)
        require("A lost key is lost data" in said, f"install.sh does not say where the key lies: {said}")
        require("ok    database: sound" in said, f"install.sh does not end with a doctor that is content: {said}")
        require("ok    backups: 1 in" in said, f"install.sh makes no first backup: {said}")

    def active(self) -> str:
        require(self._service.is_active(), self._service.show("ActiveState"))
        user = self._machine.run("stat", "--format=%u", f"/proc/{self._service.show('MainPID')}").strip()
        require(int(user) in DYNAMIC_IDS, f"it runs as user {user}")
        return self._service.show("StatusText")

    def correct(self) -> str:
        said = self._service.converse("correct", "0", "428")
        require("428" in said, said)
        self._samples = self._service.samples()
        require(self._samples, "there are no samples")
        return f"{len(self._samples)} samples"

    def retrain(self) -> str:
        said = self._service.converse("retrain")
        require("MNIST" in said or "last layer" in said, said)
        return " ".join(said.split())[:150]

    def killed(self) -> None:
        process = self._service.show("MainPID")
        self._machine.run("systemctl", "kill", "--signal=KILL", "--kill-whom=main", "digitbot")
        self._service.require_photo_read()
        self._service.wait_restarted(process, RESTART_S)

    def starved(self, way: str) -> str:
        watchdog = [] if self._full else [f"WatchdogSec={SHORT_WATCHDOG_S}"]
        faulty = f"/opt/digitbot/current/bin/python -P /mnt/inside/faulty_bot.py {way}"
        self._service.drop_in("digitbot.service", "[Service]", "ExecStart=", f"ExecStart={faulty}", *watchdog)
        self._machine.run("systemctl", "restart", "digitbot", timeout=START_S)
        process, begin = self._service.show("MainPID"), time.monotonic()
        self._service.wait_restarted(process, RESTART_S + 100)
        seconds = time.monotonic() - begin
        told = self._machine.run("journalctl", "--unit=digitbot", "--since=-5min", "--output=cat")
        require("Watchdog timeout" in told, told[-2000:])
        self._service.drop_in("digitbot.service")
        self._machine.run("systemctl", "restart", "digitbot", timeout=START_S)
        self._service.require_photo_read()
        return f"after {seconds:.0f} s"

    def backup(self) -> str:
        before = self._backups()
        timer = ["[Timer]", "OnActiveSec=1s", "AccuracySec=1s", "RandomizedDelaySec=0"]
        self._service.drop_in("digitbot-backup.timer", *timer)
        self._machine.run("systemctl", "restart", "digitbot-backup.timer")
        self._machine.wait(lambda: len(self._backups()) > len(before), 60, "the timer to make a backup")
        self._service.drop_in("digitbot-backup.timer")
        self._machine.run("systemctl", "restart", "digitbot-backup.timer")
        self._machine.wait(lambda: self._service.show("ActiveState", "digitbot-backup") == "inactive", 60, "its end")
        require(self._service.show("Result", "digitbot-backup") == "success", "the backup was not verified")
        return self._backups()[-1]

    def _backups(self) -> list[str]:
        found = self._machine.run("find", "/var/lib/digitbot/backups/", "-name", "digitbot-*.db", check=False)
        return sorted(found.split())

    def restore_refused(self) -> None:
        done = self._machine.tried("digitbot", "db", "restore", self._backups()[-1])
        require(done.returncode == 1, f"it ended with {done.returncode}: {done.stdout}")
        require("held by another process" in done.stderr, done.stderr)
        self._service.require_photo_read()

    def again(self) -> None:
        process = self._service.show("MainPID")
        said = self._service.install("/mnt/release-1")
        require("is here already" in said, said)
        require(self._service.show("MainPID") == process, "the bot was restarted")

    def killed_upgrade(self) -> None:
        self._service.require_photo_read()
        upgrade = ["/mnt/release-2/deploy/install.sh", "upgrade", "--wheels", "/mnt/wheels"]
        self._machine.run("systemd-run", "--quiet", "--unit=upgrade", *upgrade)
        self._machine.wait(lambda: not self._service.is_active(), 900, "the upgrade to stop the bot")
        self._machine.run("systemctl", "kill", "--signal=KILL", "upgrade")
        require(self._service.digitbot("--version").strip() == "digitbot 1.0.0", "it was not killed half way")

    def upgrade(self) -> str:
        return self._changed("2.0.0", lambda: self._service.install("/mnt/release-2", "upgrade"))

    def rollback(self) -> str:
        return self._changed("1.0.0", lambda: self._machine.run("/opt/digitbot/current/deploy/install.sh", "rollback"))

    def _changed(self, version: str, change: Callable[[], str]) -> str:
        """The data after a change of the program: samples, and answers of before that can still be corrected."""
        kept = len(self._backups())
        change()
        said = self._service.digitbot("--version").strip()
        require(said == f"digitbot {version}", said)
        require(len(self._backups()) > kept, "no backup was made before")
        require(self._service.samples() == self._samples, "the samples are not those of before")
        require("429" in self._service.converse("correct", "0", "429"), "an answer of before cannot be corrected")
        self._samples = self._service.samples()
        require("sound:" in self._service.digitbot("db", "check"), "the database is not sound")
        self._service.require_photo_read()
        start, end = (int(self._service.show(f"Active{which}TimestampMonotonic")) for which in ("Exit", "Enter"))
        return f"the bot was away for {(end - start) / 1e6:.0f} s"

    def broken_upgrade(self) -> None:
        done = self._machine.tried(
            "/mnt/release-3/deploy/install.sh", "upgrade", "--wheels", "/mnt/wheels", timeout=900
        )
        require(done.returncode == 1 and "going back" in done.stdout, done.stdout + done.stderr)
        require(self._service.digitbot("--version").strip() == "digitbot 1.0.0", "another version is current")
        require(self._service.samples() == self._samples, "the samples are not those of before")
        self._service.require_photo_read()

    def rekey(self) -> None:
        self._machine.run("systemctl", "stop", "digitbot")
        said = self._service.digitbot("db", "rekey")
        require("encryption-key.before-" in said, said)
        self._machine.run("systemctl", "start", "digitbot", timeout=START_S)
        require(self._service.samples() == self._samples, "the samples are not those of before")
        self._machine.run("systemctl", "start", "digitbot-backup")

    def stop(self) -> str:
        begin = time.monotonic()
        self._machine.run("systemctl", "stop", "digitbot")
        seconds = time.monotonic() - begin
        require(seconds < CLEAN_STOP_S, f"it took {seconds:.1f} s")
        result = self._service.show("Result"), self._service.show("ExecMainStatus")
        require(result == ("success", "0"), f"it ended with {result}")
        self._machine.run("systemctl", "start", "digitbot", timeout=START_S)
        return f"{seconds:.1f} s"

    def secrets(self) -> str:
        keys = self._machine.run("sh", "-c", "cat /etc/digitbot/encryption-key*").split()
        told = self._machine.run("journalctl", "--no-pager", "--output=export")
        told += self._machine.run("systemctl", "show", "--no-pager", "digitbot", "digitbot-backup")
        token = self._service.token
        for name, secret in (
            ("the token", token),
            ("the token", quote(token, safe="")),
            *(("a key", key) for key in keys),
        ):
            require(secret not in told, f"{name} is there")
        require(len(keys) == 2 and "digitbot" in told, "there is nothing to look through")
        return f"{len(told.splitlines())} lines"
