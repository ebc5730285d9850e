"""Text with its entities: marked by the sender or found by Telegram itself. Offsets and lengths count UTF-16 units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.playground.responses import Payload, bad_request, filled

DETECTED_KINDS = {
    "bot_command": re.compile(r"(?<![\w/@])/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])"),
    "mention": re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{2,31}\b"),
    "url": re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]"),
    "hashtag": re.compile(r"(?<!\w)#\w*[^\W\d]\w*"),
}
"""What Telegram marks by itself in every text and caption."""
VERBATIM_KINDS = {"code", "pre"}


@dataclass(frozen=True)
class Entity:
    """One marked stretch of a text (core.telegram.org/bots/api#messageentity)."""

    kind: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None

    @property
    def end(self) -> int:
        return self.offset + self.length

    def payload(self) -> Payload:
        extra = filled(url=self.url, language=self.language)
        return {"type": self.kind, "offset": self.offset, "length": self.length, **extra}


@dataclass(frozen=True)
class Text:
    """The text of a message, or the caption of its media."""

    content: str
    entities: tuple[Entity, ...] = ()

    @property
    def length(self) -> int:
        return units(self.content)

    def of(self, kind: str) -> Iterator[str]:
        """The stretches marked as one kind, as strings."""
        encoded = self.content.encode("utf-16-le")
        for entity in self.entities:
            if entity.kind == kind:
                yield encoded[2 * entity.offset : 2 * entity.end].decode("utf-16-le", "replace")

    def payload(self, name: str) -> Payload:
        """As fields ``text`` and ``entities``, or ``caption`` and ``caption_entities``."""
        marked = "entities" if name == "text" else "caption_entities"
        return {name: self.content, **filled(**{marked: [entity.payload() for entity in self.entities] or None})}


def units(text: str) -> int:
    """The length of a text in UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def detect_entities(text: str, marked: list[Entity] | tuple[Entity, ...] = ()) -> Text:
    """Trims a text as Telegram does, moves the entities with it and adds those that Telegram finds."""
    lead = units(text) - units(text.lstrip())
    text = text.strip()
    whole = units(text)
    moved = []
    for entity in marked:
        start, end = max(entity.offset - lead, 0), min(entity.end - lead, whole)
        if start < end:
            moved.append(replace(entity, offset=start, length=end - start))
    verbatim = [entity for entity in moved if entity.kind in VERBATIM_KINDS or entity.kind == "text_link"]
    moved += [
        one
        for one in _detected(text)
        if not any(one.offset < other.end and other.offset < one.end for other in verbatim)
    ]
    return Text(text, tuple(sorted(moved, key=lambda entity: (entity.offset, -entity.length))))


def entities_from_json(raw: object) -> list[Entity]:
    """Entities that a caller lists itself (parameter ``entities``); raises ApiError for what is none."""
    if not isinstance(raw, list):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    entities = []
    for one in raw:
        if (
            not isinstance(one, dict)
            or not isinstance(one.get("offset"), int)
            or not isinstance(one.get("length"), int)
        ):
            raise bad_request("can't parse entities: MessageEntity must have offset and length")
        entities.append(Entity(str(one.get("type")), one["offset"], one["length"], one.get("url"), one.get("language")))
    return entities


def _detected(text: str) -> Iterator[Entity]:
    taken: list[tuple[int, int]] = []
    for kind in ("url", "bot_command", "mention", "hashtag"):
        for match in DETECTED_KINDS[kind].finditer(text):
            start, end = match.span()
            if all(end <= before or start >= after for before, after in taken):
                taken.append((start, end))
                yield Entity(kind, units(text[:start]), units(match[0]))
