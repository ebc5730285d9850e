"""The report's one page: its head, its style, and its halves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from importlib.resources import files
from pathlib import Path

from bot.errors import BotError
from bot.report.markup import element
from model.model_bundle import ModelBundle

PAGE = "index.html"
_MARK = '<meta name="generator" content="digitbot evaluate">'


class ReportError(BotError):
    """The report cannot be written; the message is one sentence."""


@contextmanager
def writing() -> Iterator[None]:
    """Tell in a sentence what keeps a report from being written. Raises ReportError."""
    try:
        yield
    except OSError as error:
        raise ReportError(f"the report cannot be written: {error.filename}: {error.strerror}") from error


def prepare(folder: Path) -> None:
    """Make the folder, before a long evaluation rather than after it. Raises ReportError."""
    with writing():
        folder.mkdir(parents=True, exist_ok=True)
        page = folder / PAGE
        # A page of somebody else's is left as it is.
        if page.exists() and _MARK not in page.read_text(encoding="utf-8", errors="replace"):
            raise ReportError(f"{page} is not a report of digitbot's: name another folder")


def write(folder: Path, model: ModelBundle, measured_on: Sequence[str], parts: Sequence[str]) -> Path:
    """Write the page and give its place. ``parts`` are HTML; all else is text. Raises ReportError."""
    card = model.card
    about = f"Model {model.name}, measured on {' and '.join(measured_on)}; sure from {card.sure_threshold:.1%} on."
    style = (files("bot") / "report" / "page.css").read_text(encoding="utf-8")
    title = f"What {model.name} gets wrong"
    head = [
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        _MARK,
        element("title", escape(title)),
        element("style", style),
    ]
    body = [element("h1", escape(title)), element("p", escape(about), class_="about"), *parts]
    html = element("html", element("head", *head), element("body", element("main", *body)), lang="en")
    page = folder / PAGE
    # A file name may hold bytes that are no text at all: they are written as what stands for them.
    with writing():
        page.write_text(f"<!doctype html>\n{html}\n", encoding="utf-8", errors="xmlcharrefreplace")
    return page
