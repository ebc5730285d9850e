"""Tables in Markdown, and their place in a document: what is measured is written there, never typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The lines of a table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def share(part: int, whole: int, places: int = 1) -> str:
    """``199 of 200 (99.5 %)``; a dash of nothing."""
    return f"{part:,} of {whole:,} ({100 * part / whole:.{places}f} %)" if whole else "-"


def measured(command: str, model: str) -> str:
    """When, with what and how: the line under a table."""
    day = datetime.now(UTC).date().isoformat()
    return f"Measured on {day} with {model}: `{command}`"


def tell(text: str, section: str, document: Path | None) -> None:
    """Print it, and put it between ``<!-- SECTION -->`` and ``<!-- end of SECTION -->`` of a document.

    Raises ``ValueError`` where the document has no such place.
    """
    print(text)
    if document is None:
        return
    before = document.read_text(encoding="utf-8")
    place = re.compile(f"(<!-- {section} -->\n).*?(<!-- end of {section} -->)", re.DOTALL)
    if not place.search(before):
        raise ValueError(f"{document} has no place for {section}: <!-- {section} --> and <!-- end of {section} -->")
    document.write_text(place.sub(lambda found: f"{found[1]}{text.strip()}\n{found[2]}", before), encoding="utf-8")
