"""The published privacy policy, the chat's own words and what the program does agree on every figure."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from bot.commands import listed_commands
from bot.messages.texts import texts_for
from bot.settings import Settings
from storage import inbox
from storage.tables import IMAGE_BYTES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/privacy.md").read_text(encoding="utf-8")
KEEP_DAYS: int = Settings.model_fields["keep_days"].default


def plain(html: str) -> str:
    """Telegram HTML as the page has it: bold in Markdown, one line a paragraph."""
    return unescape(re.sub(r"</?b>", "**", html))


def chat_lines(days: int) -> list[str]:
    text = texts_for("en").privacy(days, consented=False)
    return [line.removesuffix(" You have not given your consent.") for line in plain(text).splitlines()]


def test_the_page_says_what_the_chat_says_word_by_word() -> None:
    quoted = [line.removeprefix("> ").strip() for line in PAGE.splitlines() if line.startswith("> ")]
    assert quoted == chat_lines(KEEP_DAYS)


@pytest.mark.parametrize("text", [PAGE, (ROOT / "README.md").read_text(encoding="utf-8")], ids=["page", "README"])
def test_no_other_figure_of_days_is_named(text: str) -> None:
    named = {int(number) for number in re.findall(r"(?<![\d-])(\d+) days", text)}
    assert named <= {KEEP_DAYS}


def test_the_figures_are_those_of_the_program() -> None:
    assert timedelta(days=1) == inbox.KEEP == timedelta(hours=24)
    assert "a day at most" in PAGE
    assert "24 hours at most" in PAGE
    assert IMAGE_BYTES == 28 * 28
    assert "28x28" in PAGE


def test_another_setting_is_what_the_chat_says() -> None:
    assert "30 days" in "\n".join(chat_lines(30))
    assert f"{KEEP_DAYS} days" not in "\n".join(chat_lines(30))


def test_every_command_that_the_page_names_is_in_the_menu() -> None:
    """Telegram shows /privacy to people only where it is in the command list (Bot Platform Developer Terms, 4)."""
    menu = {command.name for command in listed_commands(admin=True)}
    named = set(re.findall(r"(?<![\w.>/])/([a-z]+)\b(?!/)", PAGE)) - {"mybots"}
    assert {"privacy", "forget", "mydata"} <= named <= menu
    assert "privacy" in {command.name for command in listed_commands(admin=False)}
