"""The Jinja2 templates of the report, and how numbers and digit images are written in them."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import ClassVar, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL import Image

from model import palette
from model.reading import DigitImage


class ReportSection(Protocol):
    """A part of the page; its ``template`` renders it under the name ``section``."""

    template: ClassVar[str]


def render_page(title: str, about: str, sections: Sequence[ReportSection]) -> str:
    """The whole page. All values are escaped, wherever they come from."""
    return _environment().get_template("report.html").render(title=title, about=about, sections=sections)


def render_section(section: ReportSection) -> str:
    """One part of the page alone."""
    return _environment().get_template(section.template).render(section=section)


def percent(share: float | None, places: int = 1) -> str:
    """A share of 0 to 1 as a percentage, never rounded up to a hundred; a dash for None, a share of nothing."""
    if share is None:
        return "–"
    rounded = round(share * 100, places)
    return f"{rounded if rounded < 100 or share == 1 else 100 - 10**-places:.{places}f} %"


def data_uri(image: DigitImage) -> str:
    """A digit image, (28, 28) uint8, as the address of a PNG inside the page itself."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("bot.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"percent": percent, "data_uri": data_uri}
    environment.globals["palette"] = palette
    return environment
