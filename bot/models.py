"""Which model a command reads with: a file or a version that somebody names, else the active one, as the bot would."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.registry import served
from bot.settings import Settings
from model.card import ModelCard
from model.served import ServedModel
from storage import activations, models
from storage.database import Database
from storage.errors import UnknownVersion


class NoSuchModel(Exception):
    """Neither a file nor a version; the message is one sentence."""


def chosen_model(name: str | None) -> ServedModel:
    """The model of ``--model ID|FILE``. Raises NoSuchModel, ModelDamaged and StorageError.

    Nothing is made for it: where no bot ever ran, the base model of this package answers.
    """
    if name is not None and Path(name).is_file():
        return ServedModel.load(name)
    base = ServedModel.base()
    found = asyncio.run(_registered(name))
    if found is None and name not in (None, base.name):
        raise NoSuchModel(f"{name} is neither a model version nor a .tflite file: see digitbot models list")
    return found or base


async def _registered(name: str | None) -> ServedModel | None:
    settings = Settings.load()
    if not settings.database_file.exists():
        return None
    async with Database(settings.database, settings.keyring()) as database, database.read() as session:
        if name is None:
            active = await activations.load_active(session)
            return served(active) if active else None
        try:
            version = await models.get(session, name)
        except UnknownVersion:
            return None
        content = await models.content(session, name)
        return ServedModel(version.name, content.served, ModelCard.from_json(version.card))
