from __future__ import annotations

import json
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.hypotheses.page_calibration import HYPOTHESIS_FEATURES, LABEL_SOURCES, PAGE_FEATURES, PageCalibration
from model.model_card import CardError, ModelCard

NUMBERS = st.floats(0.001, 100, allow_nan=False)
CARDS = st.builds(
    ModelCard,
    name=st.text(),
    recipe=st.text(),
    created=st.text(),
    command=st.text(),
    versions=st.dictionaries(st.text(), st.text()),
    seed=st.none() | st.integers(0, 2**31),
    data_digest=st.text(),
    parameters=st.integers(0, 2**62),
    metrics=st.dictionaries(st.text(), NUMBERS | st.lists(st.lists(st.integers(), max_size=3), max_size=3)),
    temperature=NUMBERS,
    page_calibration=st.none()
    | st.builds(
        PageCalibration,
        *(
            st.tuples(*[st.floats(-9, 9)] * n)
            for n in (LABEL_SOURCES, 1 + len(HYPOTHESIS_FEATURES), 1 + len(PAGE_FEATURES))
        ),
    ),
    sure_threshold=NUMBERS,
    parent=st.text(),
    root=st.text(),
    extra=st.dictionaries(st.text(min_size=1).map(lambda key: f"later_{key}"), st.integers() | st.text()),
)


@given(CARDS)
@settings(deadline=None, max_examples=50)
def test_a_card_survives_json(card: ModelCard) -> None:
    assert ModelCard.from_json(card.to_json()) == card


def test_missing_keys_get_defaults_so_that_old_cards_stay_readable() -> None:
    card = ModelCard.from_json('{"name": "base-1"}')
    assert card == ModelCard(name="base-1")
    assert card.temperature == 1.0
    assert card.page_calibration is None


def test_unknown_keys_of_a_newer_card_are_written_out_again() -> None:
    card = ModelCard.from_json('{"name": "base-9", "colour": ["red"]}')
    assert json.loads(card.to_json())["colour"] == ["red"]


def test_a_confusion_matrix_is_written_a_row_a_line() -> None:
    text = ModelCard(metrics={"confusion": [[1, 2], [3, 4]]}).to_json()
    assert "[ 1, 2 ]" in text
    assert json.loads(text)["metrics"]["confusion"] == [[1, 2], [3, 4]]


def test_numbers_in_a_text_stay_as_they_are() -> None:
    card = ModelCard(data="rows [1,   2]")
    assert ModelCard.from_json(card.to_json()) == card


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        '{"name": 7}',
        '{"seed": "one"}',
        '{"parameters": true}',
        '{"temperature": 0}',
        '{"temperature": NaN}',
        '{"temperature": 1' + 400 * "0" + "}",
        '{"parameters": 1' + 400 * "0" + "}",
        '{"metrics": {"loss": NaN}}',
        '{"later": 1e999}',
        '{"name": "\\ud800"}',
        100_000 * "[",
        '{"sure_threshold": null}',
        '{"page_calibration": 7}',
        '{"page_calibration": {"label": 7}}',
        '{"page_calibration": {"label": ["a"]}}',
        '{"page_calibration": {"label": [NaN, 0, 0]}}',
        '{"versions": "3.11"}',
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_card_is_refused(text: str | bytes) -> None:
    with pytest.raises(CardError):
        ModelCard.from_json(text)


def test_a_card_fits_only_the_bytes_it_was_written_for() -> None:
    card = ModelCard(sha256=sha256(b"model").hexdigest())
    assert card.fits(b"model")
    assert not card.fits(b"modem")
    assert ModelCard().fits(b"anything")


def test_a_page_calibration_of_another_version_counts_as_none() -> None:
    for old in ('{"temperature": 1, "weights": [0, 0]}', '{"label": [1, 2, 3], "digit": [0], "page": [0]}'):
        assert ModelCard.from_json(f'{{"page_calibration": {old}}}').page_calibration is None
