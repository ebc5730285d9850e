"""The benchmarks are run by hand; what they count and where they write it is tested here."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model.classification.classifier import Classifier
from model.datasets import Samples
from model.image_decoding import PhotoError, PhotoProblem
from model.model_bundle import ModelBundle
from model.model_card import ModelCard
from model.reader import Reader
from tests.benchmarks import calibration, compared_readers, conditions, disk_growth, fuzz, photos, readers, retraining
from tests.benchmarks.markdown import measured, share, table, write_section
from training.calibration.page_predictions import PagePredictions, PredictedDigit
from training.synthesis.export_dataset import encode_jpeg
from training.synthesis.pages import render_page

ROOT = Path(__file__).resolve().parents[1]
DIGITS = (np.arange(400) % 10).astype(np.uint8)
NINE = (0.1 / 9,) * 9 + (0.9,)


def told(label: int | None, confidence: float) -> PredictedDigit:
    return PredictedDigit(NINE, confidence, label)


def test_a_table_is_markdown() -> None:
    assert table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_a_share_tells_its_counts() -> None:
    assert share(1990, 2000, 2) == "1,990 of 2,000 (99.50 %)"
    assert share(0, 0) == "-"


def test_a_measurement_names_its_model_by_the_checksum_too() -> None:
    line = measured("make bench", ModelBundle("base-1", b"one network", ModelCard()))
    other = measured("make bench", ModelBundle("base-1", b"another one", ModelCard()))
    assert " with base-1 (sha256 44118355): `make bench`" in line
    assert line != other


def test_what_is_measured_is_written_into_its_place_alone(tmp_path: Path) -> None:
    document = tmp_path / "doc.md"
    document.write_text(
        "one\n<!-- a -->\nold\n<!-- end of a -->\n<!-- b -->\nkept\n<!-- end of b -->\n", encoding="utf-8"
    )
    write_section(r"new \1", "a", document)
    assert document.read_text(encoding="utf-8") == (
        "one\n<!-- a -->\nnew \\1\n<!-- end of a -->\n<!-- b -->\nkept\n<!-- end of b -->\n"
    )
    with pytest.raises(ValueError, match="no place for c"):
        write_section("new", "c", document)


@pytest.mark.parametrize(
    ("document", "section"),
    [
        *(
            ("accuracy", section)
            for section in ("photos", "readers", "conditions", "calibration", "digit sets", "read time")
        ),
        ("learning", "personal adapter"),
    ],
)
def test_the_document_has_a_place_for_every_table(document: str, section: str) -> None:
    text = (ROOT / "docs" / f"{document}.md").read_text(encoding="utf-8")
    assert text.index(f"<!-- {section} -->") < text.index(f"<!-- end of {section} -->")


def test_an_invented_digit_is_a_wrong_one_and_a_missed_one_is_not_sure() -> None:
    page = PagePredictions(
        (told(9, 0.99), told(8, 0.5), told(None, 0.4)), written=4, exact=False, sure=False, upright=True
    )
    cells = calibration.DigitTally.on([page]).cells("all", threshold=0.9)
    assert cells[:6] == ["all", "4", "3", "1", "1", "2"]
    assert cells[7:] == ["1 of 4 (25.00 %)", "1 of 1 (100.00 %)"]


def test_pages_without_an_answer_are_no_readings() -> None:
    empty = PagePredictions((), written=0, exact=True, sure=False, upright=True)
    sure = PagePredictions((told(9, 0.99),), written=1, exact=True, sure=True, upright=True)
    assert calibration.readings("all", [empty, sure])[3:5] == ["1 of 1 (100.00 %)"] * 2


def test_each_condition_is_read_until_it_has_digits_enough() -> None:
    plan = conditions.ConditionPlan(digits=3, pages=2, seed=7, model=None, misses=None)
    row = conditions.measure(plan, "marker")
    assert row.digits >= 3
    assert row.right <= row.digits
    assert conditions.measure(plan, "no-digit:blank").pages == 2


def test_baselines_read_a_plain_digit_that_fills_its_picture(tmp_path: Path) -> None:
    classifier = Classifier(ModelBundle.base())
    page = render_page(5, ("frame-filling", "marker"), text="3")
    picture = compared_readers.Picture.of(encode_jpeg(page), page.text, "one digit", tmp_path / "a.png")
    assert compared_readers.DigitbotReader(ModelBundle.base()).read(picture) == "3"
    assert compared_readers.ThresholdReader(classifier).read(picture) == "3"
    assert len(compared_readers.ResizeReader(classifier).read(picture)) == 1


def test_of_what_others_read_the_digits_count() -> None:
    assert readers.digits("4 2\nl7") == "427"


@pytest.mark.parametrize(
    ("label", "row", "kind"),
    [
        ("", {"medium": "scan"}, "no digit"),
        ("4", {"medium": "camera", "derived": "0"}, "one digit, camera"),
        ("4", {"medium": "camera", "derived": "1"}, "one digit, cut from photos"),
        ("42 7", {"medium": "drawn", "derived": "0"}, "several digits, drawn or scanned"),
        ("42", {}, "several digits"),
    ],
)
def test_a_picture_is_counted_by_what_it_is(label: str, row: dict[str, str], kind: str) -> None:
    assert readers.kind(label, row) == kind


def test_confidence_and_right_are_binned_together() -> None:
    told_well = calibration.DigitTally(np.array([0.95, 0.97, 0.2]), np.array([True, True, False]), 3, 0)
    assert told_well.bins() == [["0.20 to 0.27", "1", "20.0 %", "0.0 %"], ["0.93 to 1.00", "2", "96.0 %", "100.0 %"]]


def test_photos_are_counted_by_task_where_it_is_known(tmp_path: Path) -> None:
    for name, text in (("a.jpg", "3"), ("b.jpg", "427")):
        (tmp_path / name).write_bytes(encode_jpeg(render_page(5, (), text=text)))
    (tmp_path / "labels.csv").write_text("file,label,task\na.jpg,3,\nb.jpg,15,dates\n", encoding="utf-8")
    with closing(Reader.base(threads=1)) as reader:
        head, _, dates, one, everything = photos.tallied(reader, tmp_path).splitlines()
    assert head.startswith(f"| {tmp_path.name} | exact | sure |")
    assert dates.startswith("| dates | 0 of 1 (0 %) |")
    assert one.startswith("| one digit | 1 of 1 (100 %) |")
    assert everything.startswith("| all | 1 of 2 (50 %) |")


async def test_the_growth_of_a_database_is_told_by_kind(tmp_path: Path) -> None:
    rows = await disk_growth.growth(tmp_path / "digitbot.db", 20)
    sizes = {what: int(size.replace(",", "")) for what, size, _ in rows}
    assert sizes["a reading of 3 digits"] > 3 * 784  # the images alone
    assert 784 < sizes["a correction of a digit"] < sizes["a reading of 3 digits"]
    assert sizes["a model version"] > len(ModelBundle.base().content)


def writer(count: int = 400) -> retraining.Writer:
    """Digits of which every tenth is misread."""
    digits = Samples(np.arange(count * 784, dtype=np.uint32).astype(np.uint8).reshape(count, 28, 28), DIGITS[:count])
    return retraining.Writer(digits, digits, np.arange(count) % 10 == 0)


def test_the_corrections_of_a_scenario_are_what_its_name_says() -> None:
    made = {name: make([writer()] * 3, np.random.default_rng(1)) for name, make in retraining.SCENARIOS.items()}
    assert len(made["250 true ones of the second writer"].labels) == 250
    assert len(made["10, six of them false"].labels) == 10
    assert set(made["100 mistakes of all writers"].people.tolist()) == {0, 1, 2}
    poisoned = made["100 true, 60 7s called 1"]
    assert (len(poisoned.labels), poisoned.labels[-60:].tolist().count(1)) == (140, 40)  # there are but 40 7s
    assert len(made["one correction"].labels) == 1


def test_false_labels_are_never_the_true_ones() -> None:
    given = retraining.at_random(writer(), 50, 0, 0, np.random.default_rng(2))
    false = retraining.relabelled(given, slice(-20, None), np.random.default_rng(2))
    assert (false.labels[-20:] != given.labels[-20:]).all()
    assert (false.labels[:-20] == given.labels[:-20]).all()


class _Fragile:
    """Stands for a reader that one picture breaks."""

    def read(self, content: bytes) -> object:
        if content == b"odd":
            raise ZeroDivisionError
        raise PhotoError(PhotoProblem.TRUNCATED)


def test_an_input_that_breaks_the_reader_is_found_and_kept(tmp_path: Path) -> None:
    tally = fuzz.Tally()
    for content in (b"dull", b"odd"):
        fuzz.read_one(_Fragile(), content, tally, tmp_path)  # type: ignore[arg-type]
    (finding,) = tally.findings
    assert finding.startswith("raised ZeroDivisionError: ")
    assert Path(finding.split(": ")[1]).read_bytes() == b"odd"
    assert not tally.is_good
    assert fuzz.Tally.from_json(tally.to_json()) == tally


def test_fuzzing_that_hardly_reaches_recognition_is_not_good(tmp_path: Path) -> None:
    tally = fuzz.Tally()
    for _ in range(5):
        fuzz.read_one(_Fragile(), b"dull", tally, tmp_path)  # type: ignore[arg-type]
    assert (tally.inputs, tally.read, tally.findings, tally.is_good) == (5, 0, [], False)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("set", b"abXYef"),
        ("insert", b"abXYcdef"),
        ("delete", b"abef"),
        ("cut", b"ab"),
        ("join", b"ab345"),
        ("copy", b"abcdefcdef"),
    ],
)
def test_a_file_is_edited_at_a_share_of_its_length(kind: str, expected: bytes) -> None:
    assert fuzz.edited(b"abcdef", [(kind, 0.4, b"XY", b"12345")]) == expected


def test_every_form_of_the_corpus_can_be_read() -> None:
    for form in fuzz.FORMS:
        for mode in fuzz.MODES:
            assert fuzz.changed(Image.new("RGB", (40, 30), "white"), [("turned", 0.2)], 240, mode, form)
