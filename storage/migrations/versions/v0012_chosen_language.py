"""The language that a person chose with /language."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
oldest_program = '0007'


def upgrade() -> None:
    op.add_column('people', sa.Column('chosen_language', sa.String(length=35), nullable=True))
