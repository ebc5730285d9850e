"""The picture of /stats: readings and accuracy by day, and which digits are taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from PIL import Image, ImageDraw

from bot.messages.texts import Texts
from bot.messages.texts.localized_texts import share_of
from bot.pictures.cards import draw_arrow, draw_no_digit
from bot.pictures.mark_styles import NUMBER_STYLE, Lettering, Rectangle, draw_label, font_of, png, write
from model import palette
from storage.statistics import Confused, DayStatistics, Statistics
from storage.tables import NOT_A_DIGIT

WIDTH: Final = 900  # pixels
CHART_MARGIN: Final = 48
NUMBER_HEIGHT: Final = 44  # of a chart's number, which the caption explains
BARS_HEIGHT: Final = 210
DATES_HEIGHT: Final = 60
PAIR_HEIGHT: Final = 48
TEXT_HEIGHT: Final = 24  # 10 of a phone's 390 pixels
HATCH: Final = 9  # pixels between the lines across what was read wrong
MOST_DAYS: Final = 30  # the latest
MOST_DATES: Final = 7
MOST_PAIRS: Final = 8
PAIR_BARS_LEFT: Final = CHART_MARGIN + 150


def chart_titles(texts: Texts, statistics: Statistics) -> list[str]:
    """What each chart of the picture shows, in their order: for its caption."""
    titles = [texts.photos_a_day]
    titles += [texts.right_a_day] if statistics.right + statistics.wrong else []
    return titles + ([texts.confused_digits] if statistics.confused else [])


def draw_statistics(statistics: Statistics) -> bytes:
    """Up to three numbered charts as PNG: photos a day, the digits that were labelled each day by whether they had been
    read right (filled) or not (hatched), and the most confused pairs."""
    days, pairs = _whole_days(statistics.days), statistics.confused[:MOST_PAIRS]
    bars = [[DayBar(each.day, each.readings, 0, str(each.readings)) for each in days]]
    bars += [[_labels(each) for each in days]] if statistics.right + statistics.wrong else []
    bars_height = NUMBER_HEIGHT + BARS_HEIGHT + DATES_HEIGHT
    pairs_height = NUMBER_HEIGHT + PAIR_HEIGHT * len(pairs) + CHART_MARGIN // 2 if pairs else 0
    picture = Image.new("RGB", (WIDTH, CHART_MARGIN + bars_height * len(bars) + pairs_height), palette.PAPER)
    draw = ImageDraw.Draw(picture)
    colours = (palette.QUANTITY, palette.SURE)
    for number, chart in enumerate(bars):
        top = CHART_MARGIN // 2 + bars_height * number
        _draw_number(draw, top, number + 1)
        _draw_bars(draw, top + NUMBER_HEIGHT + BARS_HEIGHT, chart, colours[number])
    if pairs:
        top = CHART_MARGIN // 2 + bars_height * len(bars)
        _draw_number(draw, top, len(bars) + 1)
        _draw_pairs(draw, top + NUMBER_HEIGHT + CHART_MARGIN // 4, pairs)
    return png(picture)


@dataclass(frozen=True, slots=True)
class DayBar:
    """A day's bar: ``filled`` from the bottom, ``hatched`` above, and what stands on it."""

    day: date
    filled: int
    hatched: int
    caption: str

    @property
    def height(self) -> int:
        return self.filled + self.hatched


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
    return DayBar(day.day, day.right, day.wrong, f"{share_of(day.right, labelled):.0%}" if labelled else "")


def _draw_number(draw: ImageDraw.ImageDraw, top: int, number: int) -> None:
    draw_label(
        draw,
        Rectangle(CHART_MARGIN, top, CHART_MARGIN + NUMBER_HEIGHT - 8, top + NUMBER_HEIGHT - 8),
        str(number),
        NUMBER_STYLE,
    )


def _draw_bars(draw: ImageDraw.ImageDraw, bottom: int, bars: Sequence[DayBar], colour: str) -> None:
    """One chart on a base line at ``bottom``; captions stand on its bars where they fit, and days below."""
    most = max((bar.height for bar in bars), default=0)
    step = (WIDTH - 2 * CHART_MARGIN) / max(7, len(bars))
    for number, bar in enumerate(bars):
        left, right = round(CHART_MARGIN + (number + 0.12) * step), round(CHART_MARGIN + (number + 0.88) * step)
        unit = (BARS_HEIGHT - TEXT_HEIGHT - 10) / max(1, most)
        middle, top = bottom - round(bar.filled * unit), bottom - round(bar.height * unit)
        if bar.filled:
            draw.rectangle((left, middle, right - 1, bottom - 1), colour)
        if bar.hatched:
            _hatch(draw, Rectangle(left, top, right, middle))
        centre = (left + right) / 2
        if bar.height and (font_of(TEXT_HEIGHT).getlength(bar.caption) <= step or bar.height == most):
            write(draw, (centre, top - 4), bar.caption, Lettering(TEXT_HEIGHT, anchor="mb"))
        if number % max(1, -(-len(bars) // MOST_DATES)) == 0:
            draw.line((centre, bottom, centre, bottom + 6), palette.SOFT_INK, 2)
            write(draw, (centre, bottom + 24), f"{bar.day:%m-%d}", Lettering(TEXT_HEIGHT, palette.SOFT_INK))
    draw.line((CHART_MARGIN, bottom, WIDTH - CHART_MARGIN, bottom), palette.SOFT_INK, 2)


def _hatch(draw: ImageDraw.ImageDraw, place: Rectangle) -> None:
    """A framed area with lines across: what was read wrong, told by more than its colour."""
    draw.rectangle((place.left, place.top, place.right - 1, place.bottom - 1), None, palette.UNREAD, 2)
    for line in range(place.bottom - HATCH // 2, place.top, -HATCH):
        draw.line((place.left, line, place.right - 1, line), palette.UNREAD, 3)


def _draw_pairs(draw: ImageDraw.ImageDraw, top: int, pairs: Sequence[Confused]) -> None:
    """The most confused pairs, a line each: what was read, an arrow to the label, and a bar."""
    most = max(pair.count for pair in pairs)
    for number, pair in enumerate(pairs):
        middle = top + PAIR_HEIGHT * number + PAIR_HEIGHT // 2
        write(draw, (CHART_MARGIN + 12, middle), str(pair.read_as), Lettering(TEXT_HEIGHT + 6))
        draw_arrow(draw, CHART_MARGIN + 36, middle, TEXT_HEIGHT)
        if pair.label == NOT_A_DIGIT:
            draw_no_digit(draw, CHART_MARGIN + 84, middle, TEXT_HEIGHT + 6)
        else:
            write(draw, (CHART_MARGIN + 84, middle), str(pair.label), Lettering(TEXT_HEIGHT + 6))
        right = PAIR_BARS_LEFT + round(pair.count / most * (WIDTH - PAIR_BARS_LEFT - 3 * CHART_MARGIN))
        _hatch(draw, Rectangle(PAIR_BARS_LEFT, middle - 15, right, middle + 15))
        write(draw, (right + 12, middle), str(pair.count), Lettering(TEXT_HEIGHT, anchor="lm"))
