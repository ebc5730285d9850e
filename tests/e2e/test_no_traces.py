"""What people are or wrote can be read nowhere: in no file, log line, metric or notice, before and after /forget.

The unmodified bot runs as a process, with DEBUG in its log; every file that it writes is searched, what it deletes and
what it has open too, for names, ids, captions, file ids and digit images in every spelling (``traces``).
"""

from __future__ import annotations

import asyncio
import io
import itertools
import os
import resource
import signal
import socket
import sqlite3
import sys
import zipfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from bot.playground import Playground
from bot.playground.client import Participant, People
from tests.e2e.traces import Needle, files_below, of_file, of_image, of_number, of_text, open_files, traces

ANN, GROUP = 7_345_210_987_611, -1_001_734_592_186
NAMES = ("Quagmira Überwald Ж日本", "Zwieselbert O'Rütli")
TITLE = "Kegelclub Rumpelstilz & Söhne"
SAID = ("Quittung vom Xylophonverein", "Schnurrbartpflege <in> Ödland", "Wo ist mein Kontrabass?")
FILE_NAME = "Kontoauszug-Quagmira.png"
BOOM = "Kladderadatsch"
# Runs the bot with a handler that fails over the message that it was given, and notes what is opened for writing.
PROGRAM = """
import os, sys
written = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
def audit(event, arguments):
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        os.write(written, (os.path.abspath(str(arguments[0])) + "\\n").encode())
    if event == "sqlite3.connect":
        os.write(written, (str(arguments[0]) + "\\n").encode())
sys.addaudithook(audit)
from bot.cli.main import main
from bot.handlers.account_commands import AccountCommands
hint = AccountCommands.hint
async def fail(self, update, context):
    if update.message and "Kladderadatsch" in (update.message.text or ""):
        try:
            float(update.message.text)
        except ValueError as error:
            user = update.effective_user
            quoted = {"who": user.full_name, user.id: user.username, "chat": update.effective_chat.title}
            raise RuntimeError(f"{update.to_json()} {update!r} {quoted} {ascii(quoted)}") from error
    await hint(self, update, context)
AccountCommands.hint = fail
sys.exit(main(sys.argv[2:]))
"""


@dataclass
class Installation:
    """A bot as a process: everything that it may write lies below ``root``; ``log`` and ``written`` are beside."""

    root: Path
    log: Path
    written: Path
    playground: Playground
    metrics_port: int
    process: Process | None = None
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DIGITBOT_", "XDG_"))}
        folders = {"HOME": "home", "TMPDIR": "tmp", "XDG_CACHE_HOME": "cache", "DIGITBOT_STATE": "state"}
        own = {name: str(self.root / folder) for name, folder in folders.items()}
        connection = {
            "DIGITBOT_TOKEN": self.playground.token,
            "DIGITBOT_API_URL": self.playground.address,
            "DIGITBOT_ADMINS": ",".join(map(str, self.playground.admin_ids)),
            "DIGITBOT_LOG_LEVEL": "DEBUG",
            "DIGITBOT_METRICS_PORT": str(self.metrics_port),
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return {**kept, **own, **connection, **self.variables}

    async def start(self, *arguments: str) -> Process:
        """Start a command; its output goes to the log."""
        command = [sys.executable, "-c", PROGRAM, str(self.written), *arguments]
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *command, env=self.environment, cwd=self.root / "cwd", stdout=log, stderr=log
            )

    async def run(self, **variables: str) -> None:
        """Start the bot; it answers once it serves."""
        self.variables = variables
        self.process = await self.start("run")

    async def stop(self) -> None:
        assert self.process
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(self.process.wait(), 30)

    async def back_up(self) -> None:
        process = await self.start("db", "backup", "--keep", "3")
        assert await process.wait() == 0, self.log.read_text()

    async def fetched(self, *addresses: str) -> dict[str, bytes]:
        async with httpx.AsyncClient(trust_env=False) as client:
            answers = {address: await client.get(address) for address in addresses}
        return {f"GET {address}": str(one.headers).encode() + one.content for address, one in answers.items()}

    async def places(self, notices: list[str], *addresses: str) -> dict[str, bytes]:
        """Everything that can be looked at, by what it is."""
        found = files_below(self.root) | {"log": self.log.read_bytes(), "notices": "\n".join(notices).encode()}
        if self.process and self.process.returncode is None:
            found |= open_files(self.process.pid) | await self.fetched(*addresses)
            found |= {"command line": Path(f"/proc/{self.process.pid}/cmdline").read_bytes()}
        return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def installation(tmp_path: Path, playground: Playground) -> AsyncIterator[Installation]:
    playground.state._person_ids = itertools.count(ANN, 1_000_003)
    playground.state._group_ids = itertools.count(GROUP, -1)
    root = tmp_path / "machine"
    for folder in ("home", "tmp", "cache", "state", "cwd"):
        (root / folder).mkdir(parents=True)
    found = Installation(root, tmp_path / "log", tmp_path / "written", playground, free_port())
    yield found
    if found.process and found.process.returncode is None:
        found.process.kill()
        await found.process.wait()


