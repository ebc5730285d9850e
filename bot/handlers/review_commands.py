"""/review: labels that people gave, the oddest first, for admins to approve or reject before they are trained on."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

import numpy as np
from telegram import InlineKeyboardMarkup, InputFile, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.context import Context
from bot.handlers._helpers import is_admin, showing_chat_action
from bot.handlers._pressed_buttons import PressedButtons
from bot.handlers._requests import ButtonRequest, MessageRequest
from bot.handlers.private_answers import leads_to_private_chat
from bot.label_review import LabelToReview, labels_to_review
from bot.messages.callback_data import ButtonAction, CallbackData
from bot.pictures.review_sheet import ReviewCard, review_sheet
from bot.services import Services
from storage import samples
from storage.samples import Review

SHEET_DIGITS = 24  # on one contact sheet, each with a button


class ReviewCommands:
    """A sheet's buttons say which samples are on it, so that it outlives a restart."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._pressed = PressedButtons(services)

    async def review(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        # In a group the digits would be shown of people who are not in it.
        if await is_admin(self._services, request) and not await leads_to_private_chat(request, "review"):
            await self._send_sheet(request)

    async def _send_sheet(self, request: MessageRequest) -> None:
        texts = request.texts
        async with showing_chat_action(request.message):
            async with self._services.database.read() as session:
                everything = await samples.consented(session)
            waiting = await asyncio.to_thread(labels_to_review, everything)
            shown, doubtful = waiting[:SHEET_DIGITS], sum(each.is_doubtful for each in waiting)
            cards = [_card(each) for each in shown]
            sheet = await asyncio.to_thread(review_sheet, cards) if cards else b""
        if not waiting:
            await request.say(texts.nothing_to_review)
            return
        keyboards = self._services.keyboards(texts, request.sender)
        numbers = [(place, each.sample.number) for place, each in enumerate(shown, start=1)]
        await request.message.reply_photo(
            InputFile(sheet, "review.png"),
            caption=texts.review_sheet(len(shown), len(waiting), doubtful),
            parse_mode=ParseMode.HTML,
            reply_markup=keyboards.review(numbers),
        )

    async def handle_button(self, update: Update, context: Context) -> None:
        """A digit's number, [ Approve ] and [ Reject ]."""
        request = ButtonRequest.of(update, context)
        button = await self._pressed.accept(request)
        if button is None or request.message is None:
            return
        markup = request.message.reply_markup
        places = self._places(markup) if markup else []
        if button.data.action is ButtonAction.REVIEW:
            await request.toast()
            await self._show(request, places, opened=button.data.target)
        else:
            await self._decide(request, places, button.data)

    async def _decide(self, request: ButtonRequest, places: list[tuple[int, int]], data: CallbackData) -> None:
        """Approve or reject the sample ``data.target``, or all that are left on the sheet (0)."""
        meant = [number for _, number in places if data.target in {0, number}]
        review = Review.APPROVED if data.label else Review.REJECTED
        async with self._services.database.write() as session:
            uids = [sample.uid for sample in await samples.consented(session) if sample.number in meant]
            count = await samples.set_review(session, uids, review)
        left = [(place, number) for place, number in places if number not in meant]
        await request.toast(request.texts.reviewed(count, approved=review is Review.APPROVED))
        await self._show(request, left)

    async def _show(self, request: ButtonRequest, places: Sequence[tuple[int, int]], opened: int = 0) -> None:
        """The buttons of the digits that are left."""
        keyboards = self._services.keyboards(request.texts, request.sender)
        if request.message is None:
            return
        with contextlib.suppress(BadRequest):  # the message is gone, or shows this already
            if places:
                await request.message.edit_reply_markup(keyboards.review(places, opened))
            else:
                await request.message.edit_caption(request.texts.sheet_reviewed, parse_mode=ParseMode.HTML)

    def _places(self, markup: InlineKeyboardMarkup) -> list[tuple[int, int]]:
        """(place on the sheet, number of the sample) of each digit that has a button."""
        places = []
        for button in (button for row in markup.inline_keyboard for button in row):
            data = self._services.callback_signer.parse(str(button.callback_data))
            if data.action is ButtonAction.REVIEW:
                places.append((data.position, data.target))
        return places


def _card(each: LabelToReview) -> ReviewCard:
    image = np.frombuffer(each.sample.image, np.uint8).reshape(28, 28)
    return ReviewCard(image, each.read_as, each.sample.label, each.oddness, each.is_doubtful)
