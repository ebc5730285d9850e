"""The picture of /stats: readings and accuracy by day, and which digits are taken for which."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from bot.messages.pictures import SURE_COLOUR, UNREAD_COLOUR, UNSURE_COLOUR
from bot.messages.texts import Texts
from storage.statistics import Confused, DayStatistics, Statistics
from storage.tables import NOT_A_DIGIT

WIDTH: Final = 900  # pixels
CHART_HEIGHT: Final = 200
CHART_MARGIN: Final = 60
LINE_HEIGHT: Final = 34
MOST_DAYS: Final = 30  # the latest
MOST_PAIRS: Final = 8
PAPER_COLOUR, INK_COLOUR, AXIS_COLOUR = "#ffffff", "#222222", "#d8d8d4"


def draw_statistics(texts: Texts, statistics: Statistics) -> bytes:
    """Three charts as PNG: photos a day, the digits that were labelled each day by whether they had been read right,
    and the most confused pairs."""
    days, pairs = _whole_days(statistics.days), statistics.confused[:MOST_PAIRS]
    bottom = 2 * (CHART_HEIGHT + 2 * CHART_MARGIN)
    picture = Image.new(
        "RGB", (WIDTH, bottom + CHART_MARGIN + LINE_HEIGHT * max(1, len(pairs)) + CHART_MARGIN // 2), PAPER_COLOUR
    )
    draw = ImageDraw.Draw(picture)
    photos = [DayBar(each.day, ((each.readings, SURE_COLOUR),), str(each.readings)) for each in days]
    labels = [_labels(each) for each in days]
    _draw_bars(draw, CHART_MARGIN, texts.photos_a_day, photos)
    _draw_bars(draw, CHART_MARGIN + CHART_HEIGHT + 2 * CHART_MARGIN, texts.right_a_day, labels)
    _draw_pairs(draw, bottom + CHART_MARGIN, texts, pairs)
    picture.save(buffer := io.BytesIO(), "PNG")
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class DayBar:
    """A day's bar: ``parts`` (how many, colour) from the bottom, and what stands on it."""

    day: date
    parts: tuple[tuple[int, str], ...]
    caption: str

    @property
    def height(self) -> int:
        return sum(count for count, _ in self.parts)


def _whole_days(days: tuple[DayStatistics, ...]) -> list[DayStatistics]:
    """The latest days without gaps."""
    if not days:
        return []
    by_day = {each.day: each for each in days}
    last = days[-1].day
    first = max(days[0].day, last - timedelta(days=MOST_DAYS - 1))
    wanted = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [by_day.get(day, DayStatistics(day, 0, 0, 0)) for day in wanted]


def _labels(day: DayStatistics) -> DayBar:
    labelled = day.right + day.wrong
    share = f"{day.right / labelled:.0%}" if labelled else ""
    return DayBar(day.day, ((day.right, SURE_COLOUR), (day.wrong, UNREAD_COLOUR)), share)


def _draw_bars(draw: ImageDraw.ImageDraw, top: int, title: str, bars: Sequence[DayBar]) -> None:
    """One chart; ``top`` in pixels is that of its bars, with the title above and the days below."""
    _write(draw, (CHART_MARGIN, top - CHART_MARGIN + 12), title, 22)
    bottom, most = top + CHART_HEIGHT, max((bar.height for bar in bars), default=0)
    draw.line((CHART_MARGIN, bottom, WIDTH - CHART_MARGIN, bottom), AXIS_COLOUR, 2)
    step = (WIDTH - 2 * CHART_MARGIN) / max(7, len(bars))
    for number, bar in enumerate(bars):
        left, low = CHART_MARGIN + number * step + step * 0.15, float(bottom)
        for count, colour in bar.parts:
            high = low - count / max(1, most) * (CHART_HEIGHT - 30)
            if count:
                draw.rectangle((left, high, left + step * 0.7, low), colour)
            low = high
        middle = left + step * 0.35
        if bar.height:
            _write(draw, (middle, low - 12), bar.caption, 14, anchor="mm")
        if number % max(1, len(bars) // 10) == 0:
            _write(draw, (middle, bottom + 16), f"{bar.day:%b} {bar.day.day}", 14, anchor="mm")


def _draw_pairs(draw: ImageDraw.ImageDraw, top: int, texts: Texts, pairs: Sequence[Confused]) -> None:
    """The most confused pairs, a line each."""
    _write(
        draw, (CHART_MARGIN, top - CHART_MARGIN + 12), texts.confused_digits if pairs else texts.nothing_confused, 22
    )
    most = max((pair.count for pair in pairs), default=1)
    for number, pair in enumerate(pairs):
        middle = top + LINE_HEIGHT * number + LINE_HEIGHT // 2
        label = texts.not_a_digit.lower() if pair.label == NOT_A_DIGIT else str(pair.label)
        _write(draw, (CHART_MARGIN, middle), texts.confused_pair(pair.read_as, label), 18, anchor="lm")
        right = 220 + pair.count / most * (WIDTH - 220 - 2 * CHART_MARGIN)
        draw.rectangle((220, middle - 9, right, middle + 9), UNSURE_COLOUR)
        _write(draw, (right + 10, middle), str(pair.count), 16, anchor="lm")


def _write(draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, size: int, anchor: str = "la") -> None:
    draw.text(place, text, INK_COLOUR, ImageFont.load_default(size), anchor=anchor)
