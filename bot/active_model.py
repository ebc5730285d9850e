"""The active model version: the database says which one, and the reader follows, whichever process changes it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from hashlib import sha256
from importlib.resources import files

from sqlalchemy.ext.asyncio import AsyncSession

from bot.tried_models import TriedModels
from bot.version_loading import bundle_of, make_ready, require_usable
from model.errors import ModelLoadError
from model.model_bundle import ModelBundle, PackagedNetwork
from model.model_card import CardError
from model.reader import Reader
from storage import activations, early_readings, model_versions
from storage.activations import ActiveModel
from storage.base_models import BASE_NAME_PREFIX
from storage.database import Database
from storage.early_readings import TakenBack
from storage.errors import StorageError
from storage.model_versions import NewVersion

log = logging.getLogger(__name__)

ALL_VERSIONS = "every version of the registry"
FOLLOW_INTERVAL_S = 2.0  # so that every process has swapped within five seconds
# Called with the names of the damaged versions that were skipped, and the name of the version that serves.
OnModelSkipped = Callable[[tuple[str, ...], str], Awaitable[None]]
# Called with the names of the networks that are damaged in the package, and the name of the version that serves.
OnNetworksDamaged = Callable[[tuple[str, ...], str], Awaitable[None]]
# Called with the version over which processes died, and the one that is active again.
OnTakenBack = Callable[[TakenBack], Awaitable[None]]


class ActiveModelFollower:
    """Keeps a reader on the active version; a damaged one is skipped, and ``on_model_skipped`` is called once."""

    def __init__(self, database: Database, reader: Reader, tried: TriedModels | None = None) -> None:
        self._database = database
        self._reader = reader
        self._tried = tried or TriedModels()
        self._marker = 0
        self._reported: frozenset[str] = frozenset()
        self._lock = asyncio.Lock()
        self.on_taken_back: OnTakenBack | None = None
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
        if not self._reader.has_model:
            self._reader.swap(ModelBundle.base())
        networks = (str(PackagedNetwork.DIGITS),) * bool(damaged) + self._reader.degraded
        if networks and self.on_networks_damaged:
            await self.on_networks_damaged(networks, self._reader.model.name)

    async def take_back_deadly(self, process: str) -> None:
        """Before ``start``, where no other process reads: roll back a version over whose first readings processes died,
        and call ``on_taken_back``. ``process``: the random id of this start. Raises StorageError.
        """
        async with self._database.write() as session:
            taken = await early_readings.take_back_deadly(session, process, base_prefix=BASE_NAME_PREFIX)
        if taken is not None:
            log.error("the bot died twice over %s: %s is active again", taken.version, taken.active)
            if self.on_taken_back:
                await self.on_taken_back(taken)

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
            skipped = await self._serve_active()
            self._marker = marker
        await self._report(skipped)

    async def follow_or_log(self) -> None:
        """``follow``, with a StorageError only logged: the periodic task tries again."""
        try:
            await self.follow()
        except StorageError:
            log.exception("the active model could not be looked up")

    async def require_usable(self, name: str) -> None:
        """Try a version before it is made active. Raises ModelLoadError, CardError and StorageError."""
        await require_usable(self._database, name, self._tried)

    async def _serve_active(self) -> tuple[str, ...]:
        """Serve the active version; where it cannot be loaded the model in use, else the newest before it that can.

        Returns the names of those skipped.
        """
        failed: tuple[str, ...] = ()
        while True:
            async with self._database.read() as session:
                active = await activations.load_active(session, excluding=failed)
                if active is None:
                    return failed or (ALL_VERSIONS,)
                skipped = active.skipped
                if self._reader.has_model and active.version.name == self._reader.model.name:
                    return skipped
                model = await self._bundle(session, active)
            if model is not None and await self._swap(model):
                return skipped
            failed = (*failed, active.version.name)
            if self._reader.has_model:
                return (*skipped, active.version.name)

    @staticmethod
    async def _bundle(session: AsyncSession, active: ActiveModel) -> ModelBundle | None:
        try:
            return await bundle_of(session, active.version, active.served)
        except (ModelLoadError, CardError):
            log.exception("%s is damaged", active.version.name)
            return None

    async def _swap(self, model: ModelBundle) -> bool:
        """Let the model answer, once it has passed its trial; False where it did not."""
        try:
            await make_ready(model, self._tried)
        except ModelLoadError as error:
            log.error("%s stays without effect: %s", model.name, error)  # noqa: TRY400 - a sentence, no traceback
            return False
        self._reader.swap(model)
        log.info("%s is active", model.name)
        return True

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
