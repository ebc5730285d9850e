"""/retrain, /models, /rollback and /health: training runs, model versions and this installation, for admins."""

from __future__ import annotations

import asyncio
import contextlib

from telegram import InlineKeyboardMarkup, Update
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, TelegramError

from bot.context import Context
from bot.doctor import Finding, Installation, examine
from bot.handlers._helpers import is_admin, person_of, showing_chat_action
from bot.handlers._pressed_buttons import PressedButtons, callback_data_of, remove_buttons
from bot.handlers._requests import ButtonRequest, MessageRequest
from bot.handlers.private_answers import leads_to_private_chat
from bot.messages.callback_data import ButtonAction
from bot.messages.texts import Texts
from bot.messages.training_message import TrainingMessage, measured_numbers
from bot.services import Services
from bot.settings import TrainerPlace
from bot.training_service import NothingApproved, NothingNew
from model.errors import ModelError
from storage import activations, inbox, model_versions, training_runs
from storage.errors import RunInProgress, StorageError
from storage.model_versions import VersionRecord
from storage.processes.requested_runs import RunChat

MAX_LISTED_VERSIONS = 12  # each is a line and a button


class ModelCommands:
    """Every method checks that the person is an admin: the command menu only hides commands."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._pressed = PressedButtons(services)

    async def retrain(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        if not await is_admin(self._services, request):
            return
        async with self._services.database.write() as session:
            person = await person_of(session, request.sender)
        try:
            if self._services.settings.trainer is TrainerPlace.SEPARATE:
                await self._services.training_service.request(person.id, _run_chat(request), request.update_id)
            else:
                await self._train_here(request, person.id)
        except RunInProgress as error:
            await request.say(request.texts.run_in_progress(error.run_id))
        except (NothingNew, NothingApproved) as error:
            texts = request.texts
            await request.say(texts.nothing_new if isinstance(error, NothingNew) else texts.nothing_approved)

    async def _train_here(self, request: MessageRequest, person_id: int) -> None:
        started = await self._services.training_service.start(person_id)
        keyboards, run = self._services.keyboards(request.texts, request.sender), started.run
        text = request.texts.run_begins(run.id, started.new_base)
        try:
            message = await request.say(text, keyboards.cancel(run.id), quote=True)
        except TelegramError:
            await self._services.training_service.give_up(run)
            raise
        self._services.training_service.run(run, TrainingMessage(message, keyboards, started))

    async def list_versions(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        if not await is_admin(self._services, request):
            return
        text, keyboard = await self._listing(request)
        await request.say(text, keyboard, quote=True)

    async def _listing(self, request: MessageRequest | ButtonRequest) -> tuple[str, InlineKeyboardMarkup | None]:
        async with self._services.database.read() as session:
            versions = (await model_versions.listing(session))[:MAX_LISTED_VERSIONS]
        lines = [_line(request.texts, version) for version in versions]
        keyboards = self._services.keyboards(request.texts, request.sender)
        choices = [(version.id, version.name) for version in versions if not version.active]
        return "\n".join(lines), keyboards.versions(choices)

    async def _refresh_listing(self, request: ButtonRequest) -> None:
        """Show in the pressed message what there is now, without a button for what is active or gone."""
        if request.message and (request.query.data or "") in callback_data_of(request.message):
            text, keyboard = await self._listing(request)
            with contextlib.suppress(BadRequest):  # the message is gone, or shows this already
                await request.message.edit_text(text, ParseMode.HTML, reply_markup=keyboard)

    async def rollback(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        if not await is_admin(self._services, request):
            return
        async with self._services.database.write() as session:
            person = await person_of(session, request.sender)
            if await inbox.apply_once(session, request.update_id):
                version = await activations.rollback(session, person_id=person.id)
            else:  # done before the bot was stopped: only the answer is missing
                version = next((each for each in await model_versions.listing(session) if each.active), None)
        await self._services.active_model.follow_or_log()  # committed: what fails now undoes nothing
        await request.say(request.texts.now_active(version.name) if version else request.texts.no_version_before)

    async def health(self, update: Update, context: Context) -> None:
        """What `digitbot doctor` checks, but for Telegram: that the answer arrives says enough of that."""
        request = MessageRequest.of(update, context)
        if not await is_admin(self._services, request) or await leads_to_private_chat(request, "health"):
            return
        async with showing_chat_action(request.message, ChatAction.TYPING):
            findings = await asyncio.to_thread(_examined, Installation(self._services.settings))
        texts = [(finding.check, finding.result, finding.mend) for finding in findings]
        await request.say(request.texts.health(texts), quote=True)

    async def handle_button(self, update: Update, context: Context) -> None:
        """[ Cancel ] and [ Make active ]."""
        request = ButtonRequest.of(update, context)
        button = await self._pressed.accept(request)
        if button is None:
            return
        if button.data.action is ButtonAction.CANCEL:
            living = await self._services.training_service.living()
            async with self._services.database.write() as session:
                in_progress = await training_runs.request_cancel(session, button.data.target, living=living)
            await request.toast(request.texts.cancelling if in_progress else request.texts.run_over)
            if not in_progress:
                await remove_buttons(request)
        else:
            await self._activate(request, button.data.target)

    async def _activate(self, request: ButtonRequest, version_id: int) -> None:
        async with self._services.database.read() as session:
            versions = await model_versions.listing(session)
        wanted = next((version for version in versions if version.id == version_id), None)
        if wanted is None:
            await request.toast(request.texts.version_gone)
            await self._refresh_listing(request)
            return
        try:
            await self._services.active_model.require_usable(wanted.name)
            async with self._services.database.write() as session:
                person = await person_of(session, request.sender)
                await activations.activate(session, wanted.name, person_id=person.id)
        except (ModelError, StorageError) as error:
            await request.toast(str(error)[:200], alert=True)
            return
        await self._services.active_model.follow_or_log()  # committed: what fails now undoes nothing
        await request.toast()
        if request.message:
            await request.message.reply_html(request.texts.now_active(wanted.name))
            await self._refresh_listing(request)


def _run_chat(request: MessageRequest) -> RunChat:
    return RunChat(request.chat, request.message.message_id)


def _examined(installation: Installation) -> list[Finding]:
    return list(examine(installation))


def _line(texts: Texts, version: VersionRecord) -> str:
    made = f"{version.created_at:%Y-%m-%d %H:%M}"
    return texts.version_line(
        version.name,
        active=version.active,
        numbers=measured_numbers(texts, version),
        made=made,
        stale=version.needs_retraining,
    )
