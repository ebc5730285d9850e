"""How many marks of a photo could not be read: the answer tells them, also when it is rendered again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
oldest_program = '0007'


def upgrade() -> None:
    # The default lets a program that does not know the column still insert rows.
    op.add_column('readings', sa.Column('unread', sa.Integer(), nullable=False, server_default='0'))
