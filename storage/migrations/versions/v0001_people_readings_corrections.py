"""The first tables: people, readings with digits, corrections, seen updates, settings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
oldest_program = '0001'


def upgrade() -> None:
    op.create_table('people',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('telegram_hmac', sa.LargeBinary(), nullable=False),
    sa.Column('telegram_id', sa.LargeBinary(), nullable=False),
    sa.Column('name', sa.LargeBinary(), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('consent', sa.String(length=10), nullable=False),
    sa.Column('consent_version', sa.Integer(), nullable=True),
    sa.Column('consent_at', sa.DateTime(), nullable=True),
    sa.Column('invited', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people')),
    sa.UniqueConstraint('telegram_hmac', name=op.f('uq_people_telegram_hmac')),
    sqlite_autoincrement=True
    )
    op.create_table('seen_updates',
    sa.Column('update_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('claimed_by', sa.String(length=64), nullable=False),
    sa.Column('claimed_at', sa.DateTime(), nullable=False),
    sa.Column('done', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('update_id', name=op.f('pk_seen_updates'))
    )
    with op.batch_alter_table('seen_updates', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_seen_updates_claimed_at'), ['claimed_at'], unique=False)

    op.create_table('settings',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('value', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_settings'))
    )
    op.create_table('readings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('chat_hmac', sa.LargeBinary(), nullable=False),
    sa.Column('chat_id', sa.LargeBinary(), nullable=False),
    sa.Column('question_message', sa.Integer(), nullable=False),
    sa.Column('answer_message', sa.Integer(), nullable=True),
    sa.Column('photo_file', sa.LargeBinary(), nullable=True),
    sa.Column('model', sa.String(length=100), nullable=False),
    sa.Column('sure', sa.Boolean(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_readings_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_readings')),
    sa.UniqueConstraint('chat_hmac', 'question_message', name=op.f('uq_readings_chat_hmac_question_message')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('readings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_readings_chat_hmac_answer_message'), ['chat_hmac', 'answer_message'], unique=False)
        batch_op.create_index(batch_op.f('ix_readings_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_readings_person_id'), ['person_id'], unique=False)

    op.create_table('digits',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reading_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('label', sa.LargeBinary(), nullable=False),
    sa.Column('confidence', sa.Double(), nullable=False),
    sa.Column('probabilities', sa.LargeBinary(), nullable=False),
    sa.Column('x', sa.Integer(), nullable=False),
    sa.Column('y', sa.Integer(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('image', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['reading_id'], ['readings.id'], name=op.f('fk_digits_reading_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digits')),
    sa.UniqueConstraint('reading_id', 'position', name=op.f('uq_digits_reading_id_position')),
    sqlite_autoincrement=True
    )
    op.create_table('corrections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=32), nullable=False),
    sa.Column('act', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('digit_id', sa.Integer(), nullable=True),
    sa.Column('replaced_by', sa.Integer(), nullable=True),
    sa.Column('update_id', sa.Integer(), nullable=True),
    sa.Column('consented', sa.Boolean(), nullable=True),
    sa.Column('label', sa.LargeBinary(), nullable=False),
    sa.Column('read_as', sa.LargeBinary(), nullable=True),
    sa.Column('image', sa.LargeBinary(), nullable=False),
    sa.Column('model', sa.String(length=100), nullable=True),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['digit_id'], ['digits.id'], name=op.f('fk_corrections_digit_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_corrections_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['replaced_by'], ['corrections.id'], name=op.f('fk_corrections_replaced_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_corrections')),
    sa.UniqueConstraint('uid', name=op.f('uq_corrections_uid')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('corrections', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_corrections_act'), ['act'], unique=False)
        batch_op.create_index(batch_op.f('ix_corrections_consented'), ['consented'], unique=False)
        batch_op.create_index(batch_op.f('ix_corrections_digit_id'), ['digit_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_corrections_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_corrections_replaced_by'), ['replaced_by'], unique=False)
