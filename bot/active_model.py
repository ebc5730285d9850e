"""The model that answers: kept in the database, and followed by the reader, whichever process changes it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from hashlib import sha256
from importlib.resources import files

from sqlalchemy.ext.asyncio import AsyncSession

from bot.version_loading import load_version
from model.errors import ModelLoadError
from model.model_bundle import ModelBundle, PackagedNetwork
from model.model_card import CardError
from model.reader import Reader
from storage import activations, model_versions
from storage.activations import ActiveModel
from storage.database import Database
from storage.errors import StorageError
from storage.model_versions import NewVersion

log = logging.getLogger(__name__)

EVERY_VERSION = "every version of the registry"
BASE = "base-"  # how the names of shipped models begin
FOLLOW_EVERY = 2.0  # seconds: a swap is seen within five everywhere
Tell = Callable[[tuple[str, ...], str], Awaitable[None]]
# Called with the names of the networks that are damaged in the package, and the name of the version that answers.
OnNetworksDamaged = Callable[[tuple[str, ...], str], Awaitable[None]]


class ActiveModelFollower:
    """Keeps a reader on the active version; one whose bytes are damaged is passed over, and the admins are told."""

    def __init__(self, database: Database, reader: Reader) -> None:
        self._database = database
        self._reader = reader
        self._marker = 0
        self._told: frozenset[str] = frozenset()
        self._following = asyncio.Lock()
        self.on_model_skipped: Tell | None = None
        self.on_networks_damaged: OnNetworksDamaged | None = None

    async def open(self) -> None:
        """Bring the base model that came with this version into the registry, and read with the active one.

        Raises ``ModelLoadError`` where that of the package is damaged and no version of the registry is sound, and
        ``StorageError``.
        """
        damaged = await self._register_packaged()
        await self.follow()
        if damaged and not self._reader.has_model:
            raise damaged
        networks = (str(PackagedNetwork.DIGITS),) * bool(damaged) + self._reader.degraded
        if networks and self.on_networks_damaged:
            await self.on_networks_damaged(networks, self._reader.model.name)

    async def _register_packaged(self) -> ModelLoadError | None:
        """Bring the packaged base model in; returns why it cannot be, where it is damaged."""
        try:
            base = ModelBundle.base()
        except ModelLoadError as error:
            log.exception("the base model of this package is damaged; the registry's active version answers")
            return error
        async with self._database.write() as session:
            await register_base(session, base)
        return None

    async def follow(self) -> None:
        """Swap the reader if another version became active; cheap where none did. Raises StorageError."""
        async with self._following:
            async with self._database.read() as session:
                marker = await activations.active_marker(session)
                if marker == self._marker:
                    return
                active = await activations.load_active(session)
                passed_over = await self._swap(session, active) if active is not None else (EVERY_VERSION,)
            self._marker = marker
        await self._tell(passed_over)

    async def follow_or_log(self) -> None:
        """The same at once instead of within seconds; where it cannot be, the next turn tries again."""
        try:
            await self.follow()
        except StorageError:
            log.exception("the active model could not be looked up")

    async def _swap(self, session: AsyncSession, active: ActiveModel) -> tuple[str, ...]:
        """Read with this version; returns the names of what was passed over for it, or for the model before it."""
        if self._reader.has_model and active.version.name == self._reader.model.name:
            return active.passed_over
        try:
            self._reader.swap(await load_version(session, active.version, active.served))
        except (ModelLoadError, CardError):
            log.exception("%s cannot answer; the model before it goes on", active.version.name)
            return (*active.passed_over, active.version.name)
        log.info("%s answers now", active.version.name)
        return active.passed_over

    async def _tell(self, passed_over: tuple[str, ...]) -> None:
        """Once for each damaged version."""
        new = tuple(name for name in passed_over if name not in self._told)
        self._told |= frozenset(new)
        if new:
            log.error("damaged model versions were passed over: %s", ", ".join(new))
            if self.on_model_skipped and self._reader.has_model:
                await self.on_model_skipped(new, self._reader.model.name)


async def register_base(session: AsyncSession, base: ModelBundle) -> None:
    """Bring the shipped base model in; it answers where nothing does yet, or where only an older base model does."""
    versions = await model_versions.listing(session)
    checksum = sha256(base.content).hexdigest()
    known = next((version for version in versions if version.sha256 == checksum), None)
    name = known.name if known else await _add(session, base, {version.name for version in versions})
    active = next((version for version in versions if version.active), None)
    only_base = active is not None and active.root == active.name and active.name.startswith(BASE)
    if active is None or (known is None and only_base):
        await activations.activate(session, name)


async def _add(session: AsyncSession, base: ModelBundle, taken: set[str]) -> str:
    name = base.name if base.name not in taken else f"{base.name}.{sha256(base.content).hexdigest()[:8]}"
    trainable = (files("model") / "base" / "digits.keras").read_bytes()
    await model_versions.add(session, NewVersion(name, base.content, base.card.to_json(), trainable))
    return name
