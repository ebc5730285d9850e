"""Form fields: a box for each digit, combs, lines to write on, boxes with several digits, with printed captions."""

from __future__ import annotations

from training.synthesis.contexts.draft import Draft
from training.synthesis.contexts.marks import bounds
from training.synthesis.contexts.sums import sum_text

FORM_CAPTIONS = (
    *("Phone Number", "Date of Birth", "Account No.", "PIN Code", "Student ID", "Citizenship No.", "ZIP", "Amount"),
    *(
        "Customer number",
        "Tax ID",
        "IBAN",
        "Card number",
        "Postcode",
        "Telefon",
        "Datum",
        "Age",
        "Number",
        "Total",
        "ID",
    ),
)
_HINTS = ("DDMMYYYY", "DDMMYY", "MMDDYYYY", "YYYYMMDD")


def boxes(draft: Draft) -> None:
    """One printed box for each digit, side by side or apart, now and then groups of them; one to five fields."""
    _fields(draft, comb=False)


def combs(draft: Draft) -> None:
    """A line with teeth, one digit between two."""
    _fields(draft, comb=True)


def _fields(draft: Draft, *, comb: bool) -> None:
    rng = draft.rng
    width, line = float(rng.uniform(0.95, 1.5)), float(rng.choice([0.03, 0.05, 0.09]))
    apart = float(rng.choice([0.0, 0.0, 0.15, 0.3]))
    pitch, top = float(rng.uniform(3.0, 3.9)), 0.0
    for _ in range(int(rng.choice([1, 1, 1, 2, 3, 5]))):
        text = "".join(map(str, rng.integers(0, 10, int(rng.integers(3, 13)))))
        text = text[:8] if rng.random() < 0.3 else text
        end = _cells(draft, text, (0.0, top, width, line), apart=apart, comb=comb)
        if rng.random() < 0.6:
            size = float(rng.uniform(0.35, 0.7))
            draft.caption(str(rng.choice(FORM_CAPTIONS)), float(rng.uniform(-0.5, 1)), top - size - 0.3, size)
        if len(text) in {6, 8} and rng.random() < 0.6:
            _hint(draft, len(text), top, width + apart)
        if rng.random() < 0.2:
            draft.caption(str(rng.choice(FORM_CAPTIONS)), end + 0.6, top + 0.3, float(rng.uniform(0.4, 0.8)))
        top += pitch


def _cells(draft: Draft, text: str, place: tuple[float, float, float, float], *, apart: float, comb: bool) -> float:
    """The cells of one field with its digits; where it ends. ``place``: left, top, a cell's width, the line's."""
    rng = draft.rng
    left, top, width, line = place
    high = float(rng.uniform(1.25, 1.7))
    row, empty = draft.new_row(), int(rng.choice([0, 0, 0, 1, 3]))
    # Digits in boxes keep clear of the edges, or do not care.
    largest = 1.45 if rng.random() < 0.25 else 1.1
    size, careless = (
        min(1.05 * high, 1.1 * width, float(rng.uniform(0.6, largest))),
        float(rng.choice([0.03, 0.08, 0.14])),
    )
    for number in range(len(text) + empty):
        x = left + number * (width + apart)
        if comb:
            teeth = float(rng.choice([0.35, 0.5]))
            draft.rule([(x, top + high), (x, top + high - teeth)], line)
        else:
            draft.box((x, top, x + width, top + high), line)
        if number < len(text):
            marks = draft.writer.line(text[number], size=size)
            box = bounds(marks)
            at = x + (width - box[2] - box[0]) / 2 + rng.normal(0, careless)
            draft.put(marks, float(at), top + (high - size) / 2 + float(rng.normal(0, careless)), row=row)
    end = left + (len(text) + empty) * (width + apart) - apart
    if comb:
        draft.rule([(left, top + high), (end, top + high)], line)
        draft.rule([(end, top + high), (end, top + high - 0.4)], line)
    return end


def _hint(draft: Draft, length: int, top: float, pitch: float) -> None:
    """ "DDMMYYYY" below the boxes, a letter each."""
    hints = [hint for hint in _HINTS if len(hint) == length]
    size = float(draft.rng.uniform(0.4, 0.7))
    for number, letter in enumerate(str(draft.rng.choice(hints))):
        draft.caption(letter, (number + 0.35) * pitch, top + 1.85, size)


def lines(draft: Draft) -> None:
    """Numbers on dotted or drawn lines, with printed words before and below."""
    rng = draft.rng
    pitch = float(rng.uniform(1.8, 3.0))
    for field in range(int(rng.choice([1, 1, 1, 2, 3, 4]))):
        text = "".join(map(str, rng.integers(0, 10, int(rng.integers(2, 10)))))
        y = field * pitch
        end = draft.put(draft.writer.line(text), 0, y + float(rng.normal(0, 0.12)), row=draft.new_row())
        caption = str(rng.choice(FORM_CAPTIONS)) if rng.random() < 0.7 else ":" if rng.random() < 0.5 else ""
        draft.ruled_line(-float(rng.uniform(0.2, 1.0)), end + float(rng.uniform(0.2, 4)), y + 1.08, caption)
        if rng.random() < 0.3:
            draft.caption(str(rng.choice(["None", "Name", "Signature", "Class", "Course"])), -0.4, y + 1.5, 0.5)


def fields(draft: Draft) -> None:
    """Several digits in one printed box, with words around."""
    rng = draft.rng
    pitch = float(rng.uniform(2.4, 3.4))
    for field in range(int(rng.choice([1, 1, 2, 3, 4]))):
        text = "".join(map(str, rng.integers(0, 10, int(rng.choice([1, 1, 2, 4, 6, 8])))))
        text = sum_text(rng) if rng.random() < 0.25 else text
        y = field * pitch
        end = draft.put(draft.writer.line(text), 0, y, row=draft.new_row())
        left, right = -float(rng.uniform(0.15, 1.0)), end + float(rng.uniform(0.15, 2.5))
        draft.box((left, y - float(rng.uniform(0.1, 0.4)), right, y + 1 + float(rng.uniform(0.1, 0.5))),
                  float(rng.choice([0.03, 0.06, 0.1])))  # fmt: skip
        if rng.random() < 0.8:
            size = float(rng.uniform(0.4, 0.8))
            caption = str(rng.choice(FORM_CAPTIONS))
            x = right + 0.4 if rng.random() < 0.4 else left - draft.printer.width(caption, size)
            draft.caption(caption, x, y + 0.9 - size, size)
