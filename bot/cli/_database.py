"""The settings of commands that work on what is stored."""

from __future__ import annotations

from bot.cli._arguments import CommandFailed
from bot.settings import Settings


def settings_with_database() -> Settings:
    """Raises CommandFailed where there is no database: a mistyped folder is no reason to make one, or a key.

    Raises SettingsError too.
    """
    settings = Settings.load()
    if not settings.has_database:
        raise CommandFailed(
            f"there is no database at {settings.database_file} yet: start the bot once, run digitbot db upgrade, "
            "or name another folder with DIGITBOT_STATE"
        )
    return settings
