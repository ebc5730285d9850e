"""The image of deploy/Containerfile, built and run by Debian's own buildah and podman."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.deploy.boot.machine import StepFailed
from tests.deploy.boot.service import ADDRESS, ADMIN, PORT, START_S, Service
from tests.deploy.boot.steps import CLEAN_STOP_S, Step, require

PACKAGES = ("podman", "buildah", "crun")
STOP_LIMIT_S = 30  # stop_grace_period of deploy/compose.yaml
# A container in a container: no overlay file system, no keyring, no control groups of its own.
CONFIGURATION = {
    "/etc/containers/storage.conf": (
        '[storage]\ndriver = "vfs"\nrunroot = "/run/containers"\ngraphroot = "/var/lib/containers"\n'
    ),
    "/etc/containers/policy.json": '{"default": [{"type": "insecureAcceptAnything"}]}',
    "/etc/containers/containers.conf": (
        '[containers]\nkeyring = false\ncgroups = "disabled"\n'
        '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
    ),
}


class ContainerSteps:
    """The steps on a machine with podman; /mnt/base is an unbooted root, the image's base."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._machine = service.machine

    def __iter__(self) -> Iterator[Step]:
        yield "buildah builds the image of deploy/Containerfile", self.build
        yield "a container of it answers a photo, with read-only files and no privileges", self.run
        yield f"podman stop ends it cleanly within {CLEAN_STOP_S:.0f} s", self.stop
        yield "the next container goes on with the same state", self.go_on

    def build(self) -> str:
        for path, content in CONFIGURATION.items():
            self._machine.write(path, content)
        self._machine.run("sh", "-c", "tar -C /mnt/base -c . | podman import -q - localhost/base")
        build = ["buildah", "build", "--isolation=chroot", "--network=host", "--volume=/mnt/wheels:/mnt/wheels:ro"]
        build += ["--build-arg=BASE=localhost/base", "--build-arg=PIP_OPTIONS=--no-index --find-links /mnt/wheels"]
        self._machine.run(
            *build, "--tag=localhost/digitbot", "--file=/mnt/release-1/deploy/Containerfile", "/mnt/release-1"
        )
        return self._machine.run("podman", "images", "--format={{.Size}}", "localhost/digitbot").strip()

    def run(self) -> str:
        self._machine.write("/root/secrets/bot-token", self._service.token)
        self._machine.run("sh", "-c", "head -c 32 /dev/urandom | base64 > /root/secrets/encryption-key")
        self._machine.run("chown", "-R", "10001", "/root/secrets")
        self._podman("playground", "playground", "--no-browser", f"--port={PORT}", f"--token={self._service.token}")
        self._podman("bot", "run")
        return self._converse("photo")

    def stop(self) -> str:
        begin = time.monotonic()
        self._machine.run("podman", "stop", f"--time={STOP_LIMIT_S}", "bot")
        seconds = time.monotonic() - begin
        status = self._machine.run("podman", "inspect", "--format={{.State.ExitCode}}", "bot").strip()
        require(status == "0", f"its exit status is {status}")
        require(seconds < CLEAN_STOP_S, f"it took {seconds:.1f} s")
        return f"{seconds:.1f} s"

    def go_on(self) -> None:
        self._machine.run("podman", "rm", "bot")
        self._podman("bot", "run")
        said = self._converse("correct", "0", "428")
        require("428" in said, said)

    def _podman(self, name: str, *command: str) -> None:
        """As deploy/compose.yaml has it, but on the machine's own network, where the playground is."""
        options = ["--detach", f"--name={name}", "--network=host", "--read-only", "--cap-drop=ALL"]
        options += ["--security-opt=no-new-privileges", "--tmpfs=/var/cache/digitbot:mode=1777", "--tmpfs=/tmp"]
        options += ["--volume=/root/secrets:/run/secrets:ro", "--volume=/mnt/inside:/mnt/inside:ro"]
        options += ["--volume=state:/var/lib/digitbot"] if name == "bot" else []
        options += [f"--env=DIGITBOT_API_URL={ADDRESS}", f"--env=DIGITBOT_ADMINS={ADMIN}"]
        self._machine.run("podman", "run", *options, "localhost/digitbot", *command)

    def _converse(self, *step: str) -> str:
        """The conversation is kept in the playground's container, which stays."""
        command = ["podman", "exec", "--env=HOME=/tmp", "playground", "/opt/digitbot/bin/python", "-P"]
        end = time.monotonic() + START_S
        while True:
            done = self._machine.tried(*command, "/mnt/inside/conversation.py", ADDRESS, *step)
            if done.returncode == 0:
                return done.stdout.strip()
            if "ConnectError" not in done.stderr or time.monotonic() > end:
                raise StepFailed(done.stderr[-1500:] + self._machine.run("podman", "logs", "bot", check=False)[-1500:])
            time.sleep(0.5)
