"""What a fine-tune needs from the database: the corrections, the model that answers now, and the root of its line."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from model.card import ModelCard
from model.served import ModelDamaged, ServedModel
from storage import activations, models, samples
from storage.database import Database
from storage.keyring import Keyring
from training.corrections import Corrections, from_memory


@dataclass(frozen=True, slots=True)
class Root:
    """The first of a line of models: what it serves, and the .keras file to learn on from."""

    served: ServedModel
    keras: bytes

    @classmethod
    def base(cls) -> Root:
        """The model that comes with the package."""
        try:
            return cls(ServedModel.base(), (files("model") / "base" / "digits.keras").read_bytes())
        except OSError as error:
            raise ModelDamaged(f"The base model cannot be learnt on from: {error}") from error


@dataclass(frozen=True, slots=True)
class Task:
    """All that a fine-tune starts from. ``name`` is what its candidate is to be called."""

    corrections: Corrections
    active: ServedModel
    root: Root
    name: str


def task(environment: Mapping[str, str] = os.environ) -> Task | None:
    """What the database of ``DIGITBOT_DATABASE_URL`` holds, opened with ``DIGITBOT_KEY``; ``None`` where they are not
    set.

    Raises ``StorageError`` and ``ModelDamaged``.
    """
    url, key = environment.get("DIGITBOT_DATABASE_URL"), environment.get("DIGITBOT_KEY")
    if not url or not key:
        return None
    return asyncio.run(_task(url, Keyring.from_text(key)))


async def _task(url: str, keyring: Keyring) -> Task:
    async with Database(url, keyring) as database, database.read() as session:
        corrections = from_memory(await samples.consented(session))
        active = await activations.load_active(session)
        if active is None:
            base = Root.base()
            return Task(corrections, base.served, base, await models.next_name(session, base.served.name))
        root = await models.get(session, active.version.root)
        content = await models.content(session, root.name)
        name = await models.next_name(session, root.name)
    if content.keras is None:
        raise ModelDamaged(f"The model {root.name} has no .keras file, so nothing can learn on from it.")
    return Task(
        corrections,
        ServedModel.of(active.served, ModelCard.from_json(active.version.card)),
        Root(ServedModel.of(content.served, ModelCard.from_json(root.card)), content.keras),
        name,
    )
