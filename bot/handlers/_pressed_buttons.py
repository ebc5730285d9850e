"""Which presses count: the bot made the button, for whoever presses it, under the message where it stands."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from telegram import Message
from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError

from bot.handlers._requests import ButtonRequest
from bot.identity import Right, Sender, SenderKind, is_private
from bot.messages.callback_data import ButtonAction, CallbackData
from bot.messages.callback_signer import ANY_ADMIN, CallbackSigner
from bot.services import Services

log = logging.getLogger(__name__)

# What a press needs; every other action is one on a reading.
_RIGHTS = {
    ButtonAction.CONSENT: Right.CONSENT,
    ButtonAction.FORGET: Right.FORGET,
    ButtonAction.LANGUAGE: Right.CONSENT,
    ButtonAction.CANCEL: Right.ADMIN,
    ButtonAction.ACTIVATE: Right.ADMIN,
    ButtonAction.REVIEW: Right.ADMIN,
    ButtonAction.DECIDE: Right.ADMIN,
}
_ADMIN_ACTIONS = (ButtonAction.CANCEL, ButtonAction.ACTIVATE, ButtonAction.REVIEW, ButtonAction.DECIDE)
_QUESTIONS = (ButtonAction.CONSENT, ButtonAction.FORGET, ButtonAction.LANGUAGE)
_CHAT_ADMINS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class PressedButton:
    """A press that counts. ``owner``: who pressed it, or the group for whose anonymous admins the button was made.

    ``in_place``: whether the button stands under its message, as far as that can be known.
    """

    data: CallbackData
    owner: Sender
    in_place: bool


class PressedButtons:
    """Checks presses before anything happens; one that does not count gets one toast."""

    def __init__(self, services: Services) -> None:
        self._permissions = services.permissions
        self._signer: CallbackSigner = services.callback_signer

    async def accept(self, request: ButtonRequest) -> PressedButton | None:
        """The press, where it counts; otherwise None, and whoever pressed has been told why."""
        signed = request.query.data or ""
        try:
            data = self._signer.parse(signed)
        except ValueError:
            await self._refuse(request, signed, request.texts.button_expired)
            return None
        owner = await self._owner(request, data, signed)
        if owner is None:
            await self._refuse(request, signed, self._why_not(request, data, signed))
            return None
        in_place = _is_in_place(request, signed)
        if data.action in _QUESTIONS and not in_place:
            await request.toast(request.texts.button_expired)
            return None
        return PressedButton(data, owner, in_place)

    async def _owner(self, request: ButtonRequest, data: CallbackData, signed: str) -> Sender | None:
        """For whom this press acts; None where the button was made for somebody else, or not by this bot."""
        owner, right = request.sender, _RIGHTS.get(data.action, Right.PRESS)
        if not self._signer.is_for(signed, ANY_ADMIN if right is Right.ADMIN else owner.id):
            group = self._group_owner(request, signed)
            if group is None or not await _is_chat_admin(request, group.id):
                return None
            owner = group
        return owner if self._permissions.allows(owner, right) else None

    def _group_owner(self, request: ButtonRequest, signed: str) -> Sender | None:
        """The group itself, where the button was made for its anonymous admins."""
        message = request.message
        if message is None or is_private(message.chat_id) or not self._signer.is_for(signed, message.chat_id):
            return None
        return Sender(SenderKind.ANONYMOUS_ADMIN, message.chat_id, message.chat.effective_name or "")

    async def _refuse(self, request: ButtonRequest, signed: str, reason: str) -> None:
        """Admins' buttons are refused by who presses them, whatever else is wrong with them."""
        is_admins = signed[:1] in _ADMIN_ACTIONS
        if is_admins and not self._permissions.allows(request.sender, Right.ADMIN):
            reason = request.texts.admins_only
        await request.toast(reason, alert=reason != request.texts.button_expired)

    def _why_not(self, request: ButtonRequest, data: CallbackData, signed: str) -> str:
        texts = request.texts
        if data.action in _ADMIN_ACTIONS or request.message is None or is_private(request.message.chat_id):
            return texts.button_expired
        if self._group_owner(request, signed):
            return texts.group_admins_only
        return texts.not_your_button if data.action in _QUESTIONS else texts.foreign_reading


def _is_in_place(request: ButtonRequest, signed: str) -> bool:
    """Whether this button stands under its message; in a private chat nobody else's question can be meant."""
    message = request.message
    if message is None or is_private(message.chat_id):
        return True
    return signed in callback_data_of(message)


def callback_data_of(message: Message) -> set[str]:
    """The callback data of all buttons under a message."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return {button.callback_data for row in rows for button in row if isinstance(button.callback_data, str)}


async def _is_chat_admin(request: ButtonRequest, chat: int) -> bool:
    """Whether whoever pressed is an admin of this group; a press does not say whether they are anonymous there."""
    if request.sender.id == chat:
        return True
    try:
        member = await request.bot.get_chat_member(chat, request.sender.id)
    except TelegramError as error:
        log.info("it is unknown whether somebody is an admin of a group: %s", error)
        return False
    return member.status in _CHAT_ADMINS
