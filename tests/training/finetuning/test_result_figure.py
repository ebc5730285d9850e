"""The picture of a fine-tune: upright for a phone, in the admin's words where its font has their letters."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from bot.messages.catalogue import catalogue_languages
from bot.messages.texts import texts_for
from bot.messages.training_message import figure_words
from model.evaluation.digit_metrics import Scores
from training.arguments import parser
from training.finetuning.promotion_gate import Gain, Pair
from training.loop.events import EpochEnded
from training.loop.plot_words import FigureWords

pytest.importorskip("matplotlib", reason="needs the train extra")

EPOCHS = [
    EpochEnded(epoch, 100 * epoch, 0.5, 0.97 + epoch / 900, 0.3, 0.99 + epoch / 1000, True) for epoch in range(1, 9)
]
GAIN = Gain(misread=15, fixed=12, right=40, broken=1)
CYRILLIC = replace(FigureWords(), learning_curve="Кривая обучения", epoch="эпоха", accuracy="точность, %")
HINDI = replace(FigureWords(), learning_curve="सीखने का वक्र", epoch="चक्र")


def scores(mistakes: int) -> Scores:
    confusion = np.diag(np.full(10, 499))
    confusion[7, 1], confusion[4, 9] = mistakes, mistakes // 2
    return Scores(5000, 4990 - mistakes, 0.1, 0.01, confusion)


VALIDATION = Pair(scores(9), scores(3))


def test_the_figure_is_upright_and_no_larger_than_telegram_keeps_it() -> None:
    from training.finetuning.result_figure import finetune_figure

    image = Image.open(BytesIO(finetune_figure(EPOCHS, VALIDATION, GAIN, FigureWords())))
    assert image.height >= image.width
    assert image.width <= 1280
    assert image.height <= 1280


def test_without_epochs_there_is_no_empty_curve() -> None:
    from training.finetuning.result_figure import finetune_figure

    image = Image.open(BytesIO(finetune_figure([], VALIDATION, GAIN, FigureWords())))
    assert image.width > image.height


def test_the_figure_says_what_was_gained_and_where_there_were_no_corrections_it_does_not() -> None:
    from training.finetuning.result_figure import finetune_figure

    said, other = (finetune_figure([], VALIDATION, gain, FigureWords()) for gain in (GAIN, replace(GAIN, fixed=7)))
    assert said != other
    nothing = finetune_figure([], VALIDATION, Gain(0, 0, 0, 0), FigureWords())
    assert np.asarray(Image.open(BytesIO(nothing)).convert("L"))[:20].min() == 255


@pytest.mark.parametrize(("words", "drawn"), [(FigureWords(), True), (CYRILLIC, True), (HINDI, False)])
def test_words_whose_letters_the_font_lacks_are_left_to_the_caption(words: FigureWords, drawn: bool) -> None:
    from training.finetuning.result_figure import can_be_drawn

    assert can_be_drawn(words) is drawn
    assert can_be_drawn(words.numbered)
    assert (words.numbered.learning_curve, words.numbered.after) == ("(1)", "(9)")


def test_words_come_as_json_without_marks_of_isolation() -> None:
    options = parser().parse_args(["finetune", "--words", '{"epoch": "\\u2068эпоха\\u2069"}'])
    assert options.words == replace(FigureWords(), epoch="эпоха")
    with pytest.raises(SystemExit):
        parser().parse_args(["finetune", "--words", '{"no such": "word"}'])


def test_the_bot_names_the_words_in_the_same_order() -> None:
    words = figure_words(texts_for("en"))
    assert FigureWords(**words) == FigureWords()
    assert list(words)[:-1] == [name for name in FigureWords.__dataclass_fields__ if name != "gained"]


@pytest.mark.parametrize("language", catalogue_languages())
def test_in_all_languages_but_hindi_the_picture_has_its_words(language: str) -> None:
    from training.finetuning.result_figure import can_be_drawn, finetune_figure

    words = FigureWords.parse(json.dumps(figure_words(texts_for(language))))
    assert can_be_drawn(words) is (language != "hi")
    drawn = words if can_be_drawn(words) else words.numbered
    assert Image.open(BytesIO(finetune_figure(EPOCHS, VALIDATION, GAIN, drawn))).width == 1272
