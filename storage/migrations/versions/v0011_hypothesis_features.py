"""The numbers from which it was decided that a digit stands there, of each digit and each correction."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
oldest_program = '0007'


def upgrade() -> None:
    # Without a value for old rows: nobody knows theirs.
    op.add_column('digits', sa.Column('hypothesis_features', sa.LargeBinary(), nullable=True))
    op.add_column('corrections', sa.Column('hypothesis_features', sa.LargeBinary(), nullable=True))
