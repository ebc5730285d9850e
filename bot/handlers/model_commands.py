"""/retrain, /models and /rollback: training runs and model versions, for admins."""

from __future__ import annotations

import json

from telegram import Update

from bot.context import Context
from bot.handlers._requests import ButtonRequest, MessageRequest
from bot.messages import keyboards
from bot.messages.keyboards import ButtonAction, CallbackData
from bot.messages.texts import Texts
from bot.messages.training_message import TrainingMessage
from bot.services import Services
from bot.training_service import NothingNew
from storage import activations, model_versions, people, training_runs
from storage.errors import RunInProgress, StorageError
from storage.model_versions import VersionRecord

MAX_LISTED_VERSIONS = 12  # each is a line and a button


class ModelCommands:
    """Every method checks that the person is an admin: the command menu only hides commands."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def retrain(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        if not await self._require_admin(request):
            return
        async with self._services.database.write() as session:
            person = await people.get_or_create(session, request.user.id, request.user.full_name, request.language)
        try:
            started = await self._services.training_service.start(person.id)
        except RunInProgress as error:
            await request.say(request.texts.run_in_progress(error.run_id))
            return
        except NothingNew:
            await request.say(request.texts.nothing_new)
            return
        texts, run = request.texts, started.run
        message = await request.say(texts.run_started(run.id), keyboards.cancel(texts, run.id), quote=True)
        self._services.training_service.run(run, TrainingMessage(message, texts, started))

    async def list_versions(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        if not await self._require_admin(request):
            return
        async with self._services.database.read() as session:
            versions = (await model_versions.listing(session))[:MAX_LISTED_VERSIONS]
        lines = [_line(request.texts, version) for version in versions]
        choices = [(version.id, version.name) for version in versions if not version.active]
        await request.say("\n".join(lines), keyboards.versions(request.texts, choices), quote=True)

    async def rollback(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        if not await self._require_admin(request):
            return
        async with self._services.database.write() as session:
            person = await people.get_or_create(session, request.user.id, request.user.full_name, request.language)
            version = await activations.rollback(session, person_id=person.id)
        await self._services.active_model.follow()
        await request.say(request.texts.now_active(version.name) if version else request.texts.no_version_before)

    async def handle_button(self, update: Update, context: Context) -> None:
        """[ Cancel ] and [ Make active ]."""
        request = ButtonRequest.of(update, context)
        try:
            data = CallbackData.parse(request.query.data or "")
        except ValueError:
            await request.toast(request.texts.button_expired)
            return
        if not self._services.is_admin(request.user.id):
            await request.toast(request.texts.admins_only, alert=True)
        elif data.action is ButtonAction.CANCEL:
            async with self._services.database.write() as session:
                in_progress = await training_runs.request_cancel(session, data.target)
            await request.toast(request.texts.cancelling if in_progress else request.texts.run_over)
        else:
            await self._activate(request, data.target)

    async def _activate(self, request: ButtonRequest, version_id: int) -> None:
        async with self._services.database.read() as session:
            versions = await model_versions.listing(session)
        wanted = next((version for version in versions if version.id == version_id), None)
        if wanted is None:
            await request.toast(request.texts.version_gone)
            return
        user = request.user
        try:
            async with self._services.database.write() as session:
                person = await people.get_or_create(session, user.id, user.full_name, user.language_code or "en")
                await activations.activate(session, wanted.name, person_id=person.id)
        except StorageError as error:
            await request.toast(str(error)[:200], alert=True)
            return
        await self._services.active_model.follow()
        await request.toast()
        if request.message:
            await request.message.reply_html(request.texts.now_active(wanted.name))

    async def _require_admin(self, request: MessageRequest) -> bool:
        """Whether the person is an admin; where not, they are told how to become one."""
        if self._services.is_admin(request.user.id):
            return True
        await request.say(request.texts.admins_only if self._services.settings.admins else request.texts.no_admins)
        return False


def _line(texts: Texts, version: VersionRecord) -> str:
    test = json.loads(version.metrics).get("test") or json.loads(version.card).get("metrics", {}).get("test") or {}
    numbers = f"{texts.mnist_test} {test['accuracy']:.2%} (n = {test['n']:,})" if test else ""
    made = f"{version.created_at:%Y-%m-%d %H:%M}"
    return texts.version_line(
        version.name, active=version.active, numbers=numbers, made=made, stale=version.needs_retraining
    )
