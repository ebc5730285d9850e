"""Draft the next migration from the difference between the tables and a database at today's head."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from storage.migrations import configuration, run


def main() -> None:
    """Write ``versions/NEXT_NAME.py``; read it before it is kept."""
    parser = argparse.ArgumentParser(prog="python -m storage.migrations", description=main.__doc__)
    parser.add_argument("name", help='what the migration does, such as "model versions"')
    name: str = parser.parse_args().name
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'draft.db'}")
        with engine.begin() as connection:
            run(connection)
            config = configuration(connection)
            command.revision(config, message=name, autogenerate=True, rev_id=_next(config))
        engine.dispose()


def _next(config: Config) -> str:
    return f"{len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1:04d}"


if __name__ == "__main__":
    main()
