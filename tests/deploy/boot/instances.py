"""Several processes on one machine, as install.sh sets them up; the playground delivers to the first of them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.deploy.boot.service import START_S, Service
from tests.deploy.boot.steps import Step, require

SETTINGS = "/etc/digitbot/environment"
WEBHOOK = "DIGITBOT_WEBHOOK_URL=http://127.0.0.1:8081/telegram"
INSTANCES = ("digitbot@1", "digitbot@2")
TARGET = "digitbot.target"
STOP_S = 30.0  # TimeoutStopSec of the unit


class InstanceSteps:
    """The steps on a machine where one process serves."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._machine = service.machine

    def __iter__(self) -> Iterator[Step]:
        yield "install.sh --instances 2 without a webhook changes nothing", self.refuse
        yield "install.sh --instances 2 makes two processes of one", self.install
        yield "they are restarted one by one, and photos are answered", self.restart
        yield "digitbot.target stops and starts them", self.stop_and_start
        yield "install.sh --instances 1 makes one process of them again", self.one_again

    def refuse(self) -> None:
        done = self._machine.tried("/opt/digitbot/current/deploy/install.sh", "--instances", "2")
        require(done.returncode == 78 and "need a webhook" in done.stderr, done.stdout + done.stderr)
        self._require_active("digitbot")

    def install(self) -> None:
        self._machine.run("sh", "-c", f"echo {WEBHOOK} >> {SETTINGS}")
        self._service.install("/mnt/release-1", "--instances", "2")
        self._require_active(*INSTANCES, TARGET)
        require(self._service.show("ActiveState") == "inactive", "the single process still runs")
        users = {self._service.show("UID", unit) for unit in INSTANCES}
        require(len(users) == 1, f"they run as users {users}")
        self._service.require_photo_read()

    def restart(self) -> None:
        for unit in INSTANCES:
            before = self._service.show("MainPID", unit)
            self._machine.run("systemctl", "restart", unit, timeout=START_S)
            require(self._service.show("MainPID", unit) != before, f"{unit} was not restarted")
            self._service.require_photo_read()
        self._require_active(*INSTANCES)

    def stop_and_start(self) -> None:
        self._machine.run("systemctl", "stop", TARGET)  # returns before they have ended
        self._machine.wait(lambda: self._states(*INSTANCES) == {"inactive"}, STOP_S, "both to end")
        self._machine.run("systemctl", "start", TARGET, timeout=START_S)
        self._require_active(*INSTANCES)
        self._service.require_photo_read()

    def one_again(self) -> None:
        self._machine.run("sed", "-i", "/^DIGITBOT_WEBHOOK_URL=/d", SETTINGS)
        self._service.install("/mnt/release-1", "--instances", "1")
        self._require_active("digitbot")
        left = [unit for unit in (*INSTANCES, TARGET) if self._service.show("UnitFileState", unit) == "enabled"]
        require(not left, f"{left} are still enabled")
        self._service.require_photo_read()

    def _require_active(self, *units: str) -> None:
        require(self._states(*units) == {"active"}, f"not all of {units} are active")

    def _states(self, *units: str) -> set[str]:
        return {self._service.show("ActiveState", unit) for unit in units}
