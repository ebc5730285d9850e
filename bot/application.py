"""PTB's application with what this bot adds: its services, the dispatcher that feeds the handlers, and notices."""

from __future__ import annotations

from typing import Any

from telegram.ext import Application

from bot.context import Bot, Context
from bot.monitoring.admin_notices import AdminNotices
from bot.monitoring.event_notices import EventNotices
from bot.services import Services
from bot.updates.albums import Albums
from bot.updates.dispatcher import Dispatcher


class DigitbotApplication(Application[Bot, Context, dict[Any, Any], dict[Any, Any], dict[Any, Any], Any]):
    """Made by ``bot.app.build_application``. It has no Updater: ``bot.lifecycle`` fetches updates into the inbox."""

    __slots__ = ("dispatcher", "events", "notices", "services")

    def __init__(self, *, services: Services, **parts: Any) -> None:  # noqa: ANN401 - PTB's own parts, which its builder gives
        super().__init__(**parts)
        self.services = services
        self.notices = AdminNotices(self.bot, services.settings, services.languages)
        self.events = EventNotices(services, self.notices)
        albums = Albums(services.database, services.languages)
        self.dispatcher = Dispatcher(self.bot, self.process_update, services.database, albums)
