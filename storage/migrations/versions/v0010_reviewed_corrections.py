"""What an admin decided about a correction before it is used for training: approved, rejected, or nothing yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
oldest_program = '0007'


def upgrade() -> None:
    # Without a value for old rows: nobody has reviewed them.
    op.add_column('corrections', sa.Column('review', sa.String(10), nullable=True))
