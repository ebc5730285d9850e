"""The control side over HTTP: what people do and see. The page uses it, and so do tests and outside clients."""

from __future__ import annotations

from tornado.routing import URLSpec

from bot.playground.api import BotApi
from bot.playground.control.control_handler import Control
from bot.playground.control.message_routes import MessageHandler, MessagesHandler, PressHandler
from bot.playground.control.people_routes import GroupsHandler, PeopleHandler
from bot.playground.control.service_routes import BooksHandler, FaultsHandler, MenuHandler, NewsHandler
from bot.playground.page_assets import SentFileHandler

CHAT = r"/playground/chats/(-?\d{1,16})"
MESSAGE = CHAT + r"/messages/(\d{1,16})"


def routes(api: BotApi) -> list[URLSpec]:
    """Every address of the control side."""
    table = {
        r"/playground/people": PeopleHandler,
        r"/playground/groups": GroupsHandler,
        CHAT + r"/messages": MessagesHandler,
        MESSAGE: MessageHandler,
        MESSAGE + r"/press": PressHandler,
        CHAT + r"/menu": MenuHandler,
        r"/playground/news": NewsHandler,
        r"/playground/faults": FaultsHandler,
        r"/playground/books": BooksHandler,
        r"/playground/files/([\w-]+)": SentFileHandler,
    }
    shared = {"control": Control(api.state, api)}
    return [URLSpec(address, handler, shared) for address, handler in table.items()]
