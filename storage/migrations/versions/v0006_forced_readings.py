"""Whether a reading's digits were split or joined only to fit a given count: they give no samples."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
oldest_program = '0006'


def upgrade() -> None:
    # The default lets a program that does not know the column still insert rows.
    op.add_column('readings', sa.Column('forced', sa.Boolean(), nullable=False, server_default=sa.false()))
