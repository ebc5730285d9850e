"""/retrain, /models and /rollback: what admins do with the model that answers."""

from __future__ import annotations

import json

from telegram import Update

from bot import keyboards
from bot.context import Context
from bot.handlers.asked import Asked, Pressed
from bot.handlers.run_report import ChatReport
from bot.house import House
from bot.keyboards import Act, Press
from bot.runs import NothingNew
from bot.texts import Texts
from storage import activations, models, people, runs
from storage.errors import StorageError
from storage.models import VersionRecord
from storage.runs import RunGoing

MOST_VERSIONS = 12


class Training:
    """Every method looks whether the asker is an admin: the command menu is only cosmetic."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def retrain(self, update: Update, context: Context) -> None:
        asked = Asked.of(update, context)
        if not await self._may(asked):
            return
        async with self._house.database.write() as session:
            person = await people.meet(session, asked.user.id, asked.user.full_name, asked.language)
        try:
            begun = await self._house.runs.begin(person.id)
        except RunGoing as going:
            await asked.say(asked.texts.run_going(going.run.id))
            return
        except NothingNew:
            await asked.say(asked.texts.nothing_new)
            return
        texts, run = asked.texts, begun.run
        message = await asked.say(texts.run_begins(run.id), keyboards.cancel(texts, run.id), quote=True)
        self._house.runs.conduct(run, ChatReport(message, texts, begun))

    async def models(self, update: Update, context: Context) -> None:
        asked = Asked.of(update, context)
        if not await self._may(asked):
            return
        async with self._house.database.read() as session:
            versions = (await models.listing(session))[:MOST_VERSIONS]
        lines = [_line(asked.texts, version) for version in versions]
        choices = [(version.id, version.name) for version in versions if not version.active]
        await asked.say("\n".join(lines), keyboards.versions(asked.texts, choices), quote=True)

    async def rollback(self, update: Update, context: Context) -> None:
        asked = Asked.of(update, context)
        if not await self._may(asked):
            return
        async with self._house.database.write() as session:
            person = await people.meet(session, asked.user.id, asked.user.full_name, asked.language)
            version = await activations.rollback(session, person_id=person.id)
        await self._house.registry.follow()
        await asked.say(asked.texts.now_active(version.name) if version else asked.texts.no_version_before)

    async def press(self, update: Update, context: Context) -> None:
        """[ Cancel ] and [ Make active ]."""
        pressed = Pressed.of(update, context)
        try:
            press = Press.parse(pressed.query.data or "")
        except ValueError:
            await pressed.toast(pressed.texts.button_expired)
            return
        if not self._house.is_admin(pressed.user.id):
            await pressed.toast(pressed.texts.admins_only, alert=True)
        elif press.act is Act.CANCEL:
            async with self._house.database.write() as session:
                going = await runs.request_cancel(session, press.reading)
            await pressed.toast(pressed.texts.cancelling if going else pressed.texts.run_over)
        else:
            await self._activate(pressed, press.reading)

    async def _activate(self, pressed: Pressed, number: int) -> None:
        async with self._house.database.read() as session:
            versions = await models.listing(session)
        wanted = next((version for version in versions if version.id == number), None)
        if wanted is None:
            await pressed.toast(pressed.texts.version_gone)
            return
        user = pressed.user
        try:
            async with self._house.database.write() as session:
                person = await people.meet(session, user.id, user.full_name, user.language_code or "en")
                await activations.activate(session, wanted.name, person_id=person.id)
        except StorageError as error:
            await pressed.toast(str(error)[:200], alert=True)
            return
        await self._house.registry.follow()
        await pressed.toast()
        if pressed.message:
            await pressed.message.reply_html(pressed.texts.now_active(wanted.name))

    async def _may(self, asked: Asked) -> bool:
        if self._house.is_admin(asked.user.id):
            return True
        await asked.say(asked.texts.admins_only if self._house.settings.admins else asked.texts.no_admins)
        return False


def _line(texts: Texts, version: VersionRecord) -> str:
    test = json.loads(version.metrics).get("test") or json.loads(version.card).get("metrics", {}).get("test") or {}
    numbers = f"{texts.mnist_test} {test['accuracy']:.2%} (n = {test['n']:,})" if test else ""
    made = f"{version.created_at:%Y-%m-%d %H:%M}"
    return texts.version_line(
        version.name, active=version.active, numbers=numbers, made=made, stale=version.needs_retraining
    )
