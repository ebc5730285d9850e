"""Tables in Markdown, written between the marks of a document: no measured number is typed by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from model.model_bundle import ModelBundle


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def share(part: int, whole: int, places: int = 1) -> str:
    """``199 of 200 (99.5 %)``; a dash where ``whole`` is 0."""
    return f"{part:,} of {whole:,} ({100 * part / whole:.{places}f} %)" if whole else "-"


def measured(command: str, model: ModelBundle) -> str:
    """The line under a table: day, model and command.

    The model is told by its name and the first eight digits of its bytes' SHA-256: two networks have been named base-1.
    """
    day = datetime.now(UTC).date().isoformat()
    checksum = sha256(model.content).hexdigest()[:8]
    return f"Measured on {day} with {model.name} (sha256 {checksum}): `{command}`"


def write_section(text: str, section: str, document: Path | None) -> None:
    """Print the text, and write it between ``<!-- SECTION -->`` and ``<!-- end of SECTION -->`` of a document.

    Raises ``ValueError`` where the document has no such section, and OSError.
    """
    print(text)
    if document is None:
        return
    before = document.read_text(encoding="utf-8")
    marked = re.compile(f"(<!-- {section} -->\n).*?(<!-- end of {section} -->)", re.DOTALL)
    if not marked.search(before):
        raise ValueError(f"{document} has no place for {section}: <!-- {section} --> and <!-- end of {section} -->")
    document.write_text(marked.sub(lambda marks: f"{marks[1]}{text.strip()}\n{marks[2]}", before), encoding="utf-8")
