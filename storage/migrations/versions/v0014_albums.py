"""Albums that were summed up, so that pictures that arrive later join them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
oldest_program = '0007'


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('albums',
    sa.Column('id', number, nullable=False),
    sa.Column('person_id', number, nullable=False),
    sa.Column('chat_id', sa.LargeBinary(), nullable=False),
    sa.Column('group_id', sa.LargeBinary(), nullable=False),
    sa.Column('messages', sa.Text(), nullable=False),
    sa.Column('summary_message', number, nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(
        ['person_id'], ['people.id'], name=op.f('fk_albums_person_id'), ondelete='CASCADE'
    ),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_albums')),
    sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_albums_person_id'), 'albums', ['person_id'])
    op.create_index(op.f('ix_albums_updated_at'), 'albums', ['updated_at'])
