"""Which presses count: the bot made the button, for whoever presses it, under the message where it stands."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from telegram import Message
from telegram.error import BadRequest, ChatMigrated

from bot.handlers._requests import ButtonRequest
from bot.handlers.group_admins import is_group_admin
from bot.identity import Right, Sender, SenderKind, is_private
from bot.messages.callback_data import ADMIN_ACTIONS, PERSONAL_ACTIONS, READING_ACTIONS, ButtonAction, CallbackData
from bot.messages.callback_signer import ANY_ADMIN, CallbackSigner
from bot.services import Services
from storage import people, readings

# What a press needs.
_RIGHTS = {
    **dict.fromkeys(READING_ACTIONS, Right.PRESS),
    **dict.fromkeys(ADMIN_ACTIONS, Right.ADMIN),
    ButtonAction.CONSENT: Right.CONSENT,
    ButtonAction.LANGUAGE: Right.CONSENT,
    ButtonAction.FORGET: Right.FORGET,
    ButtonAction.OWN_SAMPLES: Right.FORGET,
    ButtonAction.DELETE_SAMPLE: Right.FORGET,
}


@dataclass(frozen=True, slots=True)
class PressedButton:
    """A press that counts. ``owner``: for whom the button was made, a person or a group's anonymous admins.

    ``in_place``: whether the button stands under its message, as far as that can be known. ``on_behalf``: not its
    owner pressed it but an admin of the group.
    """

    data: CallbackData
    owner: Sender
    in_place: bool
    on_behalf: bool = False


class PressedButtons:
    """Checks presses before anything happens; one that does not count gets one toast."""

    def __init__(self, services: Services) -> None:
        self._database = services.database
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
        if data.action in PERSONAL_ACTIONS and not in_place:
            await request.toast(request.texts.button_expired)
            return None
        return PressedButton(data, owner, in_place, on_behalf=owner.id != request.sender.id)

    async def _owner(self, request: ButtonRequest, data: CallbackData, signed: str) -> Sender | None:
        """For whom this press acts; None where the button was made for somebody else, or not by this bot."""
        owner, right = request.sender, _RIGHTS[data.action]
        if not self._signer.is_for(signed, ANY_ADMIN if right is Right.ADMIN else owner.id):
            other = self._group_owner(request, signed) or await self._owner_of_reading(request, data, signed)
            chat = request.message.chat_id if request.message else 0
            if other is None or not await is_group_admin(request.bot, self._permissions, request.sender, chat):
                return None
            owner = other
        return owner if self._permissions.allows(owner, right) else None

    async def _owner_of_reading(self, request: ButtonRequest, data: CallbackData, signed: str) -> Sender | None:
        """The person whose reading in this group the button is about, where it was made for them."""
        if data.action not in READING_ACTIONS or request.message is None or is_private(request.message.chat_id):
            return None
        async with self._database.read() as session:
            reading = await readings.by_id(session, data.target)
            person = await people.by_id(session, reading.person_id) if reading else None
        if person is None or not self._signer.is_for(signed, person.telegram_id):
            return None
        return Sender.stored(person, request.message.chat_id)

    def _group_owner(self, request: ButtonRequest, signed: str) -> Sender | None:
        """The group itself, where the button was made for its anonymous admins."""
        message = request.message
        if message is None or is_private(message.chat_id) or not self._signer.is_for(signed, message.chat_id):
            return None
        return Sender(SenderKind.ANONYMOUS_ADMIN, message.chat_id, message.chat.effective_name or "")

    async def _refuse(self, request: ButtonRequest, signed: str, reason: str) -> None:
        """Admins' buttons are refused by who presses them, whatever else is wrong with them."""
        is_admins = signed[:1] in ADMIN_ACTIONS
        if is_admins and not self._permissions.allows(request.sender, Right.ADMIN):
            reason = request.texts.admins_only
        expired = reason == request.texts.button_expired
        await request.toast(reason, alert=not expired)
        if expired:
            await remove_buttons(request)

    def _why_not(self, request: ButtonRequest, data: CallbackData, signed: str) -> str:
        texts = request.texts
        if data.action in ADMIN_ACTIONS or request.message is None or is_private(request.message.chat_id):
            return texts.button_expired
        if self._group_owner(request, signed):
            return texts.group_admins_only
        return texts.not_your_button if data.action in PERSONAL_ACTIONS else texts.foreign_reading


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


async def remove_buttons(request: ButtonRequest) -> None:
    """Take all buttons from the message of a button that no longer means anything; a forged one changes no message."""
    if request.message and (request.query.data or "") in callback_data_of(request.message):
        with contextlib.suppress(BadRequest, ChatMigrated):
            await request.message.edit_reply_markup()
