"""The `digitbot` command as a process: it starts, serves without TensorFlow, ends cleanly, and says what is wrong."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

DIGITBOT = [sys.executable, "-P", "-m", "bot.cli.main"]
TOKEN = "123456:" + "x" * 35


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The machine's environment, without what digitbot would take from it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DIGITBOT_")}
    return {**kept, "DIGITBOT_STATE": str(tmp_path / "state"), "XDG_STATE_HOME": str(tmp_path / "xdg")}


@pytest.fixture
def digitbot(environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run one command to its end: ``digitbot("read", "a.jpg", DIGITBOT_KEY="...")``."""

    def run(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [*DIGITBOT, *map(str, arguments)]
        return subprocess.run(command, env={**environment, **variables}, capture_output=True, text=True, timeout=60)

    return run


@pytest.fixture
def demo(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running `digitbot demo` on the folder of the other commands, and the address of its page."""
    command = [*DIGITBOT, "demo", "--port", "0", "--no-browser", "--state", environment["DIGITBOT_STATE"]]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert found, line
    yield process, found[0]
    if process.poll() is None:
        process.kill()
    process.wait()
    process.stdout.close()


def photo_answered(client: httpx.Client, content: bytes) -> dict[str, Any]:
    """Send a photo as a new admin and wait for the bot's answer."""
    ann = client.post("/playground/people", json={"name": "Ann", "language": "en", "admin": True}).json()
    form = {"from": str(ann["id"])}
    client.post(f"/playground/chats/{ann['chat']}/messages", data=form, files={"photo": ("a.jpg", content)})
    for _ in range(20):
        news = client.get(f"/playground/chats/{ann['chat']}/messages", params={"after": 0, "wait": 1}).json()
        answers = [message for message in news if message["from"] != ann["id"]]
        if answers:
            return {**answers[0], "person": ann}
        time.sleep(0.1)
    pytest.fail("the bot did not answer")


def test_demo_answers_keeps_a_correction_with_consent_and_ends_cleanly(
    demo: tuple[subprocess.Popen[str], str], digitbot: Callable[..., Any], page: Callable[..., bytes]
) -> None:
    process, address = demo
    with httpx.Client(base_url=address, trust_env=False, timeout=10) as client:
        answer = photo_answered(client, page("7"))
        assert answer["caption"].startswith("7")
        ann, chat = answer["person"], answer["person"]["chat"]
        client.post(f"/playground/chats/{chat}/messages", json={"from": ann["id"], "text": "/correct 1"})
        deadline = time.monotonic() + 15
        question = None
        while question is None and time.monotonic() < deadline:
            news = client.get(f"/playground/chats/{chat}/messages", params={"after": 0, "wait": 0}).json()
            question = next((message for message in news if "learn from" in (message.get("text") or "")), None)
        assert question
        assert digitbot("samples", "list", "--json").stdout == ""
        press = {"from": ann["id"], "button": "Yes, keep it to learn from"}
        client.post(f"/playground/chats/{chat}/messages/{question['id']}/press", json=press)
        while not (listed := digitbot("samples", "list", "--json").stdout) and time.monotonic() < deadline:
            time.sleep(0.2)
    sample = json.loads(listed)
    assert (sample["label"], sample["read_as"]) == (1, 7)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_serving_bot_has_no_tensorflow_in_it_and_is_small(
    demo: tuple[subprocess.Popen[str], str], page: Callable[..., bytes]
) -> None:
    process, address = demo
    with httpx.Client(base_url=address, trust_env=False, timeout=10) as client:
        photo_answered(client, page("427"))
    mapped = Path(f"/proc/{process.pid}/maps").read_text()
    assert "ai_edge_litert" in mapped
    assert "tensorflow/python" not in mapped
    assert "keras" not in mapped


def test_importing_everything_that_serves_loads_no_tensorflow() -> None:
    code = (
        "import sys, bot.cli.main, bot.app, bot.playground, model.reader, model.evaluation.digit_metrics; "
        "import storage.database; "
        "heavy = {'tensorflow', 'keras', 'matplotlib', 'training'}; "
        "print([name for name in sys.modules if name.split('.')[0] in heavy])"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr


def test_read_tells_one_json_object_a_picture_and_goes_on_after_a_bad_one(
    digitbot: Callable[..., Any], page: Callable[..., bytes], tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.jpg", tmp_path / "bad.jpg"
    good.write_bytes(page("427 15"))
    bad.write_text("no picture")
    done = digitbot("read", "--json", bad, good, tmp_path / "missing.jpg")
    first, second, third = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 1
    assert "not a picture" in first["error"]
    assert "missing.jpg" in third["error"]
    assert (second["text"], second["error"]) == ("427 15", None)
    assert [digit["row"] for digit in second["digits"]] == [0, 0, 0, 1, 1]
    assert all(len(digit["probabilities"]) == 10 and len(digit["box"]) == 4 for digit in second["digits"])


@pytest.mark.parametrize(
    ("arguments", "variables", "status", "said"),
    [
        (["run"], {}, 78, "DIGITBOT_TOKEN is not set"),
        (["run"], {"DIGITBOT_TOKEN": "nonsense"}, 78, "is not a bot token"),
        (["run"], {"DIGITBOT_TOKEN": TOKEN, "DIGITBOT_ADMINS": "ann"}, 78, "DIGITBOT_ADMINS"),
        (["run"], {"DIGITBOT_TOKEN": TOKEN, "DIGITBOT_KEY": "short"}, 78, "key cannot be used"),
        (["run"], {"DIGITBOT_TOKEN": TOKEN, "ALL_PROXY": "socks5://127.0.0.1:1"}, 78, "socksio"),
        (["run"], {"DIGITBOT_TOKEN": TOKEN, "SSL_CERT_FILE": "/nowhere"}, 78, "SSL_CERT_FILE"),
        (["run"], {"DIGITBOT_TOKEN": TOKEN, "DIGITBOT_STATE": "/dev/null/state"}, 78, "is not a folder"),
        (["run"], {"DIGITBOT_TOKEN": TOKEN, "DIGITBOT_DATABASE_URL": "postgresql://host"}, 78, "must look like"),
        (["read"], {}, 2, "PHOTO"),
        (["read", "--model", "nowhere", "a.jpg"], {}, 1, "neither a model version nor"),
        (["evaluate", "--data", "npz:nowhere.npz"], {}, 1, "nowhere.npz"),
        (["demo", "--port", "1"], {"DIGITBOT_ADMINS": ""}, 1, "port 1 cannot be used"),
        (["fly"], {}, 2, "invalid choice"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_an_exit_status(
    digitbot: Callable[..., Any], arguments: list[str], variables: dict[str, str], status: int, said: str
) -> None:
    if "1" in arguments and os.geteuid() == 0:
        pytest.skip("root may use any port")
    done = digitbot(*arguments, **variables)
    assert (done.returncode, "Traceback" in done.stderr) == (status, False), done.stderr
    assert said in done.stderr


def test_a_wrong_key_and_a_read_only_database_are_said_at_the_start(
    digitbot: Callable[..., Any], environment: dict[str, str]
) -> None:
    from storage.keyring import Keyring

    assert digitbot("db", "upgrade").returncode == 0
    done = digitbot("samples", "list", DIGITBOT_KEY=Keyring.generate().to_text())
    assert done.returncode == 1
    assert "key" in done.stderr
    if os.geteuid() == 0:
        return  # root may write everything
    database = Path(environment["DIGITBOT_STATE"], "digitbot.db")
    database.chmod(0o400)
    done = digitbot("db", "upgrade")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)


@pytest.mark.parametrize(
    "command", [[], ["read"], ["evaluate"], ["demo"], ["run"], ["samples", "list"], ["db", "upgrade"]]
)
def test_every_command_has_help_with_an_example(digitbot: Callable[..., Any], command: list[str]) -> None:
    done = digitbot(*command, "--help")
    assert done.returncode == 0
    assert "digitbot" in done.stdout
    assert not command or "example:" in done.stdout
