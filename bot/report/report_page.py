"""The report's folder and its one page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from bot.errors import BotError
from bot.report.rendering import ReportSection, render_page
from model.model_bundle import ModelBundle

REPORT_FILE = "index.html"
PICTURE_FOLDER = "mistakes"  # beside the page; its pictures are numbered
# In the head of every report (templates/report.html): tells a report from a page of somebody else's.
GENERATOR_TAG = '<meta name="generator" content="digitbot evaluate">'


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
    """Make the folder, before a long evaluation rather than after it, and remove what an earlier report left in it: its
    photos may be deleted by now. Raises ReportError."""
    with writing():
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):  # for a trial
            pass
        page = folder / REPORT_FILE
        if not page.exists():
            return
        # A page of somebody else's is left as it is.
        if GENERATOR_TAG not in page.read_text(encoding="utf-8", errors="replace"):
            raise ReportError(f"{page} is not a report of digitbot's: name another folder")
        page.unlink()
        for picture in (folder / PICTURE_FOLDER).glob("*.jpg"):
            if picture.stem.isdecimal():
                picture.unlink()


def write(folder: Path, model: ModelBundle, measured_on: Sequence[str], sections: Sequence[ReportSection]) -> Path:
    """Write the page of these sections and return its path. Raises ReportError."""
    about = (
        f"Model {model.name}, measured on {' and '.join(measured_on)}; sure from {model.card.sure_threshold:.1%} on."
    )
    page = folder / REPORT_FILE
    # A file name may hold bytes that are no text: they are written as character references.
    with writing():
        html = render_page(f"What {model.name} gets wrong", about, sections)
        page.write_text(html, encoding="utf-8", errors="xmlcharrefreplace")
    return page
