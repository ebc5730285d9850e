"""What a person's corrections change in reading their photos, and what it changed in a reading."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
oldest_program = '0007'


def upgrade() -> None:
    op.create_table('personal_adapters',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('model_sha256', sa.String(length=64), nullable=False),
    sa.Column('corrections', sa.String(length=40), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('trained_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_personal_adapters_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_personal_adapters'))
    )
    op.add_column('digits', sa.Column('unadapted', sa.LargeBinary(), nullable=True))
    op.add_column('corrections', sa.Column('probabilities', sa.LargeBinary(), nullable=True))
    # The default lets a program that does not know the column still insert rows.
    op.add_column('readings', sa.Column('left_out', sa.Integer(), nullable=False, server_default='0'))
