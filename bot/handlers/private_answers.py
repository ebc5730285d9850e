"""Commands whose answer is nobody else's business: in a group a button leads to the private chat and asks there."""

from __future__ import annotations

from telegram.helpers import create_deep_linked_url

from bot.handlers._requests import MessageRequest
from bot.identity import is_private
from bot.messages import keyboards


async def leads_to_private_chat(request: MessageRequest, command: str) -> bool:
    """In a group: answer with a button that opens the private chat and sends ``command`` there (``bot.commands``).

    False, and nothing is said, in a private chat.
    """
    if is_private(request.chat):
        return False
    link = create_deep_linked_url(request.bot.username, command)
    await request.say(request.texts.only_in_private, keyboards.private_chat(request.texts, link))
    return True
