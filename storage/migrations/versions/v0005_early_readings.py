"""The first readings after an activation, so that a version over which the process dies can be taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
oldest_program = '0005'


def upgrade() -> None:
    op.create_table('early_readings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('activation_id', sa.Integer(), nullable=False),
    sa.Column('update_id', sa.Integer(), nullable=False),
    sa.Column('process', sa.String(length=64), nullable=False),
    sa.Column('unfinished', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['activation_id'], ['activations.id'], name=op.f('fk_early_readings_activation_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_early_readings'))
    )
    with op.batch_alter_table('early_readings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_early_readings_activation_id'), ['activation_id'], unique=False)