def text_needles(*people: Participant) -> list[Needle]:
    """Names, user names, ids, what was said, and the handles of files."""
    words = (*NAMES, *(word for name in NAMES for word in name.split() if len(word) > 5), TITLE, *SAID, FILE_NAME)
    named = [needle for word in (*words, "quagmiraberwald_", "zwieselbertortli_") for needle in of_text(word, word)]
    numbers = [*(person.id for person in people), GROUP]
    return named + [needle for number in numbers for needle in of_number(str(number), number)]


def file_needles(playground: Playground) -> list[Needle]:
    """The ids of the files that people sent, and the files themselves."""
    found: list[Needle] = []
    for stored in playground.state.files._by_id.values():
        found += [*of_text("file id", stored.id), *of_text("unique id", stored.unique_id)]
        found += of_file("photo", stored.content)
    return found


async def image_needles(person: Participant) -> list[Needle]:
    """The digit images that are stored of a person, from the archive that they are sent."""
    await person.says("/mydata")
    archive = await person.reply()
    with zipfile.ZipFile(io.BytesIO(await person.bytes_of(archive))) as files:
        names = [name for name in files.namelist() if name.endswith(".png")]
        images = [np.asarray(Image.open(io.BytesIO(files.read(name)))) for name in names]
    assert len(images) >= 5
    return [needle for name, image in zip(names, images, strict=True) for needle in of_image(name, image)]


async def corrects(person: Participant, photo: bytes, label: str, **fields: object) -> None:
    """Send a photo with a caption of nobody's business, correct it and agree."""
    await person.photo(photo, caption=SAID[0], **fields)
    answer = await person.reply(60)
    await person.press(answer, "What you saw")
    await person.reply()
    await person.says(f"/correct {label}", reply_to=answer)
    await person.reply()
    await person.press(await person.reply(), "Yes, keep it to learn from")


async def talks(ann: Participant, bob: Participant, people: People, page: Callable[..., bytes]) -> None:
    """What can happen in a chat: readings, corrections, files, a group, errors, a photo under way."""
    for person, digits, label in ((ann, "427", "429"), (bob, "7", "1")):
        await corrects(person, page(digits), label)
    picture = io.BytesIO()
    Image.open(io.BytesIO(page("38"))).save(picture, "PNG")
    await ann.document(picture.getvalue(), FILE_NAME, caption="38")
    await ann.reply()
    for command in ("/start", "/stats", "/id", "/privacy", SAID[1], f"{BOOM} {SAID[2]}"):
        await ann.says(command)
        await ann.reply()
    in_group, _ = await people.group(TITLE, ann, bob)
    for words in ("/stats@playground_bot", f"@playground_bot {BOOM} {SAID[2]}"):
        await in_group.says(words)
        await in_group.reply()


async def notices_to(admin: Participant) -> list[str]:
    await admin.says("/id")
    await admin.until(lambda: next((m for m in admin.messages.values() if "Telegram id" in admin.words(m)), None))
    return [admin.words(message) for message in admin.messages.values() if "Notice" in admin.words(message)]


