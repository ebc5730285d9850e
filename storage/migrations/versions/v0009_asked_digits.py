"""Whether the digits of a reading were read, or only asked about: the answer is rendered again by it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
oldest_program = '0007'


def upgrade() -> None:
    # The default lets a program that does not know the column still insert rows.
    op.add_column('readings', sa.Column('asked', sa.Boolean(), nullable=False, server_default=sa.false()))
