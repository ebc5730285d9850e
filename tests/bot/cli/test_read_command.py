"""`digitbot read`: annotated files that never collide, and where the time goes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from bot.cli.annotate import annotated_paths
from bot.cli.main import main
from bot.cli.profile_table import profile_table, stage_profile
from bot.settings import Settings
from model import palette
from model.profiling import StageTimes
from model.reader import Reader
from storage import corrections, people, readings
from storage.database import Database
from storage.readings import NewDigit, NewReading, SourceMessage
from tests.drawings import barred_two
from training.synthesis.pages import render_page

Photo = Callable[[str, str], Path]


@pytest.fixture
def photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Photo:
    """Writes a photo of digits: ``photo("a/x.jpg", "427")``; its name chooses the format."""
    monkeypatch.setenv("DIGITBOT_STATE", str(tmp_path / "state"))

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(str(path), cv2.cvtColor(render_page(1, (), text=text).pixels, cv2.COLOR_RGB2BGR))
        return path

    return write


def test_pictures_of_one_name_are_annotated_beside_each_other(
    photo: Photo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = [photo("a/x.jpg", "4"), photo("b/x.jpg", "37"), photo("a/x.png", "2")]
    before = [path.read_bytes() for path in photos]
    out = tmp_path / "out"
    assert main(["read", "--json", "--annotate", str(out), *map(str, photos)]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["text"] for one in told] == ["4", "37", "2"]
    assert [Path(one["annotated"]).name for one in told] == ["x.jpg", "x-2.jpg", "x-3.jpg"]
    written = [Path(one["annotated"]).read_bytes() for one in told]
    assert len(set(written)) == len(list(out.iterdir())) == 3
    assert [path.read_bytes() for path in photos] == before


def test_of_a_file_with_several_pages_it_is_said_which_is_read(
    photo: Photo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = [Image.open(photo(f"{text}.png", text)) for text in ("427", "15")]
    pages[0].save(tmp_path / "scan.tiff", save_all=True, append_images=pages[1:])
    assert main(["read", str(tmp_path / "scan.tiff"), str(tmp_path / "427.png")]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith("scan.tiff: 427  (page 1 of 2)")
    assert second.endswith("427.png: 427")
    assert main(["read", "--json", str(tmp_path / "scan.tiff")]) == 0
    assert json.loads(capsys.readouterr().out)["pages"] == 2


def test_a_picture_is_never_written_over_by_its_annotation(photo: Photo, tmp_path: Path) -> None:
    path = photo("x.jpg", "4")
    before = path.read_bytes()
    assert main(["read", "--annotate", str(tmp_path), str(path)]) == 0
    assert path.read_bytes() == before
    assert (tmp_path / "x-2.jpg").is_file()


@pytest.mark.parametrize(
    ("names", "written"),
    [
        (["x.jpg", "x.png", "x-2.jpg"], ["x.jpg", "x-2.jpg", "x-2-2.jpg"]),
        (["X.jpg", "x.jpg"], ["X.jpg", "x-2.jpg"]),
        (["x.jpg", "x.jpg"], ["x.jpg", "x-2.jpg"]),
        (["a.b.jpg", "a.c.jpg"], ["a.b.jpg", "a.c.jpg"]),
        ([".jpg"], [".jpg.jpg"]),
    ],
)
def test_no_two_pictures_get_one_name(tmp_path: Path, names: list[str], written: list[str]) -> None:
    paths = annotated_paths([Path("in", name) for name in names], tmp_path)
    assert [path.name for path in paths] == written


def test_the_profile_adds_up_to_the_milliseconds_of_the_reading(
    photo: Photo, capsys: pytest.CaptureFixture[str]
) -> None:
    path = photo("x.jpg", "427")
    assert main(["read", "--json", "--profile", str(path), str(path)]) == 0
    captured = capsys.readouterr()
    first, second = map(json.loads, captured.out.splitlines())
    for stage in ("decode", "ink", "segment", "format", "classify"):
        assert second["profile"][stage] > 0, stage
    assert sum(second["profile"].values()) == pytest.approx(second["milliseconds"], abs=0.1)
    assert first["profile"]["load"] > second["profile"]["load"]
    assert "decode" not in captured.err


def test_the_profile_is_a_table_on_stderr(photo: Photo, capsys: pytest.CaptureFixture[str]) -> None:
    path = photo("x.jpg", "427")
    assert main(["read", "--profile", str(path), str(path.with_name("missing.jpg")), str(path)]) == 1
    captured = capsys.readouterr()
    assert captured.out == f"{path}: 427\n" * 2
    missing, head, *lines = captured.err.splitlines()
    assert "missing.jpg" in missing
    assert head.split()[:2] == ["milliseconds", "load"]
    assert head.split()[-2:] == ["rest", "all"]
    assert [line.split()[0] for line in lines] == [str(path), str(path), "median"]


def test_without_profile_nothing_is_told_of_it(photo: Photo, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--json", str(photo("x.jpg", "4"))]) == 0
    assert not {"profile", "annotated"} & set(json.loads(capsys.readouterr().out))


def test_a_stage_that_only_some_photos_have_is_nought_for_the_others() -> None:
    stages = StageTimes()
    stages.seconds = {"decode": 0.002, "ink": 0.003}
    profiles = [("a", {"decode": 1.0, "rest": 1.0}), ("b", stage_profile(stages, 0.006))]
    lines = profile_table(profiles).splitlines()
    assert lines[0].split() == ["milliseconds", "decode", "ink", "rest", "all"]
    assert lines[1].split() == ["a", "1.00", "0.00", "1.00", "2.00"]
    assert lines[2].split() == ["b", "2.00", "3.00", "1.00", "6.00"]
    assert lines[3].split() == ["median", "of", "2", "1.50", "1.50", "1.00", "4.00"]


def test_columns_of_long_stage_names_stay_apart() -> None:
    head, row = profile_table([("a", {"classify": 1.0, "handwriting": 20000.0, "rest": 3.0})]).splitlines()
    assert head.split() == ["milliseconds", "classify", "handwriting", "rest", "all"]
    assert row.split() == ["a", "1.00", "20000.00", "3.00", "20004.00"]
    assert len(head) == len(row)


def test_a_file_that_cannot_be_read_is_named_once(photo: Photo, capsys: pytest.CaptureFixture[str]) -> None:
    missing, broken = (photo("x.jpg", "4").with_name(name) for name in ("missing.jpg", "broken.jpg"))
    broken.write_text("no picture")
    assert main(["read", str(missing), str(broken)]) == 1
    for line, path in zip(capsys.readouterr().err.splitlines()[-2:], (missing, broken), strict=True):
        assert line.startswith(str(path))
        assert line.count(str(path)) == 1


def test_a_folder_that_cannot_be_made_is_a_sentence(
    photo: Photo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = photo("x.jpg", "4")
    assert main(["read", "--annotate", str(path / "out"), str(path)]) == 1
    assert "cannot be read or written" in capsys.readouterr().err


def test_pixels_of_the_annotated_file_show_the_boxes(photo: Photo, tmp_path: Path) -> None:
    path = photo("x.png", "4")
    assert main(["read", "--annotate", str(tmp_path / "out"), str(path)]) == 0
    shown = np.asarray(cv2.imread(str(tmp_path / "out" / "x.jpg")), int)[..., ::-1]
    green = [int(palette.SURE[at : at + 2], 16) for at in (1, 3, 5)]
    assert (np.abs(shown - green).max(2) < 40).sum() > 100  # the lines


async def corrects(state: Path, images: list[bytes]) -> None:
    """Ann (7) has corrected these digit images to 2, and agreed to have that used; Bob (8) only wrote."""
    settings = Settings.load(state=state)
    probabilities = tuple(0.991 if label == 7 else 0.001 for label in range(10))
    digits = [NewDigit(0, 7, 0.991, True, probabilities, (1, 2, 3, 4), image) for image in images]
    async with Database(settings.database, settings.keyring()) as database, database.write() as session:
        ann = await people.get_or_create(session, 7, "Ann", "en")
        await people.give_consent(session, ann.id, 1)
        for message, digit in enumerate(digits):
            read = NewReading((digit,), "base-2", sure=True, width=9, height=9)
            stored = await readings.add(session, ann.id, SourceMessage(7, message), read)
            await corrections.correct(session, stored.id, ann.id, {0: 2})
        await people.get_or_create(session, 8, "Bob", "en")


def test_a_photo_is_read_as_its_person_taught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DIGITBOT_STATE", str(tmp_path / "state"))
    with closing(Reader.base(threads=1)) as reader:
        images = [reader.read(barred_two(seed)).digits[0].image.tobytes() for seed in range(6)]
    asyncio.run(corrects(tmp_path / "state", images))
    (photo := tmp_path / "x.png").write_bytes(barred_two(100))
    for person, text, taught_from in (("7", "2", 7), ("Ann", "2", 7), ("8", "7", None), ("Bob", "7", None)):
        assert main(["read", "--json", "--as", person, str(photo)]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["text"], told["digits"][0]["taught_from"]) == (text, taught_from)
    assert main(["read", "--as", "Ann", str(photo)]) == 0
    assert capsys.readouterr().out == f"{photo}: 2  (not sure)  (as they taught it)\n"
    for nobody in ("Cid", "--5", "", "9" * 5000):
        assert main(["read", f"--as={nobody}", str(photo)]) == 1
        assert "nobody is known here" in capsys.readouterr().err
    assert main(["read", "--as", "Cid", str(photo)]) == 1
    assert "nobody is known here as Cid" in capsys.readouterr().err


def test_where_no_bot_ever_ran_nobody_is_known(photo: Photo, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--as", "7", str(photo("x.jpg", "4"))]) == 1
    assert "no bot has run" in capsys.readouterr().err


def test_what_is_no_file_is_one_sentence_and_the_others_are_read(
    photo: Photo, named_pipe: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["read", str(named_pipe), "/dev/zero", str(named_pipe.parent), str(photo("x.png", "4"))]) == 1
    said = capsys.readouterr()
    assert said.out.endswith("x.png: 4\n")
    assert said.err.splitlines() == [
        f"{named_pipe} cannot be read or written: It is no regular file.",
        "/dev/zero cannot be read or written: It is no regular file.",
        f"{named_pipe.parent} cannot be read or written: Is a directory.",
    ]
