"""Dates and times."""

from __future__ import annotations

import numpy as np

from training.synthesis.contexts.draft import Draft

_MONTHS = ("Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")
_WORDS = ("Date", "date", "on", "from", "until", "born", "Due", "Mon", "Tue", "Friday", "Start", "End")


def date_text(rng: np.random.Generator) -> str:
    """ "12/05/2021", "3.4.99", "2021-11-07"..."""
    day, month, year = int(rng.integers(1, 32)), int(rng.integers(1, 13)), int(rng.integers(1930, 2036))
    full = rng.random() < 0.7
    parts = [f"{day:02d}" if full else str(day), f"{month:02d}" if full else str(month)]
    years = str(year) if rng.random() < 0.65 else f"{year % 100:02d}"
    sign = str(rng.choice(["/", ".", "-"], p=[0.42, 0.33, 0.25]))
    if sign == "-" and rng.random() < 0.4:
        return "-".join([str(year), *reversed(parts)])
    space = " " if rng.random() < 0.1 else ""
    return f"{space}{sign}{space}".join([*parts, years]) if rng.random() < 0.93 else f"{parts[0]}{sign}{parts[1]}"


def time_text(rng: np.random.Generator) -> str:
    """ "14:35", "9.05", "07:30-08:15"."""
    sign = ":" if rng.random() < 0.8 else "."

    def time() -> str:
        hour = int(rng.integers(0, 24))
        text = f"{hour:02d}" if rng.random() < 0.6 else str(hour)
        return text + sign + f"{rng.integers(0, 60):02d}" + (f"{sign}{rng.integers(0, 60):02d}" * (rng.random() < 0.1))

    return f"{time()} - {time()}" if rng.random() < 0.2 else time()


def dates(draft: Draft) -> None:
    """One to six dates, now and then a word before them, or on a printed dotted line."""
    rng = draft.rng
    lined, pitch = rng.random() < 0.25, float(rng.uniform(1.6, 2.6))
    for row in range(int(rng.choice([1, 1, 1, 2, 3, 4, 6]))):
        number, x, y = draft.new_row(), 0.0, row * pitch
        if not lined and rng.random() < 0.25:
            x = draft.put(draft.writer.words(str(rng.choice(_WORDS))), x, y, row=number) + 0.6
        if rng.random() < 0.1:
            end = draft.put(draft.writer.line(str(rng.integers(1, 32))), x, y, row=number)
            end = draft.put(draft.writer.words(str(rng.choice(_MONTHS))), end + 0.6, y, row=number)
            end = draft.put(draft.writer.line(str(rng.integers(1930, 2036))), end + 0.6, y, row=number, gap=True)
        else:
            end = draft.put(draft.writer.line(date_text(rng)), x, y, row=number)
        if lined:
            draft.ruled_line(
                x - 0.5, end + float(rng.uniform(0.3, 3)), y + 1.05, str(rng.choice(["Date", "date :", ""]))
            )


def times(draft: Draft) -> None:
    """Times of day, alone, in a list, or with a word behind."""
    rng = draft.rng
    pitch = float(rng.uniform(1.5, 2.4))
    for row in range(int(rng.choice([1, 1, 2, 3, 5]))):
        number, y = draft.new_row(), row * pitch
        end = draft.put(draft.writer.line(time_text(rng)), 0, y, row=number)
        if rng.random() < 0.3:
            word = str(rng.choice(["am", "pm", "h", "Uhr", "Bus", "train", "lunch", "call", "exam"]))
            draft.put(draft.writer.words(word), end + 0.5, y, row=number)
