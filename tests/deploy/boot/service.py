"""digitbot in a machine: installed by its installer, and asked through systemd and the playground."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field

from tests.deploy.boot.machine import Machine, StepFailed

PORT = 8765
ADDRESS = f"http://127.0.0.1:{PORT}"
ADMIN = 7_000_001  # the playground's first
START_S = 180.0
RESTART_S = 60.0  # beside the watchdog's own time

# Starts as soon as the installer has made a version: the bot's first start needs somebody to talk to. The token comes
# from a file, so that it stands on no command line.
PLAYGROUND = """
until ls /opt/digitbot/versions/*/complete >/dev/null 2>&1; do sleep 0.2; done
exec "$(dirname "$(ls /opt/digitbot/versions/*/complete | head -n 1)")/bin/python" -P -c '
import sys
from pathlib import Path
from bot.cli.main import main
token = Path("/root/token").read_text().strip()
sys.exit(main(["playground", "--no-browser", "--port", sys.argv[1], "--token", token]))' "$1"
"""


@dataclass
class Service:
    """The bot in one machine. ``token`` is the playground's."""

    machine: Machine
    token: str = field(default_factory=lambda: f"5012345678:{secrets.token_urlsafe(26)}")

    def prepare(self) -> None:
        """What an admin has before the installation: a token, and here settings that lead to the playground."""
        self.machine.write("/root/token", self.token)
        settings = f"DIGITBOT_API_URL={ADDRESS}\nDIGITBOT_ADMINS={ADMIN}\n"
        self.machine.write("/etc/digitbot/environment", settings)
        # It prints its token, which must not get into the journal.
        properties = ["--property=StandardOutput=null", "--property=KillSignal=SIGKILL"]
        start = ["systemd-run", "--quiet", "--unit=playground", *properties, "--"]
        self.machine.run(*start, "sh", "-c", PLAYGROUND, "sh", str(PORT))

    def install(self, release: str, *options: str) -> str:
        """``release`` is the folder inside, ``options`` those of install.sh; returns what it says."""
        wheels = ["--wheels", "/mnt/wheels"]
        return self.machine.run(f"{release}/deploy/install.sh", *options, *wheels, timeout=900)

    def show(self, name: str, unit: str = "digitbot") -> str:
        return self.machine.run("systemctl", "show", f"--property={name}", "--value", unit).strip()

    def is_active(self) -> bool:
        return self.show("ActiveState") == "active"

    def digitbot(self, *arguments: str) -> str:
        """A command beside the service."""
        return self.machine.run("digitbot", *arguments)

    def converse(self, *step: str) -> str:
        """One step of the conversation (inside/conversation.py)."""
        python = "/opt/digitbot/current/bin/python"
        return self.machine.run(python, "-P", "/mnt/inside/conversation.py", ADDRESS, *step).strip()

    def require_photo_read(self) -> str:
        said = self.converse("photo")
        if "427" not in said:
            raise StepFailed(f"the photo of 427 was answered by {said!r}")
        return " ".join(said.split())

    def samples(self) -> list[str]:
        """What people's corrections left, as labels."""
        lines = self.digitbot("samples", "list", "--json").splitlines()
        return sorted(str(json.loads(line)["label"]) for line in lines)

    def drop_in(self, unit: str, *lines: str) -> None:
        """Settings of a unit until the next ``drop_in`` for it; none: as it is installed."""
        path = f"/run/systemd/system/{unit}.d/boot-test.conf"
        if lines:
            self.machine.write(path, "\n".join(lines))
        else:
            self.machine.run("rm", "-f", path)
        self.machine.run("systemctl", "daemon-reload")

    def wait_restarted(self, process: str, seconds: float) -> None:
        """Until another process than ``process`` serves."""
        self.machine.wait(
            lambda: self.is_active() and self.show("MainPID") != process, seconds, "the bot to be restarted"
        )
