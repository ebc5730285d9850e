"""Parse mode HTML (core.telegram.org/bots/api#html-style): tags become entities, everything else is refused."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from bot.playground.entities import Entity, Text, detect_entities, units
from bot.playground.responses import ApiError, bad_request

ENTITY_KIND_OF_TAG = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
}
HTML_TOKEN = re.compile(r"<(?P<close>/?)(?P<tag>[^\s<>/]*)(?P<rest>[^<>]*)>|&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")
HTML_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""")


@dataclass(frozen=True)
class _OpenTag:
    """A tag that waits for its end."""

    tag: str
    offset: int
    attributes: dict[str, str]

    def entity(self, end: int) -> Entity | None:
        """The entity of the closed tag; None where it marks nothing."""
        length = end - self.offset
        kind = ENTITY_KIND_OF_TAG[self.tag]
        url = self.attributes.get("href")
        if length == 0 or (kind == "text_link" and not url):
            return None
        if self.tag == "blockquote" and "expandable" in self.attributes:
            kind = "expandable_blockquote"
        return Entity(kind, self.offset, length, url=url)


class _HtmlParser:
    """Reads one text from left to right and keeps the tags that are open."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._text: list[str] = []
        self._length = 0
        self._open: list[_OpenTag] = []
        self._entities: list[Entity] = []

    def parse(self) -> Text:
        position = 0
        for match in HTML_TOKEN.finditer(self._source):
            self._add(self._plain(position, match.start()))
            position = match.end()
            if match["tag"] is None:
                self._add(html.unescape(match[0]))
            elif match["close"]:
                self._end(match["tag"].lower(), match.start())
            else:
                self._start(match["tag"].lower(), match["rest"], match.start())
        self._add(self._plain(position, len(self._source)))
        if self._open:
            raise _problem(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        return detect_entities("".join(self._text), self._entities)

    def _plain(self, start: int, end: int) -> str:
        piece = self._source[start:end]
        if "<" in piece:
            at = self._byte(start + piece.index("<"))
            raise _problem(f'Unsupported start tag "" at byte offset {at}')
        return piece

    def _add(self, piece: str) -> None:
        self._text.append(piece)
        self._length += units(piece)

    def _start(self, tag: str, rest: str, position: int) -> None:
        attributes = {name: one or two or three or "" for name, one, two, three in HTML_ATTRIBUTE.findall(rest)}
        attributes |= dict.fromkeys(re.findall(r"(?<!\S)expandable(?!\S)", rest), "")
        if tag not in ENTITY_KIND_OF_TAG or (tag == "span" and attributes.get("class") != "tg-spoiler"):
            raise _problem(f'Unsupported start tag "{tag}" at byte offset {self._byte(position)}')
        self._open.append(_OpenTag(tag, self._length, attributes))

    def _end(self, tag: str, position: int) -> None:
        if not self._open:
            raise _problem(f"Unexpected end tag at byte offset {self._byte(position)}")
        opened = self._open.pop()
        if tag not in {opened.tag, ""}:
            at = self._byte(position)
            raise _problem(f'Unmatched end tag at byte offset {at}, expected "</{opened.tag}>", found "</{tag}>"')
        if entity := opened.entity(self._length):
            self._keep(entity, opened)

    def _keep(self, entity: Entity, opened: _OpenTag) -> None:
        """``<pre><code class="language-x">`` is one entity that knows its language."""
        inner = self._entities[-1] if self._entities else None
        if (
            opened.tag == "pre"
            and inner
            and (inner.kind, inner.offset, inner.end) == ("code", entity.offset, entity.end)
        ):
            self._entities.pop()
            entity = Entity("pre", entity.offset, entity.length, language=inner.language)
        if opened.tag == "code":
            language = opened.attributes.get("class", "").removeprefix("language-") or None
            inside_pre = bool(self._open) and self._open[-1].tag == "pre"
            entity = Entity("code", entity.offset, entity.length, language=language if inside_pre else None)
        self._entities.append(entity)

    def _byte(self, position: int) -> int:
        return len(self._source[:position].encode())


def parse_html(source: str) -> Text:
    """Text and entities of HTML as the Bot API takes it; raises ApiError in Telegram's words."""
    return _HtmlParser(source).parse()


def _problem(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")
