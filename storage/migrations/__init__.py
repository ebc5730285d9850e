"""Alembic's migrations. A new one: change ``storage/tables.py``, then ``python -m storage.migrations "its name"``."""
