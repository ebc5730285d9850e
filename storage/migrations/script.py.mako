"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
# The newest revision that the oldest program knows which may still open the database after this migration.
oldest_program = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
