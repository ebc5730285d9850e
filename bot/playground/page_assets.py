"""The page and what it shows: its own files, the samples, and the files that were sent."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from bot.playground.control.control_handler import ControlHandler
from bot.playground.files import mime_of
from bot.playground.guard import GuardedHandler

HERE = Path(__file__).parent
PAGE_FOLDER = HERE / "page"
SAMPLES_FOLDER = HERE / "samples"
INLINE_MIME_TYPES = {"image/jpeg", "image/png", "image/gif", "image/webp"}
"""What a browser may show in place; everything else is a download, so that no sent page runs here."""


class PageHandler(GuardedHandler):
    """index.html, and the modules and styles beside it."""

    def get(self, name: str = "") -> None:
        _send_file(self, PAGE_FOLDER, name or "index.html")


class NotFoundHandler(GuardedHandler):
    """Every other address."""

    def prepare(self) -> None:
        super().prepare()
        if not self._finished:
            self.send_error(404)


class SampleHandler(GuardedHandler):
    """The sample photos: whatever lies in the folder."""

    def get(self, name: str = "") -> None:
        if name:
            _send_file(self, SAMPLES_FOLDER, name)
            return
        names = sorted(path.name for path in SAMPLES_FOLDER.iterdir() if mime_of(path.name) in INLINE_MIME_TYPES)
        self.finish({"samples": [{"name": one, "address": f"/playground/samples/{quote(one)}"} for one in names]})


class SentFileHandler(ControlHandler):
    """A file that was sent, for those who see the message."""

    def get(self, file_id: str) -> None:
        file = self._state.files.get(file_id)
        if file is None:
            self._missing("There is no such file.")
        mime = file.mime if file.mime in INLINE_MIME_TYPES else "application/octet-stream"
        self.set_header("Content-Type", mime)
        if mime not in INLINE_MIME_TYPES:
            self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{quote(file.name)}")
        self.set_header("Content-Security-Policy", "default-src 'none'; sandbox")
        self.set_header("Cache-Control", "private, max-age=3600")
        self.finish(file.content)


def _send_file(handler: GuardedHandler, folder: Path, name: str) -> None:
    """One file of a flat folder; the name is looked up among those that are there."""
    found = {path.name: path for path in folder.iterdir() if path.is_file()}.get(name)
    if found is None:
        handler.send_error(404)
        return
    mime = mime_of(name)
    handler.set_header("Content-Type", f"{mime}; charset=utf-8" if mime.startswith("text/") else mime)
    handler.finish(found.read_bytes())
