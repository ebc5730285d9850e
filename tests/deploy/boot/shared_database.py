"""A bot moved from SQLite to PostgreSQL on its machine, served by two processes and trained by a trainer, by the
commands of docs/operations.md."""

from __future__ import annotations

from collections.abc import Iterator

from tests.deploy.boot.instances import INSTANCES, SETTINGS, STOP_S, TARGET, WEBHOOK
from tests.deploy.boot.service import START_S, Service
from tests.deploy.boot.steps import Step, require

PACKAGES = ("postgresql", "libnss-systemd")
PASSWORD = "boot-test"
ADDRESS = "postgresql+asyncpg://digitbot@/digitbot?host=/run/postgresql"
HBA = "local digitbot digitbot scram-sha-256"
TRAINER = "digitbot-trainer"
REPORT_S = 30.0  # it reports every ten seconds


class SharedDatabaseSteps:
    """The steps on a machine with PostgreSQL; ``train``: TensorFlow is among the wheels."""

    def __init__(self, service: Service, *, train: bool) -> None:
        self._service = service
        self._machine = service.machine
        self._train = train
        self._samples: list[str] = []

    def __iter__(self) -> Iterator[Step]:
        yield "on PostgreSQL: a bot on SQLite is corrected", self.install
        yield "on PostgreSQL: digitbot db copy moves it there", self.move
        yield "on PostgreSQL: two processes serve", self.serve
        yield "on PostgreSQL: the backup service, which has no network, makes a verified backup", self.backup
        yield "on PostgreSQL: the backup is restored", self.restore
        if self._train:
            yield "on PostgreSQL: the trainer takes a run, without the token", self.retrain
            yield "on PostgreSQL: install.sh --trainer makes it a machine that only trains", self.only_train

    def install(self) -> None:
        self._service.prepare()
        self._service.install("/mnt/release-1", *(["--train"] if self._train else []), "--token-file", "/root/token")
        self._service.require_photo_read()
        self._service.converse("correct", "0", "428")
        self._samples = self._service.samples()
        require(self._samples, "there are no samples")

    def move(self) -> str:
        self._as_postgres("psql", "-c", f"CREATE ROLE digitbot LOGIN PASSWORD '{PASSWORD}'")
        self._as_postgres("createdb", "--owner=digitbot", "--template=template0", "--encoding=UTF8", "digitbot")
        self._machine.run("sh", "-c", f"sed -i '1i {HBA}' /etc/postgresql/*/main/pg_hba.conf")
        self._machine.run("systemctl", "reload", "postgresql")
        self._set(f"PGPASSWORD={PASSWORD}")
        self._machine.run("systemctl", "stop", "digitbot", "digitbot-backup.timer")
        said = self._service.digitbot("db", "copy", "/var/lib/digitbot/digitbot.db", ADDRESS)
        return said.strip().splitlines()[0]

    def serve(self) -> str:
        self._set(f"DIGITBOT_DATABASE_URL={ADDRESS}", WEBHOOK, "DIGITBOT_TRAINER=separate")
        self._service.install("/mnt/release-1", "--instances", "2")
        require(self._service.samples() == self._samples, "the samples are not those of before")
        self._service.require_photo_read()
        self._machine.run("systemctl", "kill", "--signal=KILL", "--kill-whom=main", INSTANCES[0])
        self._machine.wait(lambda: self._is_active(INSTANCES[0]), START_S, "it to be restarted")
        self._service.require_photo_read()
        return ", ".join(self._service.show("StatusText", unit) for unit in INSTANCES)

    def backup(self) -> None:
        self._machine.run("systemctl", "start", "digitbot-backup", timeout=START_S)
        require(self._service.show("Result", "digitbot-backup") == "success", "the backup was not verified")

    def restore(self) -> None:
        found = self._machine.run("find", "/var/lib/digitbot/backups/", "-name", "digitbot-*.db").split()
        self._machine.run("systemctl", "stop", TARGET, f"{INSTANCES[0].partition('@')[0]}@*")
        self._machine.wait(lambda: not any(map(self._is_active, INSTANCES)), STOP_S, "both to end")
        self._service.digitbot("db", "restore", max(found))
        self._machine.run("systemctl", "start", TARGET, timeout=START_S)
        require(self._service.samples() == self._samples, "the samples are not those of before")
        self._service.require_photo_read()

    def retrain(self) -> str:
        self._machine.run("systemctl", "enable", "--now", TRAINER, timeout=START_S)
        credentials = self._machine.run("sh", "-c", f"ls /run/credentials/{TRAINER}.service")
        require(credentials.split() == ["encryption-key"], credentials)
        said = self._service.converse("retrain")
        require("MNIST" in said or "last layer" in said, said)
        self._machine.wait(
            lambda: "1 carried out" in self._service.show("StatusText", TRAINER),
            REPORT_S,
            "the trainer to tell systemd of the run",
        )
        self._machine.run("systemctl", "stop", TRAINER)
        require(self._service.show("Result", TRAINER) == "success", "it did not end cleanly")
        return " ".join(said.split())[:150]

    def only_train(self) -> None:
        self._service.install("/mnt/release-1", "--trainer")
        require(self._is_active(TRAINER), "the trainer is not active")
        require(not any(map(self._is_active, (*INSTANCES, "digitbot"))), "a bot still runs")
        self._machine.run("rm", "/etc/digitbot/bot-token")
        require("sound:" in self._service.digitbot("db", "check"), "the database is not sound")

    def _set(self, *lines: str) -> None:
        for line in lines:
            self._machine.run("sh", "-c", 'echo "$1" >> "$2"', "sh", line, SETTINGS)

    def _as_postgres(self, *command: str) -> None:
        self._machine.run(
            "setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "env", "-C", "/", *command
        )

    def _is_active(self, unit: str) -> bool:
        return self._service.show("ActiveState", unit) == "active"
