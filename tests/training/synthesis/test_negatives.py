from __future__ import annotations

import numpy as np
import pytest

from training.synthesis import negatives
from training.synthesis.doodles import FIGURE_FORMS
from training.synthesis.glyphs import LETTER_FORMS
from training.synthesis.negatives import PRINTED_LETTERS, SCRIPT_CHARACTERS, SUBJECTS
from training.synthesis.pens import PENS
from training.synthesis.printed_text import PRINTED_WORDS, outline_fonts

# What a reader may take for a digit where it stands alone.
LOOKALIKES = set("0123456789OoQDCUuIJlij|ZzSsGbhBgqaPpYy")


@pytest.mark.parametrize("subject", list(SUBJECTS))
def test_every_subject_gives_a_picture_that_claims_no_digit(subject: str) -> None:
    for seed in range(3):
        page = negatives.render_negative_page(seed, subject)
        assert page.text == ""
        assert page.boxes == ()
        assert page.labels == ()
        assert page.conditions[0] == f"no-digit:{subject}"
        assert page.pixels.dtype == np.uint8
        assert page.pixels.shape[:2] == page.ink.shape


def test_nothing_that_stands_alone_looks_like_a_digit() -> None:
    assert not LOOKALIKES & set(LETTER_FORMS)
    assert not LOOKALIKES & set(PRINTED_LETTERS)
    assert not any(character.isdigit() for word in PRINTED_WORDS for character in word)
    assert not any(character.isdigit() for script in SCRIPT_CHARACTERS.values() for character in script)
    assert not any(name in {"circle", "oval", "bar"} for name in FIGURE_FORMS)


def test_the_same_seed_gives_the_same_picture() -> None:
    one, again, other = (negatives.render_negative_page(seed) for seed in (5, 5, 6))
    assert np.array_equal(one.pixels, again.pixels)
    assert not np.array_equal(one.pixels, other.pixels)


def test_a_blank_page_has_no_ink_and_a_page_of_letters_has() -> None:
    assert not negatives.render_negative_page(1, "blank", ("squared-paper",)).ink.any()
    assert negatives.render_negative_page(1, "letters", ()).ink.any()


def test_glyphs_of_one_kind_come_with_the_writer_that_draws_them() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        writer, rows = negatives.glyph_rows(PENS["ball pen"], rng, max_rows=2)
        assert 1 <= len(rows) <= 2
        assert all(1 <= len(row) <= 6 for row in rows)
        assert not any(glyph.isdigit() for row in rows for glyph in row)
        glyph = writer.ink(rows[0][0], 48)
        assert glyph.dtype == np.uint8
        assert glyph.max() > 100
        assert max(glyph.shape) < 48 * 6


def test_an_unknown_subject_is_an_error() -> None:
    with pytest.raises(KeyError):
        negatives.render_negative_page(1, "unicorns")


def test_fonts_of_other_scripts_come_with_matplotlib_or_not_at_all() -> None:
    pytest.importorskip("matplotlib", reason="needs the train extra")
    assert all(font.exists() for font in outline_fonts())
    assert outline_fonts()
