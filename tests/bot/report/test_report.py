"""The page with every mistake: what is on it, that it stands alone, and how it looks in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.async_api import Page, expect

from bot.cli.main import main
from bot.report import ReportError, build_digit_section, build_photo_section, digit_report, report_page
from bot.report.mistake_kinds import MistakeKind, kind_of
from bot.report.rendering import percent, render_section
from model.classification.predictions import Predictions
from model.datasets import Samples
from model.evaluation.digit_metrics import score as score_digits
from model.evaluation.labelled_photos import LabelledPhoto
from model.evaluation.photo_metrics import ScoredPhoto, score
from model.model_bundle import ModelBundle
from model.reading import Box, Digit, Reading
from training.synthesis.pages import render_page

Evaluate = Callable[..., str]


@pytest.fixture
def labelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Sequence[tuple[str, str, str]]], Path]:
    """A folder of photos: (file, digits drawn, label given)."""
    monkeypatch.setenv("DIGITBOT_STATE", str(tmp_path / "state"))

    def write(rows: Sequence[tuple[str, str, str]]) -> Path:
        folder = tmp_path / "photos"
        folder.mkdir()
        for name, drawn, _ in rows:
            shown = render_page(1, (), text=drawn).pixels if drawn else np.full((300, 400, 3), 230, np.uint8)
            assert cv2.imwrite(str(folder / name), cv2.cvtColor(shown, cv2.COLOR_RGB2BGR))
        lines = ["file,label", *(f'"{name}",{label}' for name, _, label in rows)]
        (folder / "labels.csv").write_text("\n".join(lines), encoding="utf-8")
        return folder

    return write


@pytest.fixture
def evaluated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Evaluate:
    """Runs ``digitbot evaluate --report`` and gives the page: ``evaluated("--photos", folder)``."""

    def run(*arguments: str | Path) -> str:
        report = tmp_path / "report"
        assert main(["evaluate", *map(str, arguments), "--report", str(report)]) == 0
        assert str(report / "index.html") in capsys.readouterr().err
        return (report / "index.html").read_text(encoding="utf-8")

    return run


class _Sources(HTMLParser):
    """Everything that a page would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.sources += [value or "" for name, value in attrs if name in {"src", "href", "srcset", "action"}]


def sources(html: str) -> _Sources:
    parser = _Sources()
    parser.feed(html)
    return parser


def reading(text: str, *, sure: bool = True, confidence: float = 0.95) -> Reading:
    rest = (1 - confidence) / 9
    made = tuple(
        Digit(
            int(label),
            confidence,
            tuple(confidence if i == int(label) else rest for i in range(10)),
            Box(2, 2, 9, 9),
            np.full((28, 28), 200, np.uint8),
            row,
            sure,
        )
        for row, word in enumerate(text.split())
        for label in word
    )
    return Reading(made, "model", 40, 30, 0.01)


def scored(label: str, text: str | None, *, sure: bool = True, name: str = "a.png") -> ScoredPhoto:
    return ScoredPhoto(LabelledPhoto(Path(name), label), None if text is None else reading(text, sure=sure))


@pytest.mark.parametrize(
    ("label", "text", "kind"),
    [
        ("4", None, MistakeKind.UNREADABLE),
        ("", None, MistakeKind.UNREADABLE),
        ("", "8", MistakeKind.INVENTED),
        ("42", "", MistakeKind.OVERLOOKED),
        ("423", "42", MistakeKind.TOO_FEW),
        ("42", "423", MistakeKind.TOO_MANY),
        ("42 7", "427", MistakeKind.OTHER_ROWS),
        ("42", "47", MistakeKind.MISREAD),
        ("42 7", "42 7", None),
        ("", "", None),
    ],
)
def test_a_mistake_is_of_one_kind(label: str, text: str | None, kind: MistakeKind | None) -> None:
    assert kind_of(scored(label, text)) is kind


