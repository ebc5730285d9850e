"""People see how well they are read and get all that is stored about them; admins get all samples."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from model import datasets


@pytest.fixture
async def admin(bot: Any, people: Any) -> Any:
    return await people("Ada", admin=True)


async def corrects(person: Any, page: Callable[..., bytes]) -> None:
    """A 7 is corrected to 1 and a 5 confirmed, with consent; and a 3 is said to be no digit."""
    await person.photo(page("7"), caption="1")
    await person.reply()
    await person.press(await person.reply(), "Yes, keep it to learn from")
    await person.photo(page("5"), caption="5")
    await person.reply()
    await person.photo(page("3"))
    answer = await person.reply()
    await person.press(answer, "It's another digit")
    await person.press(await person.changed(answer), "Not a digit")


async def archive_of(person: Any) -> tuple[str, dict[str, bytes]]:
    """The caption of the next message, and the files of the ZIP that comes with it."""
    message = await person.reply()
    with zipfile.ZipFile(io.BytesIO(await person.bytes_of(message))) as archive:
        return person.words(message), {name: archive.read(name) for name in archive.namelist()}


async def test_stats_are_ones_own_as_a_picture(ann: Any, people: Any, page: Callable[..., bytes]) -> None:
    bob = await people("Bob")
    await bob.photo(page("427"))
    await bob.reply()
    await corrects(ann, page)
    await ann.says("/stats")
    message = await ann.reply()
    assert "Of yours I keep 3 readings with 3 digits" in ann.words(message)
    assert "Of 3 digits that were labelled I had read 1 right (33%)" in ann.words(message)
    picture = Image.open(io.BytesIO(await ann.bytes_of(message)))
    assert min(picture.size) > 300
    lines = ann.words(message).splitlines()[1:]
    assert [line.partition(",")[0] for line in lines] == [
        "1. Photos read",
        "2. Digits that were labelled",
        "3. What I misread most",
    ]


async def test_admins_get_everybodys_stats_but_not_in_groups(
    ann: Any, admin: Any, people: Any, page: Callable[..., bytes]
) -> None:
    await corrects(ann, page)
    await admin.photo(page("427"))
    await admin.reply()
    await admin.says("/stats")
    assert "Of 2 people I keep 4 readings with 6 digits" in admin.words(await admin.reply())
    (in_group,) = await people.group("Class", admin)
    await in_group.says("/stats")
    assert "Of yours I keep 1 reading with 3 digits" in in_group.words(await in_group.reply())


async def test_who_never_wrote_has_no_stats_and_no_data(ann: Any) -> None:
    for command in ("/stats", "/mydata"):
        await ann.says(command)
        assert ann.words(await ann.reply()) == "Nothing is stored about you."


async def test_mydata_sends_all_that_is_stored_about_its_person_and_nothing_of_others(
    ann: Any, people: Any, page: Callable[..., bytes]
) -> None:
    bob = await people("Bob")
    await corrects(bob, page)
    await ann.photo(page("42"), caption="49")
    await ann.reply()
    await ann.press(await ann.reply(), "Yes, keep it to learn from")
    await ann.says("/mydata")
    caption, files = await archive_of(ann)
    assert "1 reading, 2 corrections" in caption
    me = json.loads(files["me.json"])
    assert (me["telegram_id"], me["name"], me["consent"]) == (ann.id, "Ann", "given")
    (reading,) = json.loads(files["readings.json"])
    assert (reading["text"], reading["corrected_text"], reading["chat"]) == ("42", "49", ann.chat)
    assert [digit["corrected"] for digit in reading["digits"]] == [4, 9]
    assert [each["label"] for each in json.loads(files["corrections.json"])] == [4, 9]
    for digit in reading["digits"]:
        assert Image.open(io.BytesIO(files[digit["image"]])).size == (28, 28)
    assert "/mydata" in files["waiting.json"].decode()
    assert "Bob" not in "".join(content.decode("latin-1") for content in files.values())


async def test_mydata_is_sent_in_private_only(bot: Any, ann: Any, people: Any) -> None:
    (in_group,) = await people.group("Class", ann)
    await in_group.says("/mydata")
    assert "in a private chat only" in in_group.words(await in_group.reply())


async def test_export_sends_an_admin_all_samples_that_training_can_read(
    bot: Any, ann: Any, admin: Any, page: Callable[..., bytes], tmp_path: Path
) -> None:
    await corrects(ann, page)
    await admin.says("/export")
    caption, files = await archive_of(admin)
    assert caption.startswith("3 samples")
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert datasets.load(f"idx:{tmp_path}").train.labels.tolist() == [1, 5]
    assert len(list((tmp_path / "not-a-digit").iterdir())) == 1
    (one,) = (tmp_path / "1").iterdir()
    image = datasets.load(f"idx:{tmp_path}").train.images[0]
    assert Image.open(one).tobytes() == image.tobytes()
    assert len(files["labels.csv"].decode().splitlines()) == 4


async def test_export_leaves_out_what_an_admin_has_rejected(
    bot: Any, ann: Any, admin: Any, page: Callable[..., bytes]
) -> None:
    await corrects(ann, page)
    await admin.says("/review")
    await admin.press(await admin.reply(), "Reject all 2")
    await admin.says("/export")
    caption, files = await archive_of(admin)
    assert caption.startswith("1 sample:")
    assert not [name for name in files if name.startswith(("1/", "5/"))]


async def test_export_is_for_admins(ann: Any, admin: Any) -> None:
    await ann.says("/export")
    assert "Only admins" in ann.words(await ann.reply())
    await admin.says("/export")
    assert "There is no sample yet" in admin.words(await admin.reply())
