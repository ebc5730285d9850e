"""Parse mode MarkdownV2 (core.telegram.org/bots/api#markdownv2-style): marks become entities."""

from __future__ import annotations

import re

from bot.playground.entities import Entity, Text, detect_entities, units
from bot.playground.responses import ApiError, bad_request

ENTITY_KIND_OF_MARK = {"*": "bold", "_": "italic", "__": "underline", "~": "strikethrough", "||": "spoiler"}
MARKDOWN_TOKEN = re.compile(
    r"\\(?P<escaped>[\x01-\x7e])"
    r"|```(?:(?P<language>[\w+-]+)\n|\n)?(?P<pre>(?:\\.|[^`\\])*)```"
    r"|`(?P<code>(?:\\.|[^`\\])*)`"
    r"|(?P<mark>\|\||__|[*_~])"
    r"|(?P<link>\[)|\]\((?P<url>(?:\\.|[^)\\])*)\)"
    r"|(?P<reserved>[\[\]()~`>#+\-=|{}.!])",
    re.DOTALL,
)


class _MarkdownParser:
    """Reads one text from left to right and keeps the marks that are open, each with its offset."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._length = 0
        self._entities: list[Entity] = []
        self._open: list[tuple[str, int]] = []

    def parse(self, source: str) -> Text:
        position = 0
        for match in MARKDOWN_TOKEN.finditer(source):
            self._add(source[position : match.start()])
            position = match.end()
            self._token(match)
        self._add(source[position:])
        if self._open:
            raise _unended(self._open[-1][0])
        return detect_entities("".join(self._text), self._entities)

    def _token(self, match: re.Match[str]) -> None:
        kind = match.lastgroup
        if kind == "reserved":
            escape = "is reserved and must be escaped with the preceding '\\'"
            raise bad_request(f"can't parse entities: Character '{match[0]}' {escape}")
        if kind == "escaped":
            self._add(match["escaped"])
        elif kind in {"pre", "code"}:
            start = self._length
            self._add(_unescaped(match[kind]))
            self._mark(kind, start, language=match["language"])
        elif kind == "link":
            self._open.append(("[", self._length))
        elif kind == "url":
            self._close("[", "text_link", _unescaped(match["url"]))
        elif any(mark == match["mark"] for mark, _ in self._open):
            self._close(match["mark"], ENTITY_KIND_OF_MARK[match["mark"]])
        else:
            self._open.append((match["mark"], self._length))

    def _add(self, piece: str) -> None:
        self._text.append(piece)
        self._length += units(piece)

    def _close(self, mark: str, kind: str, url: str | None = None) -> None:
        opened, start = self._open.pop() if self._open else (mark, -1)
        if opened != mark or start < 0:
            raise _unended(opened)
        self._mark(kind, start, url=url)

    def _mark(self, kind: str, start: int, *, url: str | None = None, language: str | None = None) -> None:
        if self._length > start:
            self._entities.append(Entity(kind, start, self._length - start, url, language))


def parse_markdown(source: str) -> Text:
    """Text and entities of MarkdownV2; raises ApiError in Telegram's words. Block quotations are not known."""
    return _MarkdownParser().parse(source)


def _unended(mark: str) -> ApiError:
    return bad_request(f"can't parse entities: Can't find end of the entity starting with {mark}")


def _unescaped(piece: str) -> str:
    return re.sub(r"\\(.)", r"\1", piece, flags=re.DOTALL)
