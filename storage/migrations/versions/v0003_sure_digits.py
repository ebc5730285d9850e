"""Whether the model was sure of a digit, stored with the digit: another model may have another threshold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
oldest_program = '0003'


def upgrade() -> None:
    # The default lets a program that does not know the column still insert rows.
    op.add_column('digits', sa.Column('sure', sa.Boolean(), nullable=False, server_default=sa.false()))
    # The thresholds of the models that read are not stored; nearly all were 0.9.
    op.execute(
        "UPDATE digits SET sure = 1 WHERE confidence >= 0.9 "
        "OR EXISTS (SELECT 1 FROM readings WHERE readings.id = digits.reading_id AND readings.sure)"
    )
