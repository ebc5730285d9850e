"""The active model version: the database says which one, and the reader follows, whichever process changes it."""

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

ALL_VERSIONS = "every version of the registry"
BASE_NAME_PREFIX = "base-"  # of the models that come with the package
FOLLOW_INTERVAL_S = 2.0  # so that every process has swapped within five seconds
# Called with the names of the damaged versions that were skipped, and the name of the version that serves.
OnModelSkipped = Callable[[tuple[str, ...], str], Awaitable[None]]
# Called with the names of the networks that are damaged in the package, and the name of the version that serves.
OnNetworksDamaged = Callable[[tuple[str, ...], str], Awaitable[None]]


class ActiveModelFollower:
    """Keeps a reader on the active version; a damaged one is skipped, and ``on_model_skipped`` is called once."""

    def __init__(self, database: Database, reader: Reader) -> None:
        self._database = database
        self._reader = reader
        self._marker = 0
        self._reported: frozenset[str] = frozenset()
        self._lock = asyncio.Lock()
        self.on_model_skipped: OnModelSkipped | None = None
        self.on_networks_damaged: OnNetworksDamaged | None = None

    async def start(self) -> None:
        """Register the base model of this package, and serve the active version.

        Raises ModelLoadError where the package's model is damaged and no version of the registry is sound, and
        StorageError.
        """
        damaged = await self._register_packaged()
        await self.follow()
        if damaged and not self._reader.has_model:
            raise damaged
        networks = (str(PackagedNetwork.DIGITS),) * bool(damaged) + self._reader.degraded
        if networks and self.on_networks_damaged:
            await self.on_networks_damaged(networks, self._reader.model.name)

    async def _register_packaged(self) -> ModelLoadError | None:
        """Register the packaged base model; returns why it cannot be, where it is damaged."""
        try:
            base = ModelBundle.base()
        except ModelLoadError as error:
            log.exception("the base model of this package is damaged; the registry's active version is served")
            return error
        async with self._database.write() as session:
            await register_base(session, base)
        return None

    async def follow(self) -> None:
        """Swap the reader's model if another version became active; cheap where none did. Raises StorageError."""
        async with self._lock:
            async with self._database.read() as session:
                marker = await activations.active_marker(session)
                if marker == self._marker:
                    return
                active = await activations.load_active(session)
                skipped = await self._swap(session, active) if active is not None else (ALL_VERSIONS,)
            self._marker = marker
        await self._report(skipped)

    async def follow_or_log(self) -> None:
        """``follow``, with a StorageError only logged: the periodic task tries again."""
        try:
            await self.follow()
        except StorageError:
            log.exception("the active model could not be looked up")

    async def _swap(self, session: AsyncSession, active: ActiveModel) -> tuple[str, ...]:
        """Serve this version, or keep the one before where it cannot be loaded; returns the names of those skipped."""
        if self._reader.has_model and active.version.name == self._reader.model.name:
            return active.skipped
        try:
            self._reader.swap(await load_version(session, active.version, active.served))
        except (ModelLoadError, CardError):
            log.exception("%s cannot be loaded; the model before it stays active", active.version.name)
            return (*active.skipped, active.version.name)
        log.info("%s is active", active.version.name)
        return active.skipped

    async def _report(self, skipped: tuple[str, ...]) -> None:
        """Log and report each damaged version once."""
        new = tuple(name for name in skipped if name not in self._reported)
        self._reported |= frozenset(new)
        if new:
            log.error("damaged model versions were skipped: %s", ", ".join(new))
            if self.on_model_skipped and self._reader.has_model:
                await self.on_model_skipped(new, self._reader.model.name)


async def register_base(session: AsyncSession, base: ModelBundle) -> None:
    """Add the package's base model to the registry. It becomes active where nothing is, or only an older base model.

    Raises StorageError.
    """
    versions = await model_versions.listing(session)
    checksum = sha256(base.content).hexdigest()
    known = next((version for version in versions if version.sha256 == checksum), None)
    name = known.name if known else await _add(session, base, {version.name for version in versions})
    active = next((version for version in versions if version.active), None)
    only_base = active is not None and active.root == active.name and active.name.startswith(BASE_NAME_PREFIX)
    if active is None or (known is None and only_base):
        await activations.activate(session, name)


async def _add(session: AsyncSession, base: ModelBundle, taken: set[str]) -> str:
    name = base.name if base.name not in taken else f"{base.name}.{sha256(base.content).hexdigest()[:8]}"
    trainable = (files("model") / "base" / "digits.keras").read_bytes()
    new = NewVersion(name, base.content, base.card.to_json(), trainable)
    # Whatever the size limit for other models is: this one travels with the package.
    await model_versions.add(session, new, max_bytes=None)
    return name