def test_every_mistake_is_on_the_page_and_nothing_else(
    labelled: Callable[..., Path], evaluated: Evaluate, tmp_path: Path
) -> None:
    folder = labelled([("right.png", "4", "4"), ("wrong.png", "37", "99"), ("blank.png", "", "7")])
    (folder / "broken.png").write_text("no picture")
    (folder / "labels.csv").write_text((folder / "labels.csv").read_text() + "\nbroken.png,5")
    html = evaluated("--photos", folder)
    assert "3 of 4 photos were not read exactly" in html
    assert "right.png" not in html
    for said in ("wrong.png", "is <b>99</b>, read as <b>37</b>", "is <b>7</b>, read as <b>no digit</b>"):
        assert said in html
    assert "not a picture that I can open" in html
    assert html.count('class="one wrong') == 2
    pictures = sorted((tmp_path / "report" / "mistakes").iterdir())
    assert all(cv2.imread(str(picture)) is not None for picture in pictures)
    assert len(pictures) == 2


def test_the_folder_needs_nothing_but_itself(
    labelled: Callable[..., Path], evaluated: Evaluate, tmp_path: Path
) -> None:
    found = sources(evaluated("--photos", labelled([("wrong.png", "37", "99")])))
    assert found.tags.isdisjoint({"script", "link", "iframe", "object", "base", "form"})
    for source in found.sources:
        inside = source.startswith(("data:image/png;base64,", "#")) or (tmp_path / "report" / source).is_file()
        assert inside, source


def test_names_are_text_and_never_markup(labelled: Callable[..., Path], evaluated: Evaluate) -> None:
    name = "<img src=x onerror=alert(1)>&.png"
    html = evaluated("--photos", labelled([(name, "37", "99")]))
    assert name not in html
    assert "&lt;img src=x onerror=alert(1)&gt;&amp;.png" in html


def test_a_folder_whose_name_is_no_text_is_no_error(tmp_path: Path) -> None:
    written = report_page.write(tmp_path, ModelBundle.base(), ["photos of \udcff"], [])
    assert "&#56575;" in written.read_text(encoding="utf-8")


def test_sure_mistakes_come_first_and_are_marked(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    cv2.imwrite(str(path), np.full((30, 40), 255, np.uint8))
    wrong = [scored("4", "7", sure=False, name=str(path)), scored("4", "1", sure=True, name=str(path))]
    html = render_section(build_photo_section(wrong, score(wrong), tmp_path))
    assert html.index("read as <b>1</b>") < html.index("read as <b>7</b>")
    assert html.count("badge sure") == 1
    assert "1 of them sure" in html


def test_without_a_mistake_the_page_says_so(labelled: Callable[..., Path], evaluated: Evaluate) -> None:
    html = evaluated("--photos", labelled([("right.png", "4", "4")]))
    assert "All 1 photos right" in html
    assert "<img" not in html


def test_misread_digits_are_tiles_by_confusion_the_commonest_first() -> None:
    labels = np.array([4, 4, 4, 7, 1], np.uint8)
    probabilities = np.full((5, 10), 0.01, np.float32)
    probabilities[np.arange(5), [9, 9, 4, 1, 1]] = [0.6, 0.91, 0.91, 0.8, 0.91]
    classified = Predictions(probabilities, np.zeros((5, 64), np.float32))
    samples = Samples(np.zeros((5, 28, 28), np.uint8), labels)
    html = render_section(build_digit_section(samples, classified, score_digits(classified, labels)))
    assert "3 of 5 digits misread" in html
    assert re.findall(r"<h3>(.*?)</h3>", html) == ["4 read as 9 (2)", "7 read as 1 (1)"]
    assert re.findall(r'title="number (\d)"', html) == ["1", "0", "3"]


def test_of_very_many_misread_digits_some_are_shown_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digit_report, "MAX_DIGIT_IMAGES", 3)
    labels = np.full(5, 4, np.uint8)
    classified = Predictions(np.eye(10, dtype=np.float32)[[9, 9, 7, 7, 1]], np.zeros((5, 64), np.float32))
    samples = Samples(np.zeros((5, 28, 28), np.uint8), labels)
    html = render_section(build_digit_section(samples, classified, score_digits(classified, labels)))
    assert html.count("data:image/png") == 3
    assert "The 3 of the commonest confusions are shown" in html


