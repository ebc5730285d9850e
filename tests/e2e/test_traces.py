"""The search for traces finds what is planted, in each kind of place and spelling: ``test_no_traces`` can fail."""

from __future__ import annotations

import base64
import gzip
import io
import os
import pickle
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.e2e.traces import Needle, files_below, of_file, of_image, of_number, of_text, open_files, traces

NAME, ID, GROUP = "Quagmira Überwald Ж日本", 7_345_210_987_611, -1_001_734_592_186
NOISE = np.random.default_rng(5).bytes(200_000)
DIGIT = np.zeros((28, 28), np.uint8)
DIGIT[6:22, 8:20] = np.random.default_rng(6).integers(0, 256, (16, 12))
PHOTO = np.random.default_rng(7).bytes(9_000)
NEEDLES = [*of_text("name", NAME), *of_number("id", ID), *of_number("group", GROUP)]
NEEDLES += [*of_image("digit", DIGIT), *of_file("photo", PHOTO)]


def in_noise(content: bytes) -> bytes:
    return NOISE[:70_001] + content + NOISE[70_001:]


@pytest.mark.parametrize("needle", NEEDLES, ids=lambda needle: f"{needle.what} {needle.content[:12].hex()}")
def test_each_spelling_is_met(needle: Needle) -> None:
    assert traces(in_noise(needle.content), [needle])


def test_nothing_is_met_where_nothing_is() -> None:
    assert traces(NOISE, NEEDLES) == set()


@pytest.mark.parametrize(
    ("written", "what"),
    [
        (NAME.encode("utf-16-le"), "name"),
        (ascii({"name": NAME}).encode(), "name"),
        (base64.b64encode(b"who: " + NAME.encode() + b"."), "name"),
        (base64.urlsafe_b64encode(b"four" + NAME.encode()), "name"),
        (NAME.encode().hex().encode(), "name"),
        (str(ID).encode(), "id"),
        (struct.pack("<q", ID), "id"),
        (struct.pack(">q", ID), "id"),
        (pickle.dumps({"id": ID}), "id"),
        (base64.b64encode(struct.pack("<q", ID)), "id"),
        (b"\x08" + bytes(ID >> shift & 127 | 128 for shift in range(0, 42, 7)) + bytes([ID >> 42]), "id"),  # protobuf
        (str(GROUP).encode(), "group"),
        (struct.pack("<q", GROUP), "group"),
        (DIGIT.tobytes(), "digit"),
        (np.float32(DIGIT / 255).tobytes(), "digit"),
        (np.packbits(DIGIT > 127).tobytes(), "digit"),
        (base64.b64encode(DIGIT.tobytes()), "digit"),
        (PHOTO[100:6_000], "photo"),
    ],
    ids=str,
)
def test_what_programs_write_is_met(written: bytes, what: str) -> None:
    assert {met.partition(":")[0].partition(",")[0] for met in traces(in_noise(written), NEEDLES)} >= {what}


def _zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("me.json", content)
    return buffer.getvalue()


@pytest.mark.parametrize("compress", [zlib.compress, gzip.compress, _zipped])
def test_compressed_streams_are_opened(compress: Callable[[bytes], bytes]) -> None:
    assert traces(in_noise(compress(b"... " + NAME.encode() + b" ...")), NEEDLES)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_any_picture_is_a_trace(kind: str) -> None:
    picture = io.BytesIO()
    Image.fromarray(DIGIT).convert("RGB").save(picture, kind)
    assert "a picture of (28, 28)" in traces(in_noise(picture.getvalue()), [])


def database(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA secure_delete = OFF")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE people (name TEXT, telegram_id INTEGER, image BLOB)")
    return connection


def insert(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO people VALUES (?, ?, ?)", (NAME, ID, DIGIT.tobytes()))


def met_in(folder: Path) -> dict[str, set[str]]:
    """In which files which of the needles are."""
    found = {name: traces(content, NEEDLES) for name, content in files_below(folder).items()}
    return {name: {each.partition(":")[0].partition(",")[0] for each in what} for name, what in found.items() if what}


def test_a_database_file_and_its_log_are_searched(tmp_path: Path) -> None:
    with closing(database(tmp_path / "d.db")) as connection:
        insert(connection)
        assert met_in(tmp_path) == {"d.db-wal": {"name", "id", "digit"}}
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert met_in(tmp_path) == {"d.db": {"name", "id", "digit"}}


def test_free_pages_are_searched(tmp_path: Path) -> None:
    with closing(database(tmp_path / "d.db")) as connection:
        for _ in range(50):
            insert(connection)
        connection.execute("DELETE FROM people")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert connection.execute("PRAGMA freelist_count").fetchone()[0] > 0
        assert connection.execute("SELECT count(*) FROM people").fetchone()[0] == 0
    assert met_in(tmp_path) == {"d.db": {"name", "id", "digit"}}


def test_backups_are_searched(tmp_path: Path) -> None:
    with closing(database(tmp_path / "d.db")) as connection:
        insert(connection)
        connection.execute("VACUUM INTO ?", (str(tmp_path / "copy.db"),))
    assert met_in(tmp_path)["copy.db"] == {"name", "id", "digit"}


def test_logs_and_answers_of_servers_are_searched() -> None:
    assert traces(f"ERROR bot: update 5: {NAME!r} failed".encode(), NEEDLES)
    assert traces(f'digitbot_photos_total{{person="{ID}"}} 1.0'.encode(), NEEDLES)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs Linux's /proc")
def test_temporary_files_without_a_name_are_searched() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(NAME.encode())
        file.flush()
        found = {place for place, content in open_files(os.getpid()).items() if traces(content, NEEDLES)}
    assert len(found) == 1
