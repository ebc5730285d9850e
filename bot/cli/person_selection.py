"""The person that a command reads as, and what their corrections change with the chosen model."""

from __future__ import annotations

import asyncio
import re

from sqlalchemy.ext.asyncio import AsyncSession

from bot.adapter_service import corrected_digits
from bot.cli._arguments import CommandFailed
from bot.settings import Settings
from model.model_bundle import ModelBundle
from model.personal_training import PersonalTrainer
from model.personalization import Personalization
from storage import people, personal_adapters
from storage.database import Database
from storage.people import PersonRecord
from storage.personal_adapters import Corrections


def personalization_of(person: str, model: ModelBundle) -> Personalization | None:
    """What the corrections of ``person`` (a Telegram id or a name) change with this model, trained now where the bot
    has not; nothing is stored. Raises CommandFailed and StorageError.
    """
    stored, corrections = asyncio.run(_stored(person, model.card.sha256))
    if stored is not None or corrections is None:
        return stored
    return PersonalTrainer().train(model, corrected_digits(corrections, model.name))


async def _stored(name: str, model_sha256: str) -> tuple[Personalization | None, Corrections | None]:
    """The stored adapter where it fits the model, else the corrections to train one on; None and None where there is
    nothing to read by."""
    settings = Settings.load()
    if not settings.has_database:
        raise CommandFailed(f"nobody is known here as {name}: no bot has run with this state folder")
    async with Database(settings.database, settings.keyring()) as database, database.read() as session:
        person = await _person(session, name)
        record = await personal_adapters.find(session, person.telegram_id)
        if record is None:
            return None, None
        if not record.fits(model_sha256):
            return None, await personal_adapters.corrections_of(session, record.person_id, model_sha256)
        return (Personalization.from_bytes(model_sha256, record.content) if record.content else None), None


async def _person(session: AsyncSession, name: str) -> PersonRecord:
    """Raises CommandFailed."""
    by_id = await people.by_telegram_id(session, int(name)) if re.fullmatch(r"-?\d{1,20}", name) else None
    found = (by_id,) if by_id else await people.named(session, name)
    if len(found) == 1 and found[0] is not None:
        return found[0]
    if found:
        raise CommandFailed(f"{len(found)} people are called {name}: give a Telegram id")
    raise CommandFailed(f"nobody is known here as {name}: give the Telegram id, which /id tells a person, or the name")
