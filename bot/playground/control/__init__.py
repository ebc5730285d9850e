"""The control side over HTTP: what people do and see, for the page, for tests and for outside clients."""

from __future__ import annotations

from tornado.routing import URLSpec

from bot.playground.api import BotApi
from bot.playground.control.control_handler import Control
from bot.playground.control.message_routes import MessageHandler, MessagesHandler, PressHandler
from bot.playground.control.people_routes import GroupHandler, GroupsHandler, PeopleHandler, VisitorHandler
from bot.playground.control.service_routes import DeliveryLogHandler, FaultsHandler, MenuHandler, NewsHandler
from bot.playground.page_assets import SentFileHandler

__all__ = ["routes"]

CHAT_ADDRESS = r"/playground/chats/(-?\d{1,16})"
MESSAGE_ADDRESS = CHAT_ADDRESS + r"/messages/(\d{1,16})"


def routes(api: BotApi) -> list[URLSpec]:
    """Every address of the control side."""
    table = {
        r"/playground/people": PeopleHandler,
        r"/playground/visitor": VisitorHandler,
        r"/playground/groups": GroupsHandler,
        CHAT_ADDRESS + r"/(upgrade|admins|topics)": GroupHandler,
        CHAT_ADDRESS + r"/messages": MessagesHandler,
        MESSAGE_ADDRESS: MessageHandler,
        MESSAGE_ADDRESS + r"/press": PressHandler,
        CHAT_ADDRESS + r"/menu": MenuHandler,
        r"/playground/news": NewsHandler,
        r"/playground/faults": FaultsHandler,
        r"/playground/books": DeliveryLogHandler,
        r"/playground/files/([\w-]+)": SentFileHandler,
    }
    shared = {"control": Control(api.state, api)}
    return [URLSpec(address, handler, shared) for address, handler in table.items()]
