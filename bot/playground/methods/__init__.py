"""The methods of the Bot API, by what they are about."""

from __future__ import annotations

from bot.playground.methods.bot_profile import BotProfileMethods
from bot.playground.methods.chats import ChatMethods
from bot.playground.methods.editing import EditingMethods
from bot.playground.methods.lookups import ApiMethod
from bot.playground.methods.receiving import ReceivingMethods
from bot.playground.methods.sending import SendingMethods
from bot.playground.request import ApiRequest
from bot.playground.responses import ApiError
from bot.playground.schema import check_parameters, check_result, methods
from bot.playground.state import PlaygroundState
from bot.playground.webhook import Webhook

__all__ = ["ApiMethods"]


class ApiMethods:
    """Every method that is written, over one state."""

    def __init__(self, state: PlaygroundState, webhook: Webhook) -> None:
        self.bot_profile = BotProfileMethods(state)
        self.receiving = ReceivingMethods(state, webhook)
        groups = (self.bot_profile, self.receiving, SendingMethods(state), EditingMethods(state), ChatMethods(state))
        self._table: dict[str, ApiMethod] = {name: handler for group in groups for name, handler in group.table.items()}

    async def __call__(self, call: ApiRequest) -> object:
        """The result of a call. Raises ApiError: 404 for no such method, 501 for one that is not written."""
        name = methods().get(call.method.lower())
        if name is None:
            raise ApiError(404, "Not Found: method not found")
        if name not in self._table:
            raise ApiError(501, f"Not Implemented: the playground has no {name}")
        check_parameters(name, {*call.fields, *call.uploads})
        result = await self._table[name](call)
        check_result(name, result)
        return result
