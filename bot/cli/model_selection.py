"""The model that a command reads with: the file or version that was named, else the active one, as in the bot."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.errors import BotError
from bot.settings import Settings
from bot.tried_models import TriedModels
from bot.version_loading import load_version, make_ready
from model.model_bundle import ModelBundle
from storage import activations, model_versions
from storage.database import Database
from storage.errors import UnknownVersion


class UnknownModel(BotError):
    """Neither a file nor a version; the message is one sentence."""


def chosen_model(name: str | None) -> ModelBundle:
    """The model of ``--model ID|FILE``; without a name the active one, and the base model where no bot ever ran.

    Reads the registry if there is one and creates none. Raises UnknownModel, ModelLoadError and StorageError.
    """
    if name is not None and Path(name).is_file():
        model = ModelBundle.read(name)
        asyncio.run(make_ready(model, TriedModels()))
        return model
    found = asyncio.run(_registered(name))
    if found is not None:
        return found
    base = ModelBundle.base()
    if name not in (None, base.name):
        raise UnknownModel(f"{name} is neither a model version nor a .tflite file: see digitbot models list")
    return base


async def _registered(name: str | None) -> ModelBundle | None:
    settings = Settings.load()
    if not settings.has_database:
        return None
    tried = TriedModels(settings.tried_models_file)
    async with Database(settings.database, settings.keyring()) as database, database.read() as session:
        if name is None:
            active = await activations.load_active(session)
            return await load_version(session, active.version, active.served, tried) if active else None
        try:
            version = await model_versions.get(session, name)
        except UnknownVersion:
            return None
        content = await model_versions.content(session, name)
        return await load_version(session, version, content.served, tried)
