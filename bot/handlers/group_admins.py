"""Who may correct what somebody else had read: the admins of the group, anonymous ones too, and the bot's own."""

from __future__ import annotations

import logging

from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError

from bot.context import Bot
from bot.identity import Permissions, Right, Sender, is_private

log = logging.getLogger(__name__)

_CHAT_ADMINS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


async def is_group_admin(bot: Bot, permissions: Permissions, sender: Sender, chat: int) -> bool:
    """Whether a sender is an admin of this group or of the bot; False where Telegram does not say, and in private."""
    if is_private(chat):
        return False
    if permissions.allows(sender, Right.ADMIN) or sender.id == chat:  # the group itself: an anonymous admin
        return True
    if not sender.is_person:
        return False
    try:
        member = await bot.get_chat_member(chat, sender.id)
    except TelegramError as error:
        log.info("it is unknown whether somebody is an admin of a group: %s", error)
        return False
    return member.status in _CHAT_ADMINS
