"""Training runs that another process carries out: the chat that is told of one, its progress, and its picture."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
oldest_program = '0007'


def upgrade() -> None:
    for column in (
        sa.Column('chat_id', sa.LargeBinary(), nullable=True),
        sa.Column('question_message', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
        sa.Column('answer_message', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
        sa.Column('follower', sa.String(length=64), nullable=True),
        sa.Column('progress', sa.Text(), nullable=True),
        sa.Column('picture', sa.LargeBinary(), nullable=True),
    ):
        op.add_column('training_runs', column)
