"""Model versions from the registry, made ready to read with."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.tried_models import TriedModels
from model.errors import ModelLoadError
from model.model_bundle import DIGITS_SIGNATURE, ModelBundle
from model.model_card import ModelCard
from storage import model_versions
from storage.database import Database
from storage.model_versions import VersionRecord


async def load_version(
    session: AsyncSession, version: VersionRecord, served: bytes, tried: TriedModels | None = None
) -> ModelBundle:
    """A version by its record and its bytes, with its checksum verified, tried, and loaded once in LiteRT.

    Raises ``ModelLoadError``, ``CardError`` and ``StorageError``.
    """
    model = await bundle_of(session, version, served)
    await make_ready(model, tried or TriedModels())
    return model


async def bundle_of(session: AsyncSession, version: VersionRecord, served: bytes) -> ModelBundle:
    """A version with its checksum verified, not yet loaded. Raises as ``load_version`` does."""
    return replace(ModelBundle.of(served, await calibrated_card(session, version)), name=version.name)


async def make_ready(model: ModelBundle, tried: TriedModels) -> None:
    """Load a model in this process, once it has passed its trial in another. Raises ``ModelLoadError``."""
    await tried.require(model)
    await asyncio.to_thread(model.session, DIGITS_SIGNATURE)


async def require_usable(database: Database, name: str, tried: TriedModels) -> None:
    """Raises ``ModelLoadError``, ``CardError`` or ``StorageError`` where this version must not become active.

    The trial takes a second, and so has no session open.
    """
    async with database.read() as session:
        version = await model_versions.get(session, name)
        content = await model_versions.content(session, name)
        model = await bundle_of(session, version, content.served)
    await make_ready(model, tried)


async def calibrated_card(session: AsyncSession, version: VersionRecord) -> ModelCard:
    """A version's card, with the page calibration to read by.

    Cards from before the calibration travelled on them have none: the base model of this package then gets that of its
    packaged card, and any other version that of its root, as fine-tunes do. Where that has none either, the
    version is never sure. Raises ``CardError`` and ``StorageError``.
    """
    card = ModelCard.from_json(version.card)
    if card.page_calibration is not None:
        return card
    if version.root != version.name:
        origin = await calibrated_card(session, await model_versions.get(session, version.root))
        calibration = origin.page_calibration.by_classifier if origin.page_calibration else None
        return replace(card, page_calibration=calibration, sure_threshold=origin.sure_threshold)
    with suppress(ModelLoadError):  # damaged in the package: nothing more is known of any version
        base = ModelBundle.base()
        if base.card.sha256 == version.sha256:
            return replace(card, page_calibration=base.card.page_calibration, sure_threshold=base.card.sure_threshold)
    return card
