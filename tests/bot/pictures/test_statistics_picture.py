"""The picture of /stats: as many charts as there is something to show, and the caption says what they are."""

from __future__ import annotations

import io
from datetime import date

import numpy as np
from PIL import Image

from bot.messages.texts import texts_for
from bot.pictures.statistics_picture import chart_titles, draw_statistics
from model import palette
from storage.statistics import Confused, DayStatistics, Statistics
from storage.tables import NOT_A_DIGIT

DAY = date(2026, 11, 1)
READ = Statistics(1, 3, 9, (DayStatistics(DAY, 3, 0, 0),), ())
LABELLED = Statistics(1, 3, 9, (DayStatistics(DAY, 3, 5, 0),), ())
CONFUSED = Statistics(1, 3, 9, (DayStatistics(DAY, 3, 5, 2),), (Confused(1, 7, 1), Confused(4, NOT_A_DIGIT, 1)))


def test_the_picture_grows_with_its_charts_each_of_which_the_caption_names() -> None:
    heights = []
    for charts, statistics in enumerate((READ, LABELLED, CONFUSED), start=1):
        heights.append(Image.open(io.BytesIO(draw_statistics(statistics))).height)
        assert len(chart_titles(texts_for("en"), statistics)) == charts
    assert heights[0] < heights[1] < heights[2] < 1280


def test_what_was_read_wrong_is_hatched_and_not_only_of_another_colour() -> None:
    picture = np.asarray(Image.open(io.BytesIO(draw_statistics(CONFUSED))).convert("RGB"))
    wrong = (picture == np.array([int(palette.UNREAD[at : at + 2], 16) for at in (1, 3, 5)])).all(2)
    column = wrong[330:620].sum(0).argmax()
    assert np.count_nonzero(np.diff(wrong[330:620, column + 20].astype(int)) == 1) >= 3


def test_no_day_at_all_is_a_picture_too() -> None:
    assert Image.open(io.BytesIO(draw_statistics(Statistics(1, 0, 0, (), ())))).width == 900