def ciphertexts(database: Path, person: int) -> list[bytes]:
    """The encrypted values of the person with this row, as they lie in the file."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        query = """SELECT name FROM people WHERE id = :id UNION ALL SELECT image FROM corrections WHERE person_id = :id
        UNION ALL SELECT image FROM digits JOIN readings ON readings.id = reading_id WHERE person_id = :id"""
        return [value for (value,) in connection.execute(query, {"id": person})]


def bytes_left(database: Path, values: list[bytes]) -> int:
    """How many of these values lie in the database, its write-ahead log or its index."""
    content = b"".join(file.read_bytes() for file in database.parent.glob(f"{database.name}*"))
    return sum(value in content for value in values)


@pytest.mark.slow
async def test_nothing_of_anybody_can_be_read_anywhere(
    installation: Installation, playground: Playground, people: People, page: Callable[..., bytes]
) -> None:
    metrics = f"http://127.0.0.1:{installation.metrics_port}/metrics"
    ann, bob, admin = await people(NAMES[0]), await people(NAMES[1]), await people("Ada", admin=True)
    await admin.says("/start")
    await installation.run()
    await admin.reply(60)
    await talks(ann, bob, people, page)
    images = await image_needles(ann)
    await installation.back_up()

    await people.fault("getFile", delay=4)
    await ann.photo(page("5"), caption=SAID[0])
    await asyncio.sleep(1.5)  # the photo is under way: its update waits in the inbox
    needles = [*text_needles(ann, bob), *images, *file_needles(playground)]
    notices = await notices_to(admin)
    assert any("kept me from answering" in notice for notice in notices)
    found = await installation.places(notices, metrics)
    expected = {"state/digitbot.db", "state/digitbot.db-wal", "state/digitbot.db-shm", "log", f"GET {metrics}"}
    assert expected <= set(found)
    assert any(name.startswith("state/backups/") for name in found)
    assert b"RuntimeError" in found["log"], "the error was logged"
    assert b"float" in found["log"], "with its cause"
    assert b"digitbot_photos_total" in found[f"GET {metrics}"]
    assert traced(found, needles) == {}
    await ann.reply(30)

    database = installation.root / "state/digitbot.db"
    encrypted = ciphertexts(database, 1)  # Ann was the first to send a photo
    assert len(encrypted) > 5
    assert bytes_left(database, encrypted) == len(encrypted)
    await ann.says("/forget")
    question = await ann.reply()
    await ann.press(question, "Yes, delete everything")
    assert "Nothing of yours is left" in ann.words(await ann.changed(question))
    assert bytes_left(database, encrypted) == 0, "not even what was encrypted is left"
    needles = [*needles, *file_needles(playground)]
    assert traced(await installation.places(notices, metrics), needles) == {}
    await installation.back_up()
    await installation.stop()
    assert traced(await installation.places(notices), needles) == {}

    port = free_port()
    await installation.run(DIGITBOT_WEBHOOK_URL=f"http://127.0.0.1:{port}/digits", DIGITBOT_WEBHOOK_PORT=str(port))
    await bob.photo(page("42"), caption=SAID[0])
    await bob.reply(60)
    health = [f"http://127.0.0.1:{port}/{path}" for path in ("healthz", "readyz", "digits")]
    needles = [*needles, *file_needles(playground)]
    assert traced(await installation.places(notices, metrics, *health), needles) == {}
    assert_nothing_was_written_elsewhere(installation)


def traced(found: dict[str, bytes], needles: list[Needle]) -> dict[str, set[str]]:
    """In which places something was found, and what."""
    searched = {place: traces(content, needles) for place, content in found.items()}
    return {place: what for place, what in searched.items() if what}


def assert_nothing_was_written_elsewhere(installation: Installation) -> None:
    """Whatever the bot opened for writing lies below its root."""
    opened = {line.removeprefix("file://").partition("?")[0] for line in installation.written.read_text().splitlines()}
    harmless = ("/dev/", "/proc/", str(installation.root))
    assert sorted(path for path in opened if not path.startswith(harmless) and path != ":memory:") == []


async def test_no_core_dump_can_be_written(installation: Installation, people: People) -> None:
    admin = await people("Ada", admin=True)
    await admin.says("/start")
    await installation.run()
    await admin.reply(60)
    assert installation.process
    assert resource.prlimit(installation.process.pid, resource.RLIMIT_CORE) == (0, 0)


@pytest.mark.slow
async def test_a_training_run_writes_nobodys_digits(
    installation: Installation, people: People, page: Callable[..., bytes]
) -> None:
    admin = await people(NAMES[0], admin=True)
    await admin.says("/start")
    await installation.run()
    await admin.reply(60)
    await corrects(admin, page("427 15"), "88888")
    needles = [needle for word in (*NAMES, SAID[0]) for needle in of_text(word, word)]
    needles += await image_needles(admin)
    await admin.says("/retrain")
    message = await admin.reply()

    async def has_ended() -> bool:
        return not (await admin.latest(message))["buttons"]

    async def note_written() -> None:
        """Some files live for a second or two, less than a search of all takes on a busy machine."""
        while True:
            written.update(path.name for path in installation.root.glob("state/training/*/*"))
            await asyncio.sleep(0.02)

    written: set[str] = set()
    noting = asyncio.create_task(note_written())
    while not await has_ended():
        found = await asyncio.to_thread(files_below, installation.root)
        # The figure of the run: its learning curve and confusion matrix.
        searched = {place: content for place, content in found.items() if not place.endswith("result.png")}
        assert await asyncio.to_thread(traced, searched, needles) == {}
    noting.cancel()
    assert written
    assert "Trained on" in admin.words(await admin.latest(message)), installation.log.read_text()[-2000:]
    assert traced(await installation.places([]), needles) == {}
