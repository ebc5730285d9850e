"""/health: an admin gets every check that needs no network; nobody else does."""

from __future__ import annotations

from typing import Any

ADMIN: dict[str, Any] = {"id": 99, "is_bot": False, "first_name": "Eve", "language_code": "en"}
CHAT = {"id": 99, "type": "private", "first_name": "Eve"}
COMMAND = [{"type": "bot_command", "offset": 0, "length": 7}]


def test_an_admin_gets_each_check_and_how_to_mend_it(line: Any) -> None:
    (answer,) = line.message(**{"from": ADMIN, "chat": CHAT, "text": "/health", "entities": COMMAND})
    assert "<b>database</b>: sound" in answer.words
    assert "<b>backups</b>: there is none" in answer.words
    assert "To mend it" in answer.words


def test_nobody_else_does(line: Any) -> None:
    (answer,) = line.message(text="/health", entities=COMMAND)
    assert "database" not in answer.words
