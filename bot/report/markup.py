"""The pieces of HTML that both halves of the report are made of; whatever comes from outside is escaped here."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Sequence
from html import escape

from PIL import Image

from model.reading import DigitImage


def element(name: str, *content: str, **attributes: str | int) -> str:
    """``<name ...>content</name>``; the content is HTML already, attributes are text (``class_`` for class)."""
    given = "".join(f' {key.rstrip("_")}="{escape(str(value))}"' for key, value in attributes.items())
    return f"<{name}{given}>{''.join(content)}</{name}>"


def image(source: str, words: str, **attributes: str | int) -> str:
    """A picture with words for those who do not see it."""
    given = "".join(f' {key.rstrip("_")}="{escape(str(value))}"' for key, value in attributes.items())
    return f'<img src="{escape(source)}" alt="{escape(words)}"{given}>'


def digit(picture: DigitImage, words: str) -> str:
    """A digit image inside the page itself; the style sheet enlarges it without smoothing."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    content = base64.b64encode(file.getvalue()).decode()
    return image(f"data:image/png;base64,{content}", words, class_="digit")


def table(rows: Iterable[Sequence[str]], head: Sequence[str] = (), **attributes: str | int) -> str:
    """Rows of text; the first cell of each names it."""
    lines = [element("tr", *(element("th", escape(cell), scope="col") for cell in head))] if head else []
    for name, *cells in rows:
        shown = (element("td", escape(cell)) for cell in cells)
        lines.append(element("tr", element("th", escape(name), scope="row"), *shown))
    return element("table", *lines, **attributes)


def percent(share: float | None, places: int = 1) -> str:
    """A share as a percentage, never rounded up to a hundred; a dash for one of nothing."""
    if share is None:
        return "–"
    shown = round(share * 100, places)
    return f"{shown if shown < 100 or share == 1 else 100 - 10**-places:.{places}f} %"
