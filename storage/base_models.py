"""Base models: what comes with a release of the package, beside the lines that were fine-tuned from older ones."""

from __future__ import annotations

import json
import re
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import activations, model_versions
from storage.model_versions import VersionRecord
from storage.tables import ModelVersion

BASE_NAME_PREFIX: Final = "base-"  # of the models that come with the package, before their number


async def waiting_base(session: AsyncSession, sha256: str) -> VersionRecord | None:
    """The package's base model, where the active version descends from an older base: the next run starts from it.

    ``sha256``: of the package's .tflite file. ``None`` where the active line's root is that model, a newer base (the
    program was rolled back) or a model from elsewhere, and where no version is active.
    """
    activation = await activations.newest(session)
    row = await session.get(ModelVersion, activation.version_id) if activation and activation.version_id else None
    name = await session.scalar(select(ModelVersion.name).where(ModelVersion.sha256 == sha256))
    if row is None or name is None:
        return None
    base = await model_versions.get(session, name)
    root = await model_versions.get(session, (await model_versions.record(session, row)).root)
    return base if root.sha256 != sha256 and 0 < _number(root) <= _number(base) else None


def _number(version: VersionRecord) -> int:
    """Of a base model, as its card has it; 0 for any other model."""
    is_root = version.root == version.name
    match = re.fullmatch(rf"{BASE_NAME_PREFIX}(\d+)", str(json.loads(version.card).get("name", "")))
    return int(match[1]) if match and is_root else 0
