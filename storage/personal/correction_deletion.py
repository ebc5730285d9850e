"""Deleting corrections of one person, with what was trained on them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete
from sqlalchemy.ext.asyncio import AsyncSession

from storage.model_versions import mark_for_retraining
from storage.tables import Correction, StoredAdapter


async def delete_corrections(session: AsyncSession, person_id: int, which: ColumnElement[bool]) -> tuple[str, ...]:
    """Delete those of a person's corrections, and their personal adapter. Model versions that were trained on them are
    marked for retraining; returns the names of these."""
    trained = await mark_for_retraining(session, person_id, which)
    await session.execute(delete(Correction).where(Correction.person_id == person_id, which))
    await session.execute(delete(StoredAdapter).where(StoredAdapter.person_id == person_id))
    return trained