def test_data_and_photos_share_one_page_and_the_numbers_stay_as_they_are(
    labelled: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    np.savez(tmp_path / "few.npz", x_test=np.zeros((3, 28, 28), np.uint8), y_test=np.array([1, 2, 3], np.uint8))
    folder = labelled([("wrong.png", "37", "99")])
    command = ["evaluate", "--data", f"npz:{tmp_path / 'few.npz'}", "--photos", str(folder), "--json"]
    assert main([*command, "--report", str(tmp_path / "report")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["test"]["n"], told["photos"]) == (3, 1)
    html = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert "of 3 digits misread" in html
    assert "1 of 1 photos were not read exactly" in html


def test_a_page_of_somebody_elses_is_left_alone_and_that_is_said_before_the_evaluation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "index.html").write_text("my homepage")
    assert main(["evaluate", "--data", "npz:nowhere.npz", "--report", str(tmp_path)]) == 1
    assert "not a report of digitbot's" in capsys.readouterr().err
    assert (tmp_path / "index.html").read_text() == "my homepage"


def test_nothing_of_an_earlier_report_stays(labelled: Callable[..., Path], evaluated: Evaluate, tmp_path: Path) -> None:
    photos = labelled([("a.png", "37", "99"), ("b.png", "4", "5")])
    evaluated("--photos", photos)
    pictures = tmp_path / "report" / "mistakes"
    (pictures / "mine.jpg").write_bytes(b"somebody's own")
    assert len(list(pictures.iterdir())) == 3
    (photos / "labels.csv").write_text("file,label\na.png,99\n")
    html = evaluated("--photos", photos)
    assert {picture.name for picture in pictures.iterdir()} == {"0001.jpg", "mine.jpg"}
    assert "0001.jpg" in html


def test_a_folder_that_cannot_be_made_or_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file" / "report", Path("/proc")):
        with pytest.raises(ReportError, match="cannot be written"):
            report_page.prepare(folder)


@pytest.mark.parametrize(
    ("share", "shown"), [(None, "–"), (0.0, "0.0 %"), (0.9999, "99.9 %"), (1.0, "100.0 %"), (0.5, "50.0 %")]
)
def test_nearly_all_is_never_called_all(share: float | None, shown: str) -> None:
    assert percent(share) == shown


@pytest.mark.browser
@pytest.mark.parametrize("width", [1200, 390])
async def test_opened_as_a_file_everything_shows(
    visit: Callable[..., Awaitable[Page]], tmp_path: Path, width: int
) -> None:
    path = tmp_path / "a.png"
    cv2.imwrite(str(path), np.full((300, 400), 255, np.uint8))
    wrong = [replace(scored("427", "421 99999999", name=str(path)))]
    (tmp_path / "report").mkdir()
    section = build_photo_section(wrong, score(wrong), tmp_path / "report")
    shown = await visit(
        report_page.write(tmp_path / "report", ModelBundle.base(), ["a photo"], [section]).as_uri(), width=width
    )
    await expect(shown.get_by_role("heading", level=1)).to_have_text("What base-2 gets wrong")
    await expect(shown.locator("img")).to_have_count(12)
    broken = await shown.evaluate(
        "[...document.images].filter(image => !(image.complete && image.naturalWidth)).length"
    )
    assert broken == 0
    assert await shown.evaluate("document.documentElement.scrollWidth") <= width
    digit = await shown.locator(".digit").first.bounding_box()
    assert digit
    assert digit["width"] >= 3 * 28
