"""The inbox: updates that have arrived and are not yet answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
oldest_program = '0004'


def upgrade() -> None:
    op.create_table('inbox',
    sa.Column('update_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('chat_hmac', sa.LargeBinary(), nullable=False),
    sa.Column('chat_id', sa.LargeBinary(), nullable=False),
    sa.Column('sender_hmac', sa.LargeBinary(), nullable=False),
    sa.Column('sender_id', sa.LargeBinary(), nullable=False),
    sa.Column('payload', sa.LargeBinary(), nullable=False),
    sa.Column('received_at', sa.DateTime(), nullable=False),
    sa.Column('claimed_by', sa.String(length=64), nullable=True),
    sa.Column('leased_until', sa.DateTime(), nullable=True),
    sa.Column('starts', sa.Integer(), nullable=False),
    sa.Column('applied', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('update_id', name=op.f('pk_inbox'))
    )
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inbox_chat_hmac'), ['chat_hmac'], unique=False)
        batch_op.create_index(batch_op.f('ix_inbox_received_at'), ['received_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_inbox_sender_hmac'), ['sender_hmac'], unique=False)
